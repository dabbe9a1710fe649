"""Sources by their code names: who knows of them, what they agreed to, and what may be written about them."""

from datetime import timedelta

import pytest

from accounts.models import User
from audit.models import Event, Kind
from engagement.models import Consent, Notice, RiskSheet, Source, SourceIdentity
from engagement.services import contacts, sources
from missions import services as missions
from missions.access import Marking
from missions.code_names import FIRST, SECOND
from missions.models import Mission, Posting
from missions.roles import Role
from tests import factories
from tests.engagement import handling
from tests.refusing import refused


@pytest.fixture
def source(lena, karim, at):
    return handling.make_source(handler=lena, alternate=karim, at=at)


def sees(user, access, model=Source):
    return model.objects.visible_to(access(user)).exists()


# --- Who knows -----------------------------------------------------------------------------------------------------


def test_handler_and_alternate_know_of_their_source(source, lena, karim, access):
    for user in (lena, karim):
        assert sees(user, access)
        assert sees(user, access, Consent)
        assert sees(user, access, RiskSheet)


@pytest.mark.parametrize("name", ["clara", "pierre", "joseph"])
def test_poc_adviser_and_leadership_read_the_risk_sheet(source, people, access, name):
    assert sees(people[name], access)
    assert sees(people[name], access, RiskSheet)
    assert sees(people[name], access, Consent)


def test_the_security_adviser_knows_of_the_source_and_does_not_read_the_risk_sheet(source, people, access):
    assert sees(people["sven"], access)
    assert not sees(people["sven"], access, RiskSheet)
    assert not sees(people["sven"], access, Consent)


@pytest.mark.parametrize("name", ["amina", "yusuf", "odile", "lucia", "hana", "tomas", "otto", "maya", "ingrid"])
def test_nobody_else_in_the_mission_knows_of_the_source(source, people, access, name):
    assert not sees(people[name], access)
    assert not sees(people[name], access, Consent)


def test_a_colleague_who_may_read_everything_strictly_confidential_still_does_not_know(
    source, people, mission, at, access
):
    analyst = factories.make_user("nora")
    since = at - timedelta(days=1)
    factories.post(analyst, mission=mission, role=Role.ANALYST, ceiling=2, by=people["maya"], at=since)

    assert not sees(analyst, access)


def test_somebody_in_another_mission_does_not_know_of_the_source(source, people, access):
    assert not sees(people["omar"], access)


def test_the_handler_knows_nothing_more_once_the_posting_has_ended(source, lena, people, access, at):
    posting = Posting.objects.get(user=lena)
    missions.end_posting(posting=posting, by=access(people["maya"]), at=at)

    assert not sees(lena, access)
    assert not sees(lena, access, RiskSheet)


def test_the_handler_leaves_the_source_behind_when_travelling(source, lena, at, access):
    lena.travel_ceiling, lena.travelling_since = Marking.CONFIDENTIAL, at
    lena.save()

    assert not sees(lena, access)


def test_inside_a_compartment_only_its_members_know_of_the_source(people, lena, karim, mission, at, access):
    compartment = factories.make_compartment(mission=mission, owner=people["joseph"], members=[lena, karim], at=at)

    handling.make_source(handler=lena, alternate=karim, compartment=compartment, at=at)

    assert sees(lena, access)
    assert sees(people["joseph"], access)
    assert not sees(people["clara"], access), "the POC adviser has not been read in"


def test_an_identity_is_visible_to_nobody(lena, karim, people, at, access):
    handling.make_source(handler=lena, alternate=karim, identity=handling.zebediah(), at=at)

    for user in people.values():
        assert not SourceIdentity.objects.visible_to(access(user)).exists()


# --- Adding --------------------------------------------------------------------------------------------------------


def added(lena, karim, mission, at, access):
    return sources.add_source(mission=mission, kind="source", alternate=karim, by=access(lena), at=at)


def test_a_source_is_known_by_two_random_words_and_strictly_confidential(lena, karim, mission, at, access):
    source = added(lena, karim, mission, at, access)

    first, second = source.code_name.lower().split()
    assert first in FIRST
    assert second in SECOND
    assert source.marking == Marking.STRICTLY_CONFIDENTIAL
    assert source.reference.startswith("S-")


def test_a_code_name_is_given_once_in_a_mission(lena, karim, mission, at, access, monkeypatch):
    drawn = iter(["Tin Satchel", "Tin Satchel", "Copper Lantern"])
    monkeypatch.setattr(sources, "two_words", lambda: next(drawn))

    names = [added(lena, karim, mission, at, access).code_name for _ in range(2)]

    assert names == ["Tin Satchel", "Copper Lantern"]


