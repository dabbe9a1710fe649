"""The application that holds the installation together."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Registers the checks of an installation."""

    name = "config"

    def ready(self) -> None:
        """Make `manage.py check --deploy` know what Django does not."""
        from config import checks  # noqa: F401  (registers its checks)
