"""Addresses of the nsags pages."""

app_name = "nsags"
urlpatterns: list = []
