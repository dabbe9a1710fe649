"""What is asked when one request is opened to one person."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.widgets import SplitDateField
from engagement.models import Request
from engagement.policies.sharing import LONGEST, LONGEST_REASON
from missions.forms import PersonField, offer
from missions.models import Mission, Posting

HEADQUARTERS = "headquarters"


class FromForm(forms.Form):
    """Where the person serves to whom access is given: a list of everybody would be long, and tell too much."""

    serving = forms.ChoiceField(label=_("People who serve in"), required=False)

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission
        others = Mission.objects.filter(is_library=False, is_demo=mission.is_demo).exclude(pk=mission.pk)
        codes = others.order_by("code").values_list("code", flat=True)
        field = self.fields["serving"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", mission.code), (HEADQUARTERS, _("Headquarters")), *((code, code) for code in codes)]

    def people(self, request: Request, at: datetime, by: User) -> Any:
        """Return who serves there now and may read what bears the marking of the request."""
        chosen = self.cleaned_data.get("serving", "") if self.is_valid() else ""
        postings = Posting.objects.live(at).filter(ceiling__gte=request.marking)
        if chosen == HEADQUARTERS:
            postings = postings.filter(mission=None)
        else:
            postings = postings.filter(mission__code=chosen or self.mission.code)
        people = User.objects.filter(postings__in=postings, is_active=True, is_demo=self.mission.is_demo)
        return people.exclude(pk=by.pk).distinct().order_by("name")


class SharingForm(forms.Form):
    """To whom, until when and why."""

    user = PersonField(
        queryset=User.objects.none(),
        label=_("To whom?"),
        help_text=_("Only people whose posting lets them read this marking are on the list."),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose the person who will read it.")},
    )
    expires_on = SplitDateField(
        label=_("Until which day?"),
        help_text=_("Access ends at the end of that day, after 30 days at most."),
        missing=_("Enter the last day, like 22 12 2026."),
    )
    reason = forms.CharField(
        label=_("Why do they need to read it?"),
        help_text=_("One sentence. It stays on record."),
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
        error_messages={"required": _("Say why this person needs to read it. The reason stays on record.")},
    )

    def __init__(self, *args: Any, people: Any, mission: Mission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission
        offer(self, "user", people)

    def terms(self, at: datetime) -> dict[str, Any]:
        """Return what was written, as the service takes it: the thirtieth day ends at the hour of giving."""
        told = self.cleaned_data
        end = datetime.combine(told["expires_on"], time.max, self.mission.zone)
        is_last = told["expires_on"] == self.mission.local_day(at + LONGEST)
        return {
            "user": told["user"],
            "reason": told["reason"],
            "expires_at": min(end, at + LONGEST) if is_last else end,
        }
