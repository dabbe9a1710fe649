"""Words that the decision paper repeats: bands, dates, ages and evidence."""

from datetime import date

from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from missions.bands import PROTECTION_BANDS, RISK_BANDS, RISKS


def language() -> str:
    """Return the reader's language, for the ruleset's own texts."""
    return get_language() or "en"


def band_code(rank: int, *, protection: bool = False) -> str:
    """Return the code of a stored band, 1 to 4."""
    return [*(PROTECTION_BANDS if protection else RISK_BANDS)][rank - 1]


def band_word(code: str) -> str:
    """Return the word of a band."""
    return str((RISK_BANDS | PROTECTION_BANDS)[code])


def risk_name(code: str) -> str:
    """Return the name of LEG, GOV, SEC or PRO."""
    return str(RISKS[code])


def age_words(day: date, today: date) -> str:
    """Say how old something is, in days up to two months and in months after that."""
    days = max((today - day).days, 0)
    if days < 60:
        return ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    months = days // 30
    return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}


def evidence_words(confidence: str | None) -> str:
    """Say how good the evidence for an answer is."""
    words = {
        "A": _("two sources or an official document"),
        "B": _("one good source"),
        "C": _("judgement or one weak source"),
    }
    return words.get(confidence or "", _("not known"))


def first_sentence(text: str, most: int = 140) -> str:
    """Return the first sentence of a text, cut where it is long."""
    line = " ".join(text.split())
    end = line.find(". ")
    return Truncator(line if end < 0 else line[: end + 1]).chars(most)


def first_words(text: str, most: int) -> str:
    """Return as many whole words as stand in so many characters."""
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0].rstrip(" ,;:\u00a0\u202f") + "…"
