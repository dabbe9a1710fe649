"""The demonstration: the historical cases with exactly their figures, and a mission in which everything goes on."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from engagement import library
from engagement.demo import steps
from engagement.demo.functions import FUNCTIONS
from engagement.models import Commitment, Contact, Decision, Engagement, EngagementStatus, Request, RequestStatus
from missions.access import Marking
from missions.models import Delegation, Mission, Prohibition
from missions.postings import access_for
from missions.roles import Authority
from nsags.models import Group, LineageEvent
from protection.models import ThreatAssessment
from tests.risk.cases import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# What the record of each case states. C13 and C17 state one more each, G-17 and G-18, which the rules draw from levels
# that their cases do not reach; the level of decision comes out the same.
STATED_GATES = {
    "C01": {"G-20"},
    "C02": {"G-12"},
    "C04": {"G-12"},
    "C05": {"G-02", "G-03"},
    "C05b": {"G-02", "G-03"},
    "C06": {"G-12"},
    "C07": {"G-02", "G-03", "G-05", "G-18"},
    "C08": {"G-11"},
    "C09": {"G-01"},
    "C10": {"G-05", "G-18"},
    "C12": {"G-02", "G-11"},
    "C13": {"G-02", "G-04", "G-05", "G-18"},
    "C14": {"G-02", "G-03", "G-12"},
    "C16": {"G-11", "G-18"},
    "C17": {"G-02"},
    "C18": {"G-08", "G-19", "G-20"},
    "C19": {"G-12"},
}


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    """Load it once for all tests here, and return what was printed."""
    output = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", stdout=output, skip_checks=True)
        yield output.getvalue()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _loaded(said):
    """Every test here looks at the loaded demonstration."""


def all_of(model):
    return model.objects.unscoped("the tests look at everything")


def historical(case):
    related = ("assessment", "mission")
    return all_of(Request).select_related(*related).get(reference=library.reference_of(written(case)))


def written(case):
    return next(one for one in library.cases() if one["id"] == case)


def present(**conditions):
    return all_of(Request).filter(mission__code="UNMIKA", **conditions)


def eyes(username):
    return access_for(User.objects.get(username=username), timezone.now())


# ---- the training library ----


@pytest.mark.parametrize("case", CASES)
def test_a_historical_case_has_the_figures_of_the_method(case):
    expected, stored = CASES[case]["expected"], historical(case).assessment

    for risk, figures in expected["risks"].items():
        assert {name: stored.result["risks"][risk][name] for name in figures} == figures
    assert stored.result["protection"]["score"] == expected["protection"]["score"]
    assert stored.rule_advice == expected["advice"]
    assert stored.facts["posture"] == CASES[case]["posture"]


@pytest.mark.parametrize("case", STATED_GATES)
def test_a_historical_case_meets_the_gates_that_its_record_states(case):
    fired = {gate["id"] for gate in historical(case).assessment.gates}

    assert STATED_GATES[case] <= fired


def test_the_leader_forbidden_in_2004_still_blocks_his_case():
    assert historical("C09").status == RequestStatus.BLOCKED


def test_no_decision_is_invented_where_the_record_has_none():
    assert not all_of(Decision).filter(request__mission__is_library=True).exists()
    assert all(note.history for note in library.notes().values())


def test_the_library_speaks_both_languages():
    languages = [case["language"] for case in library.cases()]

    assert languages.count("fr") == len(languages) // 3


def test_nobody_can_sign_in_as_a_role_of_the_past():
    staff = User.objects.filter(username__startswith="library-")

    assert staff.count() == 20
    assert not staff.filter(is_active=True).exists()
    assert not any(access_for(user, timezone.now()).postings for user in staff)


def test_the_library_is_public():
    library = all_of(Request).filter(mission__is_library=True)

    assert {request.marking for request in library} == {Marking.UNCLASSIFIED}


def test_everybody_with_a_posting_reads_the_library():
    readable = Request.objects.visible_to(eyes("aline")).filter(mission__is_library=True)

    assert readable.count() == len(CASES)


# ---- the invented mission ----


@pytest.mark.parametrize("status", RequestStatus)
def test_some_request_stands_in_every_status(status):
    assert present(status=status).exists()


@pytest.mark.parametrize("status", EngagementStatus)
def test_some_dialogue_stands_in_every_status(status):
    assert all_of(Engagement).filter(request__in=present(), status=status).exists()


@pytest.mark.parametrize("level", [Authority.L1, Authority.L2, Authority.L3, Authority.L4])
def test_every_level_has_a_request_to_decide(level):
    ready = list(present(status=RequestStatus.READY).select_related("assessment"))

    assert level in {steps.required_authority(request) for request in ready}


def test_one_approval_ends_in_nine_days():
    left = [(engagement.ends_on - timezone.now().date()).days for engagement in all_of(Engagement)]

    assert 9 in left


def test_the_closely_held_request_is_hidden_from_those_outside():
    held = present(compartment__isnull=False).get()

    assert Request.objects.visible_to(eyes("mateus")).filter(pk=held.pk).exists()
    assert not Request.objects.visible_to(eyes("aline")).filter(pk=held.pk).exists()


def test_the_mission_has_texture():
    here = {"mission__code": "UNMIKA"}

    assert all_of(Group).filter(**here).count() == 6
    assert all_of(ThreatAssessment).filter(**here).count() >= 5
    assert all_of(LineageEvent).exists()
    assert Prohibition.objects.filter(**here).exists()
    assert Delegation.objects.filter(**here).exists()
    assert all_of(Contact).filter(**here).count() >= 12
    assert all_of(Contact).filter(path=Contact.Path.UNPLANNED, classification="").count() == 2
    assert all_of(Commitment).filter(by="us", check_on__lt=timezone.now().date()).exists()


def test_a_third_of_the_mission_writes_in_french():
    languages = list(present().values_list("language", flat=True))

    assert 0.25 <= languages.count("fr") / len(languages) <= 0.4


# ---- the commands ----


def test_loading_says_how_far_it_has_come(said):
    assert "MINUSCA: 7 cases" in said
    assert "Loaded 6 missions, 21 historical cases and 20 present requests." in said


def test_loading_again_changes_nothing():
    before = all_of(Request).count(), User.objects.count(), Mission.objects.count()

    output = StringIO()
    call_command("load_demo", stdout=output, skip_checks=True)

    assert "nothing was changed" in output.getvalue()
    assert before == (all_of(Request).count(), User.objects.count(), Mission.objects.count())


def test_loading_refuses_a_database_that_holds_somebody_real():
    with transaction.atomic():
        User.objects.create_user("real", name="Somebody real")

        with pytest.raises(CommandError, match="not of the demonstration"):
            call_command("load_demo", stdout=StringIO(), skip_checks=True)
        transaction.set_rollback(True)


def test_what_the_people_do_is_marked_for_translation():
    functions = User.objects.exclude(function="").values_list("function", flat=True)

    assert set(functions) == FUNCTIONS


def test_the_people_are_listed_by_what_they_do():
    output = StringIO()

    call_command("demo_people", stdout=output, skip_checks=True)

    lines = output.getvalue().splitlines()
    assert len(lines) == 17
    assert any(line.startswith("Field officer, Bria") and line.endswith("Aline Diallo") for line in lines)
