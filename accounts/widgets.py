"""Dates as people write them: separate day, month, year and time, each with its own plain error."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Beyond these years nothing here is real, and time zones and terms of validity run over the edge of the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199
PARTS = (
    ("day", _("Day"), "w2"),
    ("month", _("Month"), "w2"),
    ("year", _("Year"), "w4"),
    ("time", _("Time (24 h)"), "w4"),
)


class SplitDateWidget(forms.MultiWidget):
    """Three small inputs for a date, and one more for the time."""

    template_name = "django/forms/widgets/split_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, with_time: bool = False) -> None:
        self.parts = PARTS if with_time else PARTS[:3]
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"class": css, "inputmode": "numeric", "autocomplete": "off"})
            for name, _label, css in self.parts
        }
        super().__init__(widgets, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each input the word that stands above it."""
        context = super().get_context(name, value, attrs)
        for subwidget, part in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            subwidget["label"] = part[1]
        return context

    def decompress(self, value: date | datetime | None) -> list[str]:
        """Split a date, or a moment in the current time zone, into what stands in the inputs."""
        if value is None:
            return [""] * len(self.parts)
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        words = [str(value.day), str(value.month), str(value.year)]
        if len(self.parts) == 4:
            words.append(value.strftime("%H:%M") if isinstance(value, datetime) else "")
        return words


class _SplitField(forms.MultiValueField):
    """What a date and a moment have in common."""

    with_time = False
    default_error_messages = {
        "missing": _("Enter the day, like 22 11 2026."),
        "incomplete": _("Enter the day, the month and the year, like 22 11 2026."),
        "digits": _("Write the day, the month and the year in digits, like 22 11 2026."),
        "unreal": _("That day does not exist. Check the day and the month."),
        "far_off": _("Check the year: it lies between 1900 and 2199."),
    }

    def __init__(self, *, missing: Any = None, **kwargs: Any) -> None:
        count = 4 if self.with_time else 3
        kwargs.setdefault("widget", SplitDateWidget(with_time=self.with_time))
        fields = [forms.CharField(required=False) for _n in range(count)]
        super().__init__(fields, require_all_fields=False, **kwargs)
        if missing:
            self.error_messages["missing"] = missing

    def clean(self, value: Any) -> Any:
        """Turn the written parts into a date, with one sentence for whatever is wrong."""
        words = [str(word or "").strip() for word in value or ()]
        if not any(words):
            if self.required:
                raise self._error("missing")
            return None
        return self.read(words)

    def read(self, words: list[str]) -> Any:
        """Read the parts."""
        return self._date(words)

    def _date(self, words: list[str]) -> date:
        if not all(words[:3]):
            raise self._error("incomplete")
        if not all(word.isdecimal() and len(word) <= 4 for word in words[:3]) or len(words[2]) != 4:
            raise self._error("digits")
        day, month, year = (int(word) for word in words[:3])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise self._error("far_off")
        try:
            return date(year, month, day)
        except ValueError:
            raise self._error("unreal") from None

    def _error(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what stands in the inputs."""
        if self.disabled:
            return False
        before = self.widget.decompress(initial) if not isinstance(initial, list) else initial
        return [str(word or "").strip() for word in data or ()] != before


class SplitDateField(_SplitField):
    """A day, written as day, month and year; `missing` is the sentence for an empty one."""


class SplitDateTimeField(_SplitField):
    """A moment, written as day, month, year and 24-hour time in the current time zone."""

    with_time = True
    default_error_messages = {
        "no_time": _("Enter the time, like 14:30. A rough time will do."),
        "bad_time": _("Write the time with hours and minutes, like 14:30."),
    }

    def read(self, words: list[str]) -> datetime:
        """Read the day, then the time."""
        on = self._date(words)
        if not words[3]:
            raise self._error("no_time")
        return timezone.make_aware(datetime.combine(on, self._time(words[3])))

    def _time(self, word: str) -> Any:
        digits = word.lower().replace("h", ":").replace(".", ":").replace(" ", "")
        if digits.isdecimal() and len(digits) == 4:
            digits = f"{digits[:2]}:{digits[2:]}"
        try:
            return datetime.strptime(digits if ":" in digits else f"{digits}:00", "%H:%M").time()
        except ValueError:
            raise self._error("bad_time") from None
