"""The wall between demonstration and real work."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import User
from missions.models import Mission


class RealDataFound(ImproperlyConfigured):
    """Demo mode was asked for on a database that holds people or missions that are not of the demo."""


def refuse_to_start_on_real_data() -> None:
    """Raise RealDataFound when demo mode is on and the database holds anything but demo data."""
    if not settings.DEMO:
        return
    if User.objects.filter(is_demo=False).exists() or Mission.objects.filter(is_demo=False).exists():
        raise RealDataFound(
            "Demo mode signs anybody in with one click, and this database holds people or missions that are not of "
            "the demo. Unset PARLEY_DEMO, or point DATABASE_URL to an empty database."
        )
