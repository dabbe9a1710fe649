"""Two people at once, on a database that both can reach."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from engagement.demo.steps import read
from engagement.models import Decision, RequestStatus
from engagement.policies.deciding import Choice, acceptable_risks
from engagement.services import advising, deciding, identities
from missions.postings import access_for
from missions.refusals import Refused
from tests.engagement import handling
from tests.factories import make_request

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer and no row locks"),
]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run these at the same moment, each on a connection of its own; a refusal is a result too."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_deciders_at_once_one_decides_and_the_other_is_told_who_and_when(amina, pierre, joseph, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.READY, at=at)
    choice = Choice(
        assessment_id=request.assessment.pk,
        outcome=Decision.Outcome.APPROVE_WITH_CONDITIONS,
        reasons="Four thousand people are cut off.",
        accepted_risks=acceptable_risks(request.assessment),
        conditions=("Base meeting only",),
    )

    results = at_once(
        *(
            lambda who=who: deciding.decide(request=request, choice=choice, by=access_for(who, at), at=at)
            for who in (pierre, joseph)
        )
    )

    winner = next(result for result in results if isinstance(result, Decision))
    loser = next(result for result in results if isinstance(result, Refused))
    assert loser.refusals[0].code == "already_decided"
    assert winner.decided_by.name in str(loser.refusals[0].message)
    assert Decision.objects.unscoped("test").count() == 1


def test_the_clock_and_the_last_adviser_at_once_move_a_request_once(amina, sven, clara, at):
    request = make_request(author=amina, band="HIGH", status=RequestStatus.IN_ADVICE, at=at)
    for who, role, rated in ((clara, "poc_adviser", (2, 2, 2)), (sven, "security_adviser", (None, None, 2))):
        bands = dict(zip(("legitimacy", "host_government", "security"), rated, strict=True))
        advising.rate(request=request, role=role, by=access_for(who, at), at=at, **bands)
    said = {"request": request, "outcome": "support", "reason": "Agreed.", "at": at}
    advising.advise(role="poc_adviser", by=access_for(clara, at), **said)

    at_once(
        lambda: advising.advise(role="security_adviser", by=access_for(sven, at), **said),
        lambda: advising.ready_overdue(request.advice_due_at),
    )

    assert read(request).status == RequestStatus.READY


def test_of_five_who_open_one_reveal_at_once_one_is_shown_who_it_is(cast, mission, at):
    lena, karim = handling.handlers(mission, at=at)
    source = handling.make_source(handler=lena, alternate=karim, identity=handling.zebediah(), at=at)
    reveal = handling.agree(handling.ask(source, by=lena, at=at), by=karim, at=at)

    results = at_once(*[lambda: handling.look(reveal, by=lena, at=at)] * 5)

    assert [result for result in results if not isinstance(result, Refused)] == [handling.zebediah()]


def test_of_two_who_confirm_a_destruction_at_once_one_destroys_it(cast, mission, at, joseph):
    lena, karim = handling.handlers(mission, at=at)
    source = handling.make_source(handler=lena, alternate=karim, identity=handling.zebediah(), at=at)
    asked = identities.ask_shredding(source=source, reason="danger", by=access_for(lena, at), at=at)

    results = at_once(
        *(
            lambda who=who: identities.confirm_shredding(shredding=asked, by=access_for(who, at), at=at)
            for who in (karim, joseph)
        )
    )

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert identities.state_of(source) == "destroyed"
