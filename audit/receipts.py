"""One record, however often a form is sent."""

import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from audit.models import FormReceipt

View = Callable[..., HttpResponse]
NOT_CONTENT = {"csrfmiddlewaretoken", "submission_key"}


def once(view: View) -> View:
    """Run a POST view at most once for each submission_key of a person.

    A repeat with the same content is sent to the first result. A repeat with other content is told so (409), with all
    of it on that page to copy or to send as another record, and nothing is written. A form that comes back with errors
    leaves no receipt, so it can be sent again.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = _key(request)
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            receipt, is_first = FormReceipt.objects.get_or_create(
                user_id=cast(uuid.UUID, request.user.pk),
                key=key,
                defaults={"digest": _digest(request), "received_at": timezone.now()},
            )
            return _first(view, receipt, request, *args, **kwargs) if is_first else _repeat(receipt, request)

    return wrapped


def _first(view: View, receipt: FormReceipt, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    response = view(request, *args, **kwargs)
    if isinstance(response, HttpResponseRedirect):
        FormReceipt.objects.filter(pk=receipt.pk).update(location=_short(response.url))
    else:
        transaction.set_rollback(True)
    return response


def _short(address: str) -> str:
    """Return an address as a receipt holds it: without what it asks for, where that is too long to keep."""
    longest = FormReceipt._meta.get_field("location").max_length or 0
    return address if len(address) <= longest else address.partition("?")[0]


def _repeat(receipt: FormReceipt, request: HttpRequest) -> HttpResponse:
    if receipt.digest == _digest(request):
        # A template says it, because a moment is told in the zone of the mission.
        messages.info(request, render_to_string("audit/received.html", {"received_at": receipt.received_at}, request))
        return redirect(receipt.location)
    return render(request, "409.html", {"receipt": receipt}, status=409)


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


def _digest(request: HttpRequest) -> str:
    content = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_CONTENT)
    return hashlib.sha256(repr([request.path, content]).encode()).hexdigest()
