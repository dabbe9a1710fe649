"""The seven sections in which a request is written: what each asks for, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """One theme of a request: fields of the request and factors of the ruleset, in the order of the page."""

    slug: str
    title: str | Promise
    intro: str | Promise
    fields: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    takes_measures: bool = False
    # The fields follow from the answers, so they come after them on the page.
    asks_factors_first: bool = False

    @property
    def number(self) -> int:
        """Return the place among the seven, from 1."""
        return SECTIONS.index(self) + 1

    @property
    def following(self) -> "Section | None":
        """Return the section that comes next, or None after the last."""
        return next(iter(SECTIONS[self.number :]), None)

    def holds(self, name: str) -> bool:
        """Say whether this section asks for a field, a factor or a measure of that name."""
        return name in self.fields or name in self.factors or (self.takes_measures and name.startswith("M-"))


SECTIONS: tuple[Section, ...] = (
    Section(
        "purpose",
        _("Purpose and civilians"),
        _("What this dialogue is for, whom it could protect, and what happens without it."),
        ("title", "purpose_scale", "purpose", "threat", "if_not_engaging", "alternatives"),
        ("PRO-01", "PRO-02", "PRO-03", "PRO-04", "PRO-05", "PRO-06", "PRO-07"),
    ),
    Section(
        "group",
        _("Group and people"),
        _("Whom you want to talk with, how they have behaved, and who else is concerned."),
        (
            "group",
            "interlocutors",
            "involves_children",
            "involves_detainees",
            "is_recognised_step",
            "label_worksheet",
        ),
        ("LEG-04", "LEG-05", "LEG-08", "SEC-02", "SEC-03", "SEC-08"),
    ),
    Section(
        "plan",
        _("How, where, when and who"),
        _("The plan as first proposed, before any special measure."),
        (
            "type",
            "modality",
            "component",
            "area",
            "place",
            "contacts_planned",
            "starts_on",
            "ends_on",
            "inside_strategy",
            "uses_intermediary",
            "intermediary_consented_on",
            "is_third_country",
        ),
        ("LEG-01", "LEG-02", "LEG-03", "LEG-09", "SEC-04", "SEC-07", "SEC-09"),
    ),
    Section(
        "host-government",
        _("Host government"),
        _("What the State has said, what it will know, and what it could do."),
        ("objection_justification",),
        ("GOV-01", "GOV-02", "GOV-03", "GOV-04", "GOV-05", "GOV-06", "GOV-07"),
        asks_factors_first=True,
    ),
    Section(
        "legitimacy",
        _("Legitimacy and other talks"),
        _("How others will read the contact, and how it sits with talks that others lead."),
        (),
        ("LEG-06", "LEG-07", "GOV-08", "GOV-09"),
    ),
    Section(
        "security",
        _("Security and people exposed"),
        _("Who could be harmed on the way, at the place or afterwards."),
        ("srm_reference", "srm_valid_until"),
        ("SEC-01", "SEC-05", "SEC-06", "SEC-10"),
    ),
    Section(
        "measures",
        _("Measures, conditions and red lines"),
        _("What will make it safer, who answers for that, and when you will stop."),
        ("red_lines", "proposed_conditions"),
        takes_measures=True,
    ),
)
# What each field is called where a request is read back.
TERMS: Mapping[str, str | Promise] = {
    "title": _("What is asked"),
    "purpose_scale": _("Aim"),
    "purpose": _("Protection purpose"),
    "threat": _("Threat to civilians"),
    "if_not_engaging": _("If we do not engage"),
    "alternatives": _("Alternatives"),
    "group": _("Group"),
    "interlocutors": _("Interlocutors"),
    "involves_children": _("Children or survivors concerned"),
    "involves_detainees": _("People held, or an exchange"),
    "is_recognised_step": _("Agreed step of a recognised process"),
    "label_worksheet": _("Why talk with a designated group"),
    "type": _("Kind of dialogue"),
    "modality": _("Means of contact"),
    "component": _("Leading component"),
    "area": _("Area"),
    "place": _("Place"),
    "contacts_planned": _("Contacts at most"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "inside_strategy": _("Inside an approved strategy"),
    "uses_intermediary": _("Intermediary"),
    "intermediary_consented_on": _("Intermediary agreed on"),
    "is_third_country": _("Travel to another country"),
    "objection_justification": _("Why despite the objection"),
    "srm_reference": _("Security risk management record"),
    "srm_valid_until": _("Record valid until"),
    "red_lines": _("Red lines"),
    "proposed_conditions": _("Proposed conditions"),
}
BY_SLUG: Mapping[str, Section] = {section.slug: section for section in SECTIONS}


def section_of(name: str) -> Section | None:
    """Return the section that asks for this field, factor or measure, or None."""
    return next((section for section in SECTIONS if section.holds(name)), None)
