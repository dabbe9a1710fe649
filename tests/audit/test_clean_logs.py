"""Whoever works through the services raises no alarm: fifty logs, each of other work in another order."""

import random

import pytest
from django.db import transaction

from accounts.models import User
from audit import sealing, verifying, witness
from engagement.services import contacts, drafting
from missions.models import Mission
from missions.postings import access_for
from missions.services import posture
from nsags import services as nsags
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("seed", range(5))
def test_no_clean_log_raises_an_alarm(cast, at, seed):
    """Ten logs for each of five seeds."""
    chance, alarms = random.Random(seed), []
    for number in range(10):
        with transaction.atomic():
            for act in chance.choices(WORK, k=chance.randint(4, 9)):
                act(chance, at)
                if chance.random() < 0.4:
                    sealing.seal(at)
            if chance.random() < 0.8:
                sealing.seal(at)
            report = verifying.verify()
            alarms += [(seed, number, str(finding)) for finding in report.findings]
            transaction.set_rollback(True)
        witness.begin_anew()

    assert alarms == []


def _author(chance):
    return User.objects.get(username=chance.choice(["amina", "clara", "tomas"]))


def _group(chance, at):
    return factories.make_group(author=_author(chance), at=at, name=f"Front {chance.random()}")


def _review(chance, at):
    group = _group(chance, at)
    said = {name: getattr(group, name) for name in nsags.DESCRIPTION} | {"wants": "Money."}
    nsags.review(group=group, **said, by=access_for(_author(chance), at), at=at)


def _threat(chance, at):
    factories.make_threat(author=_author(chance), at=at, intent=chance.randint(0, 4))


def _draft(chance, at):
    amina = User.objects.get(username="amina")
    request = factories.make_request(author=amina, at=at, is_blank=True)
    if chance.random() < 0.5:
        drafting.withdraw(request=request, by=access_for(amina, at), at=at)


def _contact(chance, at):
    amina = User.objects.get(username="amina")
    contact = factories.make_contact(author=amina, at=at, summary=f"Talk {chance.random()}")
    if chance.random() < 0.5:
        contacts.record_commitment(
            contact=contact, author="us", text="A patrol", check_on=at.date(), by=access_for(amina, at), at=at
        )


def _posture(chance, at):
    joseph = User.objects.get(username="joseph")
    posture.set_posture(
        mission=Mission.objects.get(code="MINUBEK"),
        code=chance.choice(["EXPECTED", "STRATEGY_BASED"]),
        reason="Reviewed.",
        issuer_title="Head of mission",
        by=access_for(joseph, at),
        at=at,
    )


WORK = (_group, _review, _threat, _draft, _contact, _posture)
