"""The link with which a person chooses a password: it works once, and for three days."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from accounts.models import User


def first_link(user: User) -> str:
    """Return the path of the page on which this person chooses a password."""
    return reverse("accounts:first_password", args=[user.pk, default_token_generator.make_token(user)])
