"""Addresses of the protection pages."""

app_name = "protection"
urlpatterns: list = []
