"""What has happened in the invented mission so far: each scene takes some requests to where they stand today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engagement import screening
from engagement.demo import steps
from engagement.demo.second_people import waiting_for_a_second_person
from engagement.models import Advice, Commitment, Contact, Decision, Engagement, Modality, Notice, Request
from engagement.services import contacts, dialogue, drafting
from missions.roles import Role

if TYPE_CHECKING:
    from engagement.demo.present import World

_O = Decision.Outcome
_A = Advice.Outcome
FIRST_HALF = ("PRO-01", "PRO-02", "PRO-03", "PRO-04", "PRO-06", "LEG-04", "LEG-05", "LEG-08", "SEC-02", "SEC-03")


def past_dialogues(world: World) -> None:
    """An approval that ran out, a dialogue that reached its end, and one that was declined."""
    approved_at = world.on(112)
    request = world.submit("lapsed", world.on(113), threat=world.threats["road_before"])
    steps.take_all_advice(request, at=approved_at)
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=("At the base only.",), at=approved_at)
    lapsed = world.dialogue(request)
    _meet(world, lapsed, "aline", world.on(105, 10), "The commander agreed to market days without checkpoints.")
    dialogue.lapse_expired(world.on(1))

    request = world.prepare("concluded", world.on(34, 10))
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=("The sub-prefect comes along.",), at=world.on(32))
    ended = world.dialogue(request)
    _meet(world, ended, "aline", world.on(29, 11), "Nine houses named, and a committee man for each street.")
    _meet(world, ended, "aline", world.on(22, 15), "All nine families are back; one door repaired by the committee.")
    at = world.on(20)
    reason = "The nine families are home and have not been troubled for a week."
    dialogue.conclude(engagement=world.dialogue(request), reason=reason, by=world.eyes("aline", at), at=at)

    request = world.prepare("declined", world.on(17))
    steps.decide(
        request,
        _O.DECLINE,
        reasons="Personne ne peut garantir le retour de l’équipe, et le téléphone n’a pas encore été essayé.",
        at=world.on(15),
    )


def running_dialogues(world: World) -> None:
    """Approvals in force: one about to end, one with promises on both sides, one not yet used."""
    _weekly_word(world)
    _clinic_road(world)
    request = world.prepare("authorised", world.on(3))
    conditions = ("L’instituteur ouvre et ferme la rencontre.", "Une patrouille reste à deux cents mètres.")
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=conditions, at=world.on(1, 17))


def _weekly_word(world: World) -> None:
    request = world.prepare("approved", world.on(24))
    steps.decide(request, _O.APPROVE, valid_until=world.day(9), contacts_max=6, at=world.on(23, 11))
    talk = world.dialogue(request)
    _meet(world, talk, "aline", world.on(20, 10), "The path by the old mill is unsafe after dark, they say.")
    _meet(world, talk, "aline", world.on(13, 10), "Two strangers asked for the school; the committee sent them away.")
    contact = _meet(world, talk, "aline", world.on(6, 10), "They asked for a patrol at the ford on market day.")
    _promise(world, contact, "aline", Commitment.By.US, "Patrol at the ford on the next market day", days=-2)


def _clinic_road(world: World) -> None:
    request = world.prepare("active", world.on(27))
    conditions = ("Unarmed, by day, at the clinic gate.", "The nurse in charge is told the day before.")
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=conditions, at=world.on(25))
    talk = world.dialogue(request)
    first = _meet(
        world, talk, "aline", world.on(21, 9), "They will take arms off the clinic road, and asked for seeds."
    )
    theirs = _promise(world, first, "aline", Commitment.By.THEM, "No arms on the clinic road", days=6)
    _promise(world, first, "aline", Commitment.By.US, "An answer about seeds, from the agricultural office", days=4)
    second = _meet(world, talk, "aline", world.on(14, 9), "No payment is asked from patients since last week.")
    fees = _promise(world, second, "aline", Commitment.By.THEM, "No payment at the clinic checkpoint", days=12)
    _meet(
        world,
        talk,
        "aline",
        world.on(4, 16),
        "One ambulance was searched. The commander said it would not happen again.",
    )
    _check(world, theirs, "ruth", Commitment.State.CONSISTENT, world.on(7), next_in=6)
    _check(world, fees, "ruth", Commitment.State.NOT_ENOUGH, world.on(3), next_in=12)


def stopped_dialogues(world: World) -> None:
    """An approval frozen because the facts changed, and one suspended by the security adviser."""
    request = world.prepare("frozen", world.on(14))
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=("Telephone only.",), at=world.on(12))
    talk = world.dialogue(request)
    contact = _meet(world, talk, "mateus", world.on(10, 18), "The number works. They asked who else has it.")
    _promise(world, contact, "mateus", Commitment.By.THEM, "The ambulance passes when we have called", days=3)
    steps.revise(
        request,
        "SEC-02",
        4,
        note="A cell fired on a patrol car near Kesi; two colleagues were wounded.",
        source="Incident report of the force",
        at=world.on(2, 20),
    )

    request = world.prepare("suspended", world.on(19))
    steps.decide(request, _O.APPROVE_WITH_CONDITIONS, conditions=("Telephone only.",), at=world.on(17))
    talk = world.dialogue(request)
    _meet(world, talk, "mateus", world.on(11, 12), "The outline of the site was read out and repeated.")
    at = world.on(5, 7)
    reason = "Shells fell 300 metres from the site within a day of the call."
    dialogue.suspend(engagement=world.dialogue(request), reason=reason, by=world.eyes("rajesh", at), at=at)


def waiting_for_a_decision(world: World) -> None:
    """Requests that are ready at L1, L2, L3 and L4, and one that a gate still holds."""
    world.prepare("l1", world.on(2, 11))
    _road(world)
    world.prepare("l3", world.on(2, 9))
    _shelling(world)
    request = world.submit("hold", world.on(2, 15))
    later = world.on(1, 12)
    steps.take_all_advice(request, reason="Supported, once the director has agreed in writing.", at=later)
    steps.answer_holds(request, leave=("G-12",), text="Answered in the advice on record.", at=later)


def _road(world: World) -> None:
    request = world.submit("l2", world.on(2, 11))
    later = world.on(1, 10)
    given = _adviser_of(request, later)
    given(Role.POC_ADVISER, _A.SUPPORT, "The largest single cause of blocked access in the sector.")
    given(
        Role.SECURITY_ADVISER,
        _A.SUPPORT_WITH_CONDITIONS,
        "The base is safe; the road home is not after dark.",
        conditions="Base meeting only. Two vehicles at most. Home by 16:00.",
        rated=(2, 2, 2),
    )
    given(Role.FORCE_LIAISON, _A.DO_NOT_SUPPORT, "It would overlap with an operation that ends in ten days. Wait.")
    steps.answer_holds(steps.take_all_advice(request, at=later), at=later)


def _shelling(world: World) -> None:
    request = world.submit("l4", world.on(5, 9))
    later = world.on(4, 18)
    given = _adviser_of(request, later)
    given(
        Role.LEGAL_ADVISER,
        _A.DO_NOT_SUPPORT,
        "Le groupe est inscrit et rien n’assure que son chef reste à l’écart ; le Siège doit être consulté.",
    )
    given(
        Role.POC_ADVISER,
        _A.SUPPORT,
        "Neuf mille personnes sous les tirs, et personne d’autre ne peut les faire cesser.",
    )
    steps.answer_holds(
        steps.take_all_advice(request, reason="Une rencontre, au poste, avec les conditions.", at=later), at=later
    )


def on_the_way(world: World) -> None:
    """Requests in other hands: half written, in advice, blocked, returned, deferred, withdrawn, closely held."""
    world.write("draft", world.on(1, 16), only=FIRST_HALF)
    _patients(world)
    world.submit("blocked", world.on(6))
    world.prepare("closely_held", world.on(1, 14))

    request = world.prepare("returned", world.on(8))
    wanted = "Dites à quelle menace répond cette ligne, et qui décrochera la nuit. Reproposez-la la semaine prochaine."
    steps.decide(request, _O.RETURN, reasons=wanted, at=world.on(6, 17))

    request = world.prepare("deferred", world.on(7))
    reasons = "The ministry names its dates on that day. Nothing is lost before."
    steps.decide(request, _O.DEFER, reasons=reasons, deferred_until=world.day(5), at=world.on(5, 15))

    request = world.start("withdrawn", world.on(9))
    drafting.withdraw(request=request, by=world.eyes("aline", world.on(8)), at=world.on(8))


def _patients(world: World) -> None:
    request = world.submit("in_advice", world.on(1, 9))
    given = _adviser_of(request, world.on(0, 8))
    given(Role.POC_ADVISER, _A.SUPPORT, "Two deaths this month that an open checkpoint would have prevented.")
    given(
        Role.POLITICAL_ADVISER,
        _A.DO_NOT_SUPPORT,
        "The army is on operations next to Bria; the ministry has asked for quiet until they end.",
        rated=(2, 3, 2),
    )


def chance_contacts(world: World) -> None:
    """Contacts outside any approval: low risk by screening, and some that nobody planned."""
    _screened(world, "aline", "committees", world.on(16, 15), "They asked when the next vaccination round comes.")
    _screened(
        world, "aline", "committees", world.on(2, 10), "Un comité signale un puits sec ; rien d’autre.", language="fr"
    )
    _classified(world)
    _unplanned(
        world,
        "mateus",
        "wing",
        world.on(1, 18),
        "A man who says he collects for the wing walked up at the market gate and asked for our card. I gave none.",
        has_safety_problem=True,
        safety_note="Three armed men stayed at a distance. We left at once.",
    )
    _unplanned(
        world,
        "aline",
        "front",
        world.on(0, 7),
        "Barrage à la sortie ouest : l’officier a demandé où en était la réponse sur les semences. Pas de fouille.",
        has_safety_problem=True,
        language="fr",
    )


def _classified(world: World) -> None:
    found = [
        (
            _unplanned(
                world, "aline", "front", world.on(12, 17), "A flat tyre; two fighters helped and asked nothing."
            ),
            Contact.Classification.NO_ACTION,
        ),
        (
            _unplanned(
                world,
                "mateus",
                "league",
                world.on(9, 14),
                "Un officier a téléphoné au poste : il veut parler du site de Ngiri.",
                modality=Modality.REMOTE,
                language="fr",
            ),
            Contact.Classification.NEEDS_REQUEST,
        ),
    ]
    for contact, classification in found:
        at = contact.created_at + timedelta(hours=18)
        contacts.classify(contact=contact, classification=classification, by=world.eyes("ingeborg", at), at=at)


def yesterdays_news(world: World) -> None:
    """Everybody has read what reached them more than two days ago."""
    before = world.now - timedelta(days=2)
    Notice.objects.filter(created_at__lt=before).update(seen_at=before)


def _adviser_of(request: Request, at: datetime) -> Callable[..., None]:
    """Return how single advisers advise on this request at that moment."""

    def given(role: Role, outcome: str, reason: str, **said: Any) -> None:
        steps.give_advice(request, role=role, outcome=outcome, reason=reason, at=at, **said)

    return given


def _meet(world: World, talk: Engagement, username: str, at: datetime, summary: str) -> Contact:
    written = at + timedelta(hours=2)
    return contacts.log_planned(
        engagement=talk,
        happened_at=at,
        modality=talk.modality,
        area=talk.area,
        summary=summary,
        spokesperson="Deputy of the commander",
        place=talk.request.place,
        language=talk.request.language,
        by=world.eyes(username, written),
        at=written,
    )


def _screened(world: World, username: str, group: str, at: datetime, summary: str, **told: Any) -> Contact:
    return contacts.log_screened(
        mission=world.mission,
        group=world.groups[group],
        happened_at=at,
        modality=Modality.IN_PERSON,
        summary=summary,
        screening={question.code: False for question in screening.QUESTIONS},
        area=world.areas["KA0101"],
        by=world.eyes(username, at),
        at=at,
        **told,
    )


def _unplanned(world: World, username: str, group: str, at: datetime, summary: str, **told: Any) -> Contact:
    said: dict[str, Any] = {"modality": Modality.IN_PERSON} | told
    by = world.eyes(username, at)
    area = world.areas["KA0102" if username == "mateus" else "KA0101"]
    said |= {"group": world.groups[group], "area": area, "summary": summary, "happened_at": at}
    return contacts.log_unplanned(mission=world.mission, by=by, at=at, **said)


def _promise(world: World, contact: Contact, username: str, author: str, text: str, *, days: int) -> Commitment:
    at = contact.created_at
    by = world.eyes(username, at)
    check_on = world.day(days)
    return contacts.record_commitment(contact=contact, author=author, text=text, check_on=check_on, by=by, at=at)


def _check(world: World, promise: Commitment, username: str, state: str, at: datetime, *, next_in: int) -> None:
    by = world.eyes(username, at)
    contacts.check_commitment(commitment=promise, state=state, next_check_on=world.day(next_in), by=by, at=at)


SCENES: tuple[Callable[[World], None], ...] = (
    past_dialogues,
    running_dialogues,
    stopped_dialogues,
    waiting_for_a_decision,
    on_the_way,
    chance_contacts,
    waiting_for_a_second_person,
    yesterdays_news,
)
