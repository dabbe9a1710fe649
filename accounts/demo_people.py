"""The people of the demonstration, listed by what they do."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Which step of the work each role takes; the roles themselves are laid down by the missions, which know of accounts.
STEPS: tuple[tuple[str | Promise, frozenset[str]], ...] = (
    (_("They propose, log and report"), frozenset({"field_staff", "head_of_office"})),
    (
        _("They advise"),
        frozenset(
            {
                "poc_adviser",
                "security_adviser",
                "political_adviser",
                "human_rights_officer",
                "protection_adviser",
                "legal_adviser",
                "force_liaison",
                "analyst",
            }
        ),
    ),
    (_("They decide"), frozenset({"pillar_head", "head_of_mission"})),
    (_("They look across missions"), frozenset({"headquarters_desk", "headquarters_policy"})),
)
OTHERS = _("They keep the system and check it")


@dataclass(frozen=True)
class Step:
    """One step of the work and the people who take it."""

    title: str | Promise
    people: list[User]


def demo_people() -> QuerySet[User]:
    """Return whom one click may sign in as: nobody outside the demonstration."""
    if not settings.DEMO:
        return User.objects.none()
    return User.objects.filter(is_demo=True, is_active=True)


def people_by_step() -> list[Step]:
    """Return the people of the demonstration under what they do, in the order of the work."""
    people = demo_people().annotate(role=Min("postings__role"), mission=Min("postings__mission__code"))
    ordered: Sequence[User] = list(people.exclude(function="").order_by("function", "name"))
    named = [Step(title, _holding(roles, ordered)) for title, roles in STEPS]
    placed = {person.pk for step in named for person in step.people}
    rest = Step(OTHERS, [person for person in ordered if person.pk not in placed])
    return [step for step in (*named, rest) if step.people]


def _holding(roles: Container[object], people: Sequence[User]) -> list[User]:
    return [person for person in people if getattr(person, "role", None) in roles]