def test_a_field_officer_without_the_ceiling_cannot_add_a_source(people, karim, mission, at, access):
    why = refused(
        sources.add_source, mission=mission, kind="source", alternate=karim, by=access(people["amina"]), at=at
    )

    assert why == {"above_ceiling"}


def test_a_role_that_logs_no_contact_adds_no_source(people, karim, mission, at, access):
    why = refused(
        sources.add_source, mission=mission, kind="source", alternate=karim, by=access(people["pierre"]), at=at
    )

    assert "may_not_log" in why


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("lena", "own_alternate"),
        ("amina", "alternate_cannot_read"),
        ("omar", "alternate_cannot_read"),
        ("maya", "alternate_cannot_read"),
    ],
)
def test_the_alternate_is_somebody_else_who_may_read_the_record(people, lena, mission, at, access, name, code):
    why = refused(sources.add_source, mission=mission, kind="source", alternate=people[name], by=access(lena), at=at)

    assert why == {code}


def test_only_those_who_could_step_in_are_offered_as_alternate(people, lena, mission, at, access):
    offered = {user.username for user in sources.alternates(mission, by=access(lena), at=at)}

    assert offered == {"karim", "clara", "pierre", "joseph", "sven", "lucia"}


def test_a_source_that_leads_to_a_closely_held_group_is_held_as_closely(people, lena, karim, mission, at, access):
    compartment = factories.make_compartment(mission=mission, owner=people["joseph"], members=[lena, karim], at=at)
    group = factories.make_group(author=people["clara"], at=at)
    group.compartment = compartment
    group.save()

    source = handling.make_source(handler=lena, alternate=karim, group=group, at=at)

    assert source.compartment == compartment


def test_a_source_stands_in_a_circle_that_the_handler_is_inside_of(people, lena, karim, mission, at, access):
    other = factories.make_compartment(mission=mission, owner=people["joseph"], members=[], at=at)

    why = refused(handling.make_source, handler=lena, alternate=karim, compartment=other, at=at)

    assert "outside_compartment" in why


def test_a_source_in_one_circle_does_not_lead_to_a_group_in_another(people, lena, karim, mission, at, access):
    inside = {"mission": mission, "owner": people["joseph"], "members": [lena, karim], "at": at}
    one, another = factories.make_compartment(**inside), factories.make_compartment(**inside)
    group = factories.make_group(author=people["clara"], at=at)
    group.compartment = another
    group.save()

    why = refused(handling.make_source, handler=lena, alternate=karim, group=group, compartment=one, at=at)

    assert why == {"other_circle"}


def test_a_source_leads_to_a_group_of_its_own_mission_and_does_one_thing_or_the_other(
    people, lena, karim, mission, at, access
):
    since = at - timedelta(days=1)
    factories.post(
        lena,
        mission=Mission.objects.get(code="UNSTOR"),
        role=Role.ANALYST,
        by=User.objects.get(username="nadia"),
        at=since,
    )
    elsewhere = factories.make_group(author=people["omar"], at=at)

    why = refused(
        sources.add_source, mission=mission, kind="spy", group=elsewhere, alternate=karim, by=access(lena), at=at
    )

    assert why == {"no_kind", "group_elsewhere"}


def test_nobody_adds_a_source_while_travelling(lena, karim, mission, at, access):
    lena.travel_ceiling, lena.travelling_since = Marking.STRICTLY_CONFIDENTIAL, at
    lena.save()

    why = refused(sources.add_source, mission=mission, kind="source", alternate=karim, by=access(lena), at=at)

    assert why == {"travelling"}


# --- Consent and risk ----------------------------------------------------------------------------------------------


def test_a_consent_says_what_was_agreed_and_is_an_event(source, lena):
    consent = sources.latest_consent(source)

    assert consent.language == "Sango"
    assert Event.objects.filter(kind=Kind.SOURCE_CONSENTED, object_id=source.pk, actor_id=lena.pk).exists()


def test_a_consent_that_was_not_explained_is_no_consent(source, lena, at, access):
    why = refused(
        sources.record_consent,
        source=source,
        scope="Carries messages.",
        language="French",
        given_on=at.date(),
        is_informed=False,
        by=access(lena),
        at=at,
    )

    assert why == {"not_informed"}


def test_a_consent_is_not_given_tomorrow_or_for_nothing(source, lena, at, access):
    tomorrow = at.date() + timedelta(days=1)

    why = refused(
        sources.record_consent,
        source=source,
        scope=" ",
        language="",
        given_on=tomorrow,
        is_informed=True,
        by=access(lena),
        at=at,
    )

    assert why == {"no_scope", "no_language", "in_the_future"}


