"""What somebody has typed and not yet sent: kept for them alone until the form is saved.

Whatever names a source is not kept: a draft is a row of the database like any other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.carrying import SECRET
from accounts.models import User
from engagement.models import FormDraft
from engagement.services.naming import fields_that_name

# The forms that can be left and taken up again, beside the sections of a request that a person writes.
FORMS = frozenset({"contact", "unplanned", "screen"})
LARGEST = 100_000
KEPT_FOR = timedelta(days=90)
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "submission_key", "draft"})


def keep(*, user: User, form: str, content: Mapping[str, list[str]], at: datetime) -> FormDraft | None:
    """Keep what stands in the inputs of a form, in place of what was kept before; None where that stays at home."""
    if _stays_at_home(user, form):
        return None
    typed = {_plain(name): [_plain(v) for v in values] for name, values in content.items() if _may_stay(name)}
    for name in fields_that_name({name: "\n".join(values) for name, values in typed.items()}, user.pk):
        typed[name] = [""]
    draft, _created = FormDraft.objects.update_or_create(
        user=user, form=form, defaults={"content": typed, "saved_at": at}
    )
    return draft


def _stays_at_home(user: User, form: str) -> bool:
    """Say whether a draft is neither shown nor changed on this journey.

    What becomes of these forms is Confidential. A section of a request opens with the request itself.
    """
    return form in FORMS and user.carries_only_unclassified


def _may_stay(name: str) -> bool:
    return name not in NOT_TYPED and not name.startswith(SECRET)


def _plain(text: str) -> str:
    """Return a text without nought bytes, which PostgreSQL does not hold; nobody types one."""
    return text.replace("\x00", "")


def find(*, user: User, form: str) -> FormDraft | None:
    """Return what was kept of a form, if anything that opens on this journey."""
    if _stays_at_home(user, form):
        return None
    return FormDraft.objects.filter(user=user, form=form).first()


def discard(*, user: User, form: str) -> None:
    """Forget the draft of a form that has been saved."""
    if not _stays_at_home(user, form):
        FormDraft.objects.filter(user=user, form=form).delete()


def forget_old(at: datetime) -> int:
    """Forget drafts that nobody has touched for 90 days; return how many."""
    deleted, _by_model = FormDraft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()
    return deleted
