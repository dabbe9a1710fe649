"""Help somebody who lost their password or their second factor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.first_link import first_link
from accounts.models import User


class Command(BaseCommand):
    """Takes password, factors and sessions away, and prints a link with which the person starts anew."""

    help = "Take password, second factors and open sessions from a person, and print a link with which they start anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name to sign in with."""
        parser.add_argument("username", help="The name to sign in with.")
        parser.add_argument("--site", default="https://<your site>", help="The address of the site, for the link.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the person's sign-in anew."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError("Nobody signs in with this name.")
        services.start_anew(user=user, at=timezone.now())
        self.stdout.write(f"{user.name} is signed out everywhere. Make sure that it is they who ask, then hand over")
        self.stdout.write("this link; it works once, for three days:")
        self.stdout.write(options["site"] + first_link(user))
