"""Addresses of the protection pages: references only, never names."""

from django.urls import path

from protection import views

app_name = "protection"

# /threats/...
threat_urls = [
    path("threats/", views.threats, name="threats"),
    path("threats/new/", views.assess, name="assess"),
    path("threats/<str:reference>/", views.threat, name="threat"),
]
urlpatterns = [*threat_urls]
