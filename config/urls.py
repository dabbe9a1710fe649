"""Every address of Parley; each app keeps its own list."""

from django.conf import settings
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

if settings.OIDC_SERVER_URL:
    urlpatterns.append(path("", include("allauth.socialaccount.providers.openid_connect.urls")))
