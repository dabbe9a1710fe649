"""Addresses of the missions pages."""

from django.urls import path

from missions import views

app_name = "missions"

# /missions/
mission_urls = [
    path("missions/", views.missions, name="list"),
]
# /missions/<code>/...: what the head of mission lays down, and everyone reads
posture_urls = [
    path("missions/<str:code>/posture/", views.posture, name="posture"),
    path("missions/<str:code>/posture/new/", views.set_posture, name="set_posture"),
    path("missions/<str:code>/prohibitions/<uuid:prohibition>/lift/", views.lift_prohibition, name="lift_prohibition"),
    path("missions/<str:code>/delegations/new/", views.delegate, name="delegate"),
    path(
        "missions/<str:code>/delegations/<uuid:delegation>/revoke/", views.revoke_delegation, name="revoke_delegation"
    ),
]
# /missions/<code>/postings/...: who serves there
posting_urls = [
    path("missions/<str:code>/postings/", views.postings, name="postings"),
    path("missions/<str:code>/postings/new/", views.open_posting, name="open_posting"),
    path("missions/<str:code>/postings/<uuid:posting>/end/", views.end_posting, name="end_posting"),
]
urlpatterns = [*mission_urls, *posture_urls, *posting_urls]
