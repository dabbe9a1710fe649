"""How much of their own words people can write, and the sentence for too much."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 4000
TOO_LONG = _("Shorten this to %(limit_value)s characters. It has %(show_value)s now.")


class LongText(forms.CharField):
    """Several lines in somebody's own words, bounded, with a count of what is left."""

    default_error_messages = {"max_length": TOO_LONG}

    def __init__(self, *, rows: int, attrs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        longest = kwargs.setdefault("max_length", LONGEST_TEXT)
        written = {"rows": rows, "dir": "auto", "data-max": longest}
        super().__init__(widget=forms.Textarea(written | (attrs or {})), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let people paste more than fits and see what is too much, rather than cut it off unseen."""
        return {}