def test_a_consent_taken_back_is_told_to_those_who_answer_for_the_source(source, lena, karim, people, at, access):
    sources.withdraw_consent(source=source, withdrawn_on=at.date(), by=access(lena), at=at)

    told = set(Notice.objects.filter(kind=Notice.Kind.CONSENT_WITHDRAWN).values_list("user__username", flat=True))
    assert told == {"karim", "clara", "joseph"}
    assert sources.latest_consent(source).withdrawn_on == at.date()


def test_a_consent_is_taken_back_once(source, lena, at, access):
    sources.withdraw_consent(source=source, withdrawn_on=at.date(), by=access(lena), at=at)

    why = refused(sources.withdraw_consent, source=source, withdrawn_on=at.date(), by=access(lena), at=at)

    assert why == {"no_consent"}


def test_a_withdrawal_is_noted_on_a_day_after_the_consent_that_has_come(source, lena, people, at, access):
    for wrong, code in ((at.date() - timedelta(days=9), "too_early"), (at.date() + timedelta(days=1), "in_the_future")):
        assert refused(sources.withdraw_consent, source=source, withdrawn_on=wrong, by=access(lena), at=at) == {code}
    why = refused(sources.withdraw_consent, source=source, withdrawn_on=at.date(), by=access(people["sven"]), at=at)
    assert why == {"not_custodian"}


def test_a_consent_given_again_later_stands_beside_the_earlier_one(source, lena, at, access):
    sources.withdraw_consent(source=source, withdrawn_on=at.date(), by=access(lena), at=at)

    handling.consent(source, by=lena, at=at + timedelta(days=30))

    assert sources.latest_consent(source).withdrawn_on is None
    assert Consent.objects.visible_to(access(lena)).filter(source=source).count() == 2


def test_a_risk_sheet_is_looked_at_again_within_90_days(source, lena, at, access):
    sheet = RiskSheet.objects.visible_to(access(lena)).get()

    assert sheet.review_on == at.date() + timedelta(days=90)
    assert not sheet.is_overdue(sheet.review_on)
    assert sheet.is_overdue(sheet.review_on + timedelta(days=1))
    late = at.date() + timedelta(days=91)
    why = refused(sources.assess_source, source=source, **handling.SHEET, review_on=late, by=access(lena), at=at)
    assert why == {"review_late"}


def test_an_empty_risk_sheet_is_refused_line_by_line(source, lena, at, access):
    blank = {"exposure": "", "consequences": " ", "protection": "", "review_on": at.date()}

    why = refused(sources.assess_source, source=source, **blank, by=access(lena), at=at)

    assert why == {"no_exposure", "no_consequences", "no_protection", "review_past"}


def test_the_poc_adviser_writes_a_risk_sheet_and_the_pillar_head_does_not(source, people, at, access):
    sources.assess_source(source=source, **handling.SHEET, by=access(people["clara"]), at=at)

    why = refused(sources.assess_source, source=source, **handling.SHEET, by=access(people["pierre"]), at=at)

    assert why == {"not_custodian"}


def test_somebody_who_may_not_know_of_the_source_finds_nothing_to_write_on(source, people, at, access):
    for name in ("amina", "omar"):
        with pytest.raises(Source.DoesNotExist):
            sources.assess_source(source=source, **handling.SHEET, by=access(people[name]), at=at)


# --- Contacts through a source -------------------------------------------------------------------------------------


def test_a_contact_is_logged_through_ones_own_intermediary(source, lena, at):
    contact = factories.make_contact(author=lena, at=at, intermediary=source)

    assert contact.intermediary == source


def test_a_contact_is_not_logged_through_somebody_elses_intermediary(source, people, at):
    assert refused(factories.make_contact, author=people["clara"], at=at, intermediary=source) == {"not_your_source"}


def test_a_contact_through_an_intermediary_without_consent_raises_a_question(lena, karim, at, access):
    silent = handling.make_source(handler=lena, alternate=karim, at=at, consented=False)
    agreed = handling.make_source(handler=lena, alternate=karim, at=at)

    without, with_consent = (factories.make_contact(author=lena, at=at, intermediary=one) for one in (silent, agreed))

    assert "G-12" in contacts.alerts(without, at=at)
    assert "G-12" not in contacts.alerts(with_consent, at=at)
    sources.withdraw_consent(source=agreed, withdrawn_on=at.date(), by=access(lena), at=at)
    assert "G-12" in contacts.alerts(with_consent, at=at)
