"""The seven questions that keep a low-risk contact a two-minute log (domain reference 2.8).

All seven answered "no": the contact is logged as low risk by screening. Any "yes" asks for a full request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Question:
    """One question, and what a "yes" means for the contact."""

    code: str
    text: str | Promise
    if_yes: str | Promise
    hint: str | Promise = ""


QUESTIONS: tuple[Question, ...] = (
    Question(
        "barred",
        _("Is contact with this group or person prohibited, or does a live legal label stand against them?"),
        _("A prohibition or a legal label stands against the group, so legal advice comes first."),
        _("The group’s page lists labels with their issuer; the mission page lists prohibitions."),
    ),
    Question(
        "attacked_un",
        _("Has the group attacked the UN in the last 12 months?"),
        _("The group has attacked the UN in the last 12 months, so security advice comes first."),
    ),
    Question(
        "government_objects",
        _("Do you know of an objection by the host government?"),
        _("The host government objects, so political advice comes first."),
    ),
    Question(
        "security_risk",
        _("Is the security risk for the place or the route above medium?"),
        _("The security risk is above medium, so security advice comes first."),
        _("As rated in the security risk management process. A telephone call has no place and no route."),
    ),
    Question(
        "on_paper",
        _("Is anything to be signed, given or published?"),
        _("Something is to be signed, given or published, which can confer standing on the group."),
    ),
    Question(
        "exposed_people",
        _("Is an intermediary involved, or are children?"),
        _("An intermediary or children are involved, and their protection needs a plan."),
    ),
    Question(
        "red_line",
        _("Is a red line in question with this group?"),
        _("A red line is open with this group, so somebody must first decide whether to go on."),
        _("For example an earlier promise under review for breach."),
    ),
)
BY_CODE: Mapping[str, Question] = {question.code: question for question in QUESTIONS}
