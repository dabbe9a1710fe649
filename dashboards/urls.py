"""Addresses of the dashboards pages."""

from django.urls import path

from dashboards import audit_log, views

app_name = "dashboards"

urlpatterns = [
    path("log/", audit_log.log, name="log"),
    path("log/find/", audit_log.log_find, name="log_find"),
    path("log/<uuid:key>/", audit_log.log_record, name="log_record"),
    path("hq/", views.headquarters, name="headquarters"),
    path("missions/<str:code>/", views.mission, name="mission"),
]
