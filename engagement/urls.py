"""Addresses of the engagement pages."""

app_name = "engagement"
urlpatterns: list = []
