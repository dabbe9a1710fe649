"""A pending request whose facts change: whoever must decide now is told, and headquarters is consulted at L4."""

from datetime import timedelta

import pytest

from audit.models import Event
from engagement.demo import steps
from engagement.models import Notice, Request, RequestStatus
from engagement.policies import deciding as policies
from engagement.policies.deciding import Choice
from engagement.services import consulting
from engagement.services.dossier import read_dossier
from missions.access import Automatic
from missions.roles import Authority, Role
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
GRAVE = ("SEC-02", "SEC-03", "SEC-04", "SEC-05", "SEC-06", "SEC-08", "SEC-10")


@pytest.fixture
def ready(amina, at):
    """A request on which the security adviser stands against, before anything got worse."""
    request = factories.make_request(author=amina, at=at, status=RequestStatus.IN_ADVICE)
    request = factories.advise(request, Role.SECURITY_ADVISER, "do_not_support", at=at)
    return steps.take_all_advice(request, at=at)


@pytest.fixture
def raised(ready, at):
    """The same request after the facts have taken its level to L4, through the advice that stands."""
    for factor in GRAVE:
        ready = steps.revise(ready, factor, 4, note="Base attacked overnight.", at=at + 2 * MINUTE)
    return ready


def refusals(request, by, at):
    dossier = read_dossier(request, by=by)
    choice = Choice(dossier.assessment.pk, "decline", reasons="Too dangerous for the elders who would carry it.")
    return {refusal.code for refusal in policies.sign(request, dossier, choice, by=by, at=at)}


def test_facts_that_raise_the_level_to_l4_consult_headquarters(raised, ready, ingrid, joseph, access, at):
    assert steps.required_authority(raised) == Authority.L4
    assert raised.assessment.authority < Authority.L4

    assert Request.objects.visible_to(access(ingrid)).filter(pk=raised.pk).exists()
    assert Notice.objects.filter(kind=Notice.Kind.CONSULTATION).values_list("user", flat=True).get() == ingrid.pk
    assert Event.objects.filter(kind="request.shared", object_id=raised.pk).count() == 1


def test_those_who_decide_at_the_level_that_counts_now_are_told(raised, joseph):
    told = Notice.objects.filter(kind=Notice.Kind.FACTS_CHANGED).order_by("-created_at", "-pk")

    assert joseph.pk in told.values_list("user", flat=True)


def test_the_head_of_mission_decides_once_headquarters_has_advised(raised, joseph, access, at):
    later = at + 3 * MINUTE
    assert "no_consultation" in refusals(raised, access(joseph, later), later)

    request = factories.advise(raised, Role.HEADQUARTERS_DESK, "no_objection", at=later)

    assert "no_consultation" not in refusals(request, access(joseph, later), later)


def test_the_periodic_check_consults_headquarters_in_nobody_s_name(ready, signed_in, joseph, access, ingrid, at):
    consulting.consult_headquarters(request=ready, by=Automatic(), at=at)

    assert Request.objects.visible_to(access(ingrid)).filter(pk=ready.pk).exists()
    page = signed_in(joseph).get(f"/requests/{ready.reference}/access/").content.decode()
    assert "The periodic check" in page
