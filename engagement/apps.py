from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        """Show the dialogue with a group on its page."""
        from engagement.beside_group import dialogue_with
        from nsags.beside import add_card

        add_card(dialogue_with)
