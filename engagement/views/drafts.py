"""What a person has typed and not yet sent, kept as they write."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from engagement.services import form_drafts
from missions.middleware import SignedInRequest

LONGEST_NAME = 24


@require_POST
def draft(request: SignedInRequest, form: str) -> HttpResponse:
    """Keep what stands in a form; the script sends it while somebody writes."""
    content = dict(request.POST.lists())
    if len(form) > LONGEST_NAME:
        raise Http404
    if sum(len(value) for values in content.values() for value in values) > form_drafts.LARGEST:
        return HttpResponse(status=413)
    form_drafts.keep(user=request.user, form=form, content=content, at=timezone.now())
    return HttpResponse(status=204)
