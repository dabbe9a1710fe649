"""Addresses of the missions pages."""

from django.urls import path

from missions.views import compartments, markings, postings, posture, travel

app_name = "missions"

# /missions/
mission_urls = [
    path("missions/", posture.missions, name="list"),
]
# /missions/<code>/...: what the head of mission lays down, and everyone reads
posture_urls = [
    path("missions/<str:code>/posture/", posture.posture, name="posture"),
    path("missions/<str:code>/posture/new/", posture.set_posture, name="set_posture"),
    path(
        "missions/<str:code>/prohibitions/<uuid:prohibition>/lift/", posture.lift_prohibition, name="lift_prohibition"
    ),
    path(
        "missions/<str:code>/delegations/<uuid:delegation>/revoke/", posture.revoke_delegation, name="revoke_delegation"
    ),
]
# /missions/<code>/postings/...: who serves there
posting_urls = [
    path("missions/<str:code>/postings/", postings.postings, name="postings"),
    path("missions/<str:code>/postings/new/", postings.open_posting, name="open_posting"),
    path("missions/<str:code>/postings/<uuid:posting>/end/", postings.end_posting, name="end_posting"),
    path("missions/<str:code>/postings/<uuid:posting>/extend/", postings.extend_posting, name="extend_posting"),
    path("missions/<str:code>/postings/<uuid:posting>/ceiling/", postings.set_ceiling, name="set_ceiling"),
    path(
        "missions/<str:code>/postings/<uuid:posting>/ceiling/confirm/",
        postings.confirm_ceiling,
        name="confirm_ceiling",
    ),
    path("missions/<str:code>/ceilings/", postings.ceilings, name="ceilings"),
]
# /missions/<code>/compartments/..., /compartments/<id>/...: who needs to know; addresses hold no names
compartment_urls = [
    path("missions/<str:code>/compartments/", compartments.compartments, name="compartments"),
    path("missions/<str:code>/compartments/new/", compartments.open_compartment, name="open_compartment"),
    path("compartments/<uuid:compartment>/", compartments.compartment, name="compartment"),
    path("compartments/<uuid:compartment>/propose/", compartments.propose_member, name="propose_member"),
    path(
        "compartments/<uuid:compartment>/members/<uuid:member>/confirm/",
        compartments.confirm_member,
        name="confirm_member",
    ),
    path("compartments/<uuid:compartment>/members/<uuid:member>/read-out/", compartments.read_out, name="read_out"),
    path(
        "compartments/<uuid:compartment>/members/<uuid:member>/renew/", compartments.renew_member, name="renew_member"
    ),
]
# /records/<reference>/marking/: how closely one record is kept, whatever its kind
marking_urls = [
    path("records/<str:reference>/marking/", markings.set_marking, name="set_marking"),
]
# /missions/<code>/travellers/...: who travels, and is back
travel_urls = [
    path("missions/<str:code>/travellers/", travel.travellers, name="travellers"),
    path("missions/<str:code>/travellers/<uuid:person>/end/", travel.end_travel, name="end_travel"),
    path("missions/<str:code>/travellers/<uuid:person>/lock/", travel.lock_remotely, name="lock_remotely"),
]
urlpatterns = [*mission_urls, *posture_urls, *posting_urls, *compartment_urls, *marking_urls, *travel_urls]
