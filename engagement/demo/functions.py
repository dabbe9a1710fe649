"""What the demo people do, marked for translation: the sign-in page says it in the reader's language."""

from django.utils.translation import gettext_noop

FUNCTIONS = frozenset(
    {
        gettext_noop("Analyst"),
        gettext_noop("Auditor"),
        gettext_noop("Child and women’s protection adviser"),
        gettext_noop("Deputy information manager"),
        gettext_noop("Field officer, Bria"),
        gettext_noop("Field officer, Kesi"),
        gettext_noop("Force liaison"),
        gettext_noop("Head of field office, Bria"),
        gettext_noop("Head of mission"),
        gettext_noop("Headquarters desk"),
        gettext_noop("Human rights officer"),
        gettext_noop("Information manager"),
        gettext_noop("Legal adviser"),
        gettext_noop("POC adviser"),
        gettext_noop("Pillar head"),
        gettext_noop("Political adviser"),
        gettext_noop("Security adviser"),
    }
)
