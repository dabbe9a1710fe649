"""What headquarters may count without reading: numbers, codes, states and references, never a text.

The one way to these figures is `figures(Model, access)`; the columns that it opens are listed here and nowhere else.
"""

from typing import Any

from django.db.models import QuerySet

from engagement.models import Commitment, Contact, Engagement, Request
from missions.access import Access, counted

HEADQUARTERS = "figures for headquarters: the columns of this module, under missions.access.counted"
BANDS = ("legitimacy", "host_government", "security", "protection", "overall")
POINTS = ("highest_score", "highest_low", "highest_high", "protection_score", "protection_low", "protection_high")

# For each model: the path to the record that bears the marking, and the columns that may be counted.
COLUMNS: dict[Any, tuple[str, tuple[str, ...]]] = {
    Request: (
        "",
        (
            "pk",
            "reference",
            "marking",
            "mission_id",
            "mission__code",
            "status",
            "version",
            "submitted_at",
            "decide_by",
            *(f"assessment__{name}" for name in (*BANDS, *POINTS)),
        ),
    ),
    Engagement: (
        "request__",
        (
            "request_id",
            "request__reference",
            "request__marking",
            "request__mission_id",
            "request__mission__code",
            "status",
            "ends_on",
            "request__assessment__assessed_at",
            *(f"{path}__{name}" for path in ("request__assessment", "decision__assessment") for name in BANDS),
        ),
    ),
    Contact: ("", ("mission_id", "happened_at", "path")),
    Commitment: ("contact__", ("contact__mission_id", "contact__mission__code", "by", "state", "check_on")),
}


def figures(model: Any, access: Access, *, library: bool = False) -> "QuerySet[Any, dict[str, Any]]":
    """Return the figures of what this person may count, in the missions of today or in the training library."""
    path, columns = COLUMNS[model]
    open_to_counting = model.objects.unscoped(HEADQUARTERS).filter(counted(access, path))
    found: QuerySet[Any, dict[str, Any]] = open_to_counting.filter(**{f"{path}mission__is_library": library})
    return found.values(*columns)
