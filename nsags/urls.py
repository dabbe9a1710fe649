"""Addresses of the nsags pages: references only, never names."""

from django.urls import path

from nsags import views

app_name = "nsags"

# /groups/...
group_urls = [
    path("groups/", views.groups, name="groups"),
    path("groups/new/", views.add, name="add"),
    path("groups/<str:reference>/", views.group, name="group"),
    path("groups/<str:reference>/edit/", views.edit, name="edit"),
    path("groups/<str:reference>/people/new/", views.introduce, name="introduce"),
    path("groups/<str:reference>/labels/new/", views.label, name="label"),
    path("groups/<str:reference>/labels/<uuid:label>/end/", views.end_label, name="end_label"),
    path("groups/<str:reference>/lineage/new/", views.record_lineage, name="record_lineage"),
]
# /missions/<code>/...: what the head of mission lays down stands here where it names a group or a person
mission_urls = [
    path("missions/<str:code>/prohibitions/new/", views.prohibit, name="prohibit"),
    path("missions/<str:code>/delegations/new/", views.delegate, name="delegate"),
]
urlpatterns = [*group_urls, *mission_urls]
