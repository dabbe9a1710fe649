"""Another sign-in of the house, by OpenID Connect: it opens accounts that exist, and creates none."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from accounts import entering
from accounts.models import User


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Takes the provider's word for who somebody is, and for nothing else: the second factor is still asked for."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say no: an information manager adds people."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the open account of this name; without one, say what is said of a wrong password."""
        username = sociallogin.user.username if sociallogin.user else ""
        user = User.objects.filter(username=username, is_active=True, is_demo=False).first()
        if not username or user is None:
            raise ImmediateHttpResponse(entering.refuse(request))
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **unused: Any) -> None:
        """Send somebody back whose provider refused them, or who changed their mind."""
        raise ImmediateHttpResponse(entering.refuse(request))
