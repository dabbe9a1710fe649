"""The sentences of a threat assessment."""

from django.utils.translation import gettext as _

from protection.models import ThreatAssessment


def likelihood_sentence(threat: ThreatAssessment) -> str:
    """Say how likely the harm is and why: all three are needed, so the lowest counts."""
    return _(
        "%(likelihood)s of 4, because intent %(intent)s, capability %(capability)s, opportunity %(opportunity)s: "
        "the lowest counts"
    ) % {
        "likelihood": threat.likelihood,
        "intent": threat.intent,
        "capability": threat.capability,
        "opportunity": threat.opportunity,
    }
