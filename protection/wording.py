"""The sentences of a threat assessment, and what each level means."""

from collections.abc import Sequence

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from protection.models import ThreatAssessment

# Levels 0 to 4, in words: a number alone would mean something else to everyone.
INTENT = (
    _("no sign that anybody means to harm them"),
    _("hostile words, no step towards harm"),
    _("threats made, or harm done elsewhere in this manner"),
    _("plans or orders reported, or harm done here before"),
    _("harm announced for a time and a place, or going on"),
)
CAPABILITY = (
    _("no means to do it"),
    _("a few people, poorly armed, not able to move"),
    _("able to strike a small place once"),
    _("able to strike more than once, or several places"),
    _("able to strike at will and to stay"),
)
OPPORTUNITY = (
    _("people are out of reach, or well protected"),
    _("reachable only with effort; protectors are near"),
    _("reachable at times; protectors come late"),
    _("reachable on most days; little protection"),
    _("reachable now, and nobody stands in between"),
)
IMPACT = (
    _("no harm to people expected"),
    _("harassment, or losses that people can bear"),
    _("injuries, or livelihoods lost"),
    _("deaths or sexual violence likely, or many people displaced"),
    _("mass killing or mass displacement"),
)


def likelihood_sentence(threat: ThreatAssessment) -> str:
    """Say how likely the harm is and why: all three are needed, so the lowest counts."""
    return gettext(
        "%(likelihood)s of 4, because intent %(intent)s, capability %(capability)s, opportunity %(opportunity)s: "
        "the lowest counts"
    ) % {
        "likelihood": threat.likelihood,
        "intent": threat.intent,
        "capability": threat.capability,
        "opportunity": threat.opportunity,
    }


def worded(level: int, anchors: Sequence[str | Promise]) -> str:
    """Say a level with what it means, "3: deaths or sexual violence likely"."""
    return pgettext("name and value", "%(name)s: %(value)s") % {"name": level, "value": anchors[level]}


worded_later = lazy(worded, str)
