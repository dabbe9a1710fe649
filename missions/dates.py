"""Days and times in the reader's language, written in one way wherever they stand in a sentence."""

from datetime import date, datetime

from django.utils import formats
from django.utils.translation import pgettext


def day_in_words(day: date) -> str:
    """Return a day without its weekday, "22 Nov 2026"."""
    return formats.date_format(day, pgettext("date format", "j M Y"))


def weekday_in_words(day: date) -> str:
    """Return a day with its weekday, "Sun 22 Nov 2026"."""
    return formats.date_format(day, pgettext("date format with weekday", "D j M Y"))


def time_in_words(moment: datetime) -> str:
    """Return the time of a moment in the zone that it bears, "14:53"."""
    return formats.time_format(moment, pgettext("time format", "H:i"))
