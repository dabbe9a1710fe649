"""What a person has typed and not yet sent, kept as they write."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from engagement import sections
from engagement.services import form_drafts
from engagement.views.requests import draft_name, writable
from missions.access import Access
from missions.middleware import SignedInRequest


@require_POST
def draft(request: SignedInRequest, form: str) -> HttpResponse:
    """Keep what stands in a form; the script sends it while somebody writes."""
    content = dict(request.POST.lists())
    if form not in form_drafts.FORMS and not _is_section(request.access, form):
        raise Http404
    if sum(len(value) for values in content.values() for value in values) > form_drafts.LARGEST:
        return HttpResponse(status=413)
    form_drafts.keep(user=request.user, form=form, content=content, at=timezone.now())
    return HttpResponse(status=204)


def _is_section(access: Access, form: str) -> bool:
    """Say whether this names a section of a request that the person is writing."""
    found = writable(access, form.rpartition("-")[0])
    return found.is_writable and form in {draft_name(found, section) for section in sections.SECTIONS}
