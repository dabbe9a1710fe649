"""A choice among rows: only what was offered is taken, and the log hears of anything else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from missions.refusals import Refusal, in_the_way


class OfferedField(forms.ModelChoiceField):
    """A choice among rows that somebody may see or choose; any other is a denial, whether or not it exists."""

    def to_python(self, value: Any) -> Any:
        """Return the row that was chosen; a ValidationError tells nothing about a row that was not offered."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            in_the_way([Refusal("not_offered", error.messages[0])], tried=True)
            raise
