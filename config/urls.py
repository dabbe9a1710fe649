"""Every address of Parley; each app keeps its own list."""

from django.urls import include, path

from config.gallery import gallery
from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("_components/", gallery, name="gallery"),
    path("", include("accounts.urls")),
    path("", include("missions.urls")),
    path("", include("nsags.urls")),
    path("", include("protection.urls")),
    path("", include("engagement.urls")),
    path("", include("dashboards.urls")),
    path("api/v1/", include(("engagement.api", "api"))),
]
