"""Add a person who signs in, before anybody can do it in the browser."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.first_link import first_link
from accounts.models import User


class Command(BaseCommand):
    """Adds one person, and either asks for their password or prints a link with which they choose it."""

    help = "Add a person, and print a link with which they choose a password. They set up a second factor with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name to sign in with and the name of the person."""
        parser.add_argument("username", help="The name to sign in with.")
        parser.add_argument("name", help="First name and family name.")
        parser.add_argument("--function", default="", help="What they do, as others read it.")
        parser.add_argument("--email", default="", help="Where notices go.")
        parser.add_argument("--site", default="https://<your site>", help="The address of the site, for the link.")
        parser.add_argument("--ask", action="store_true", help="Ask for the password here instead, without showing it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person."""
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError("Somebody signs in with this name already. Choose another one.")
        fields = {name: options[name] for name in ("name", "function", "email")}
        password = _ask_for_password(User(username=options["username"], **fields)) if options["ask"] else None
        user = User.objects.create_user(options["username"], password=password, **fields)
        self.stdout.write(f"{user.name} was added.")
        if not password:
            self.stdout.write(
                f"Hand over this link; it works once, for three days: {options['site']}{first_link(user)}"
            )


def _ask_for_password(user: User) -> str:
    if not sys.stdin.isatty():
        raise CommandError("--ask needs a terminal. Leave it out to get a link instead.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same password again: "):
        raise CommandError("The two are not the same. Nobody was added.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return password
