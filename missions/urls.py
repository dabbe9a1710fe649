"""Addresses of the missions pages."""

app_name = "missions"
urlpatterns: list = []
