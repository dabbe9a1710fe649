"""Wrap the keys of identities by a new key-encrypting key."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from engagement.vault import Tampered, key_store


class Command(BaseCommand):
    """Wrap every key in the store by PARLEY_VAULT_KEY; PARLEY_VAULT_KEY_FORMER opens those not wrapped by it yet."""

    help = (
        "Wrap the keys of identities by the present PARLEY_VAULT_KEY, once PARLEY_VAULT_KEY_FORMER holds the one "
        "before it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Wrap what is not wrapped by the present key yet; a run that was cut off is finished by the next one."""
        try:
            changed = key_store().rewrap()
        except Tampered as error:
            raise CommandError(
                f"A key could not be opened: {error}. Put the key that wrapped it into PARLEY_VAULT_KEY_FORMER."
            ) from error
        self.stdout.write(f"Wrapped anew: {changed}.")
        if settings.VAULT_KEY_FORMER:
            self.stdout.write(
                "Now empty PARLEY_VAULT_KEY_FORMER and start again. Destroy the former key when the last copy of the "
                "key store from before is deleted."
            )
