"""The words for the levels of risk and protection, lowest first, and for the three risks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

RISK_BANDS: dict[str, str | Promise] = {
    "LOW": pgettext_lazy("risk band", "Low"),
    "MODERATE": pgettext_lazy("risk band", "Moderate"),
    "HIGH": pgettext_lazy("risk band", "High"),
    "VERY_HIGH": pgettext_lazy("risk band", "Very high"),
}
PROTECTION_BANDS: dict[str, str | Promise] = {
    "P1_MINOR": pgettext_lazy("protection band", "Minor"),
    "P2_USEFUL": pgettext_lazy("protection band", "Useful"),
    "P3_MAJOR": pgettext_lazy("protection band", "Major"),
    "P4_CRITICAL": pgettext_lazy("protection band", "Critical"),
}
RISKS: dict[str, str | Promise] = {
    "LEG": pgettext_lazy("risk", "Legitimacy"),
    "GOV": pgettext_lazy("risk", "Host government"),
    "SEC": pgettext_lazy("risk", "Security"),
    "PRO": gettext_lazy("Protection case"),
}
