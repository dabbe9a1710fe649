"""Answers whether the process is up."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; it looks at nothing else, so it tells nothing else."""
    return HttpResponse("ok", content_type="text/plain")
