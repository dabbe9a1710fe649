"""Addresses of the dashboards pages."""

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("hq/", views.headquarters, name="headquarters"),
    path("missions/<str:code>/", views.mission, name="mission"),
]
