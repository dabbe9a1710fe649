"""The pages that help, open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import glossary


@login_not_required
@require_GET
def help(request: HttpRequest) -> HttpResponse:
    """Say who to call and how to behave in a chance contact."""
    return render(request, "accounts/help.html")


@login_not_required
@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """List the words of the product in English and French."""
    return render(request, "accounts/words.html", {"terms": glossary.TERMS})


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was done so that everybody can use these pages, and what is missing."""
    return render(request, "accounts/accessibility.html")


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, who sees it and for how long."""
    return render(request, "accounts/privacy.html")
