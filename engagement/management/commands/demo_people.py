"""Who may be signed in as in the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User


class Command(BaseCommand):
    """Print one line for each person of the demonstration."""

    help = "Print the people of the demonstration: what they do, and their name."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them in the order in which the work reaches them."""
        people = User.objects.filter(is_demo=True, is_active=True).exclude(function="")
        rows = [(person.function, person.name) for person in people.order_by("function")]
        width = max((len(function) for function, _ in rows), default=0)
        for function, name in rows:
            self.stdout.write(f"{function:<{width}}  {name}")
