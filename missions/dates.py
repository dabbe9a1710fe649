"""Days and times in the reader's language, written in one way wherever they stand in a sentence."""

from datetime import date, datetime

from django.utils import formats
from django.utils.translation import pgettext


def day_in_words(day: date) -> str:
    """Return a day without its weekday, "22 Nov 2026"."""
    return _written(day, pgettext("date format", "j M Y"))


def weekday_in_words(day: date) -> str:
    """Return a day with its weekday, "Sun 22 Nov 2026"."""
    return _written(day, pgettext("date format with weekday", "D j M Y"))


def short_day_in_words(day: date, *, near: date) -> str:
    """Return a day for lists, "Sun 22 Nov"; with its year when that is not the year of the day `near` it."""
    if day.year != near.year:
        return _written(day, pgettext("short date format with weekday", "D j M Y"))
    return _written(day, pgettext("short date format with weekday", "D j M"))


def _written(day: date, style: str) -> str:
    """Return a day in this style; French writes the first of a month as an ordinal."""
    if day.day == 1:
        first = pgettext("first day of a month", "1")
        style = style.replace("j", "".join(f"\\{sign}" for sign in first))
    return formats.date_format(day, style)


def time_in_words(moment: datetime) -> str:
    """Return the time of a moment in the zone that it bears, "14:53"."""
    return formats.time_format(moment, pgettext("time format", "H:i"))
