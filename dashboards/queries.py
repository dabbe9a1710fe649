"""Read models of the dashboards: set-based, the same number of queries for two rows and for two hundred."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.utils.translation import get_language

from engagement.figures import figures
from engagement.models import Commitment, Contact, Engagement, GateAnswer, Request
from engagement.models.status import LIVE, PENDING, EngagementStatus, RequestStatus
from missions.access import Access
from missions.models import Mission, Posture
from risk import current_ruleset

RISKS = ("legitimacy", "host_government", "security")
BANDS = ("LOW", "MODERATE", "HIGH", "VERY_HIGH")
PROTECTION_BANDS = ("P1_MINOR", "P2_USEFUL", "P3_MAJOR", "P4_CRITICAL")
RISK_CODES = dict(zip(RISKS, ("LEG", "GOV", "SEC"), strict=True))

MONTH = timedelta(days=30)
QUIET = timedelta(days=7)
ENDING = timedelta(days=14)
CLASSIFY_WITHIN = timedelta(hours=72)
FEW = 5
SHOWN = 40
LISTED = 8


def band(rank: int | None, protection: bool = False) -> str:
    """Return the code of a band from its number, nothing where there is none."""
    if not rank:
        return ""
    return (PROTECTION_BANDS if protection else BANDS)[rank - 1]


def few(count: int) -> str:
    """Write a count of contacts for readers outside the need to know: below five, nobody learns how many."""
    return str(count) if count >= FEW else f"<{FEW}"


@dataclass(frozen=True)
class Rise:
    """One risk that stands higher than when the dialogue was decided."""

    risk: str
    before: str
    now: str


def risen(path_before: str = "decision__assessment", path_now: str = "request__assessment") -> Q:
    """Return the condition that a risk has risen since the decision."""
    condition = Q(pk__in=())
    for risk in RISKS:
        condition |= Q(**{f"{path_now}__{risk}__gt": F(f"{path_before}__{risk}")})
    return condition


def rises(row: Mapping[str, Any]) -> list[Rise]:
    """Return which risks of a dialogue have risen, in their fixed order."""
    pairs = [(risk, row[f"decision__assessment__{risk}"], row[f"request__assessment__{risk}"]) for risk in RISKS]
    return [Rise(RISK_CODES[risk], band(before), band(now)) for risk, before, now in pairs if now > before]


# --- Headquarters --------------------------------------------------------------------------------------------------


@dataclass
class MissionRow:
    """What headquarters sees of one mission."""

    code: str
    posture: str
    posture_since: datetime | None
    quiet_days: int | None
    waiting: int = 0
    late: int = 0
    oldest_days: int = 0
    contacts: str = few(0)
    highest: dict[str, str] = field(default_factory=dict)
    bands: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BANDS, 0))

    @property
    def has_pending(self) -> bool:
        """Say whether any request has levels to show."""
        return bool(self.highest)


@dataclass(frozen=True)
class Headquarters:
    """Everything on the page over all missions, or over the historical cases of the training library."""

    at: datetime
    is_library: bool
    missions: Sequence[MissionRow]
    requests: Sequence[Mapping[str, Any]]
    points: Sequence[Mapping[str, Any]]
    changed: Sequence[Mapping[str, Any]]
    commitments: Sequence[Mapping[str, Any]]

    @property
    def waiting(self) -> int:
        """Return how many requests wait for somebody."""
        return sum(row.waiting for row in self.missions)

    @property
    def late(self) -> int:
        """Return how many of them are past their date."""
        return sum(row.late for row in self.missions)

    @property
    def quiet(self) -> list[MissionRow]:
        """Return the missions that have logged nothing for a week, so that silence is not read as calm."""
        return [row for row in self.missions if row.quiet_days is None or row.quiet_days >= QUIET.days]

    @property
    def due(self) -> int:
        """Return how many commitments are due for a check."""
        return sum(row["due"] for row in self.commitments)

    @property
    def ours_late(self) -> int:
        """Return how many of our own commitments are past their date."""
        return sum(row["ours_late"] for row in self.commitments)


def headquarters(access: Access, at: datetime, *, library: bool = False) -> Headquarters:
    """Gather the page over all missions, by figures only; in the library every assessed request counts."""
    rows = _mission_rows(access, at, library)
    _add_requests(rows, access, at, library)
    _add_contacts(rows, access, at)
    pending = _listed(access, at, library)
    return Headquarters(
        at=at,
        is_library=library,
        missions=sorted(rows.values(), key=lambda row: row.code),
        requests=pending,
        points=[_point(number, row) for number, row in enumerate(pending, start=1)],
        changed=_changed(access),
        commitments=_commitments(access, at),
    )


def _mission_rows(access: Access, at: datetime, library: bool) -> dict[UUID, MissionRow]:
    in_force = Posture.objects.filter(mission=OuterRef("pk"), starts_at__lte=at).order_by("-starts_at")
    latest = figures(Contact, access).filter(mission=OuterRef("pk"), happened_at__lte=at).order_by("-happened_at")
    missions = (
        Mission.objects.open_to(access)
        .filter(is_library=library)
        .annotate(
            posture_code=Subquery(in_force.values("code")[:1]),
            posture_since=Subquery(in_force.values("starts_at")[:1]),
            last_contact=Subquery(latest.values("happened_at")[:1]),
        )
    )
    return {
        mission.pk: MissionRow(
            code=mission.code,
            posture=str(Posture.Code(mission.posture_code).label) if mission.posture_code else "",
            posture_since=mission.posture_since,
            quiet_days=(at - mission.last_contact).days if mission.last_contact else None,
        )
        for mission in missions
    }


def _requests_of(access: Access, library: bool) -> "QuerySet[Request, dict[str, Any]]":
    """Return what waits for somebody; the library keeps what was decided long ago, so there it is everything."""
    found = figures(Request, access, library=library)
    return found.filter(assessment__isnull=False) if library else found.filter(status__in=PENDING)


def _add_requests(rows: dict[UUID, MissionRow], access: Access, at: datetime, library: bool) -> None:
    """Count requests by mission and band in the database, and keep the highest level of each kind."""
    by_band = _requests_of(access, library).order_by().values("mission_id", "assessment__overall")
    grouped: Iterable[Mapping[str, Any]] = by_band.annotate(
        waiting=Count("pk"),
        late=Count("pk", filter=Q(decide_by__lt=at) & ~Q(status=RequestStatus.DEFERRED)),
        oldest=Min("submitted_at"),
        **{name: Max(f"assessment__{name}") for name in (*RISKS, "protection")},
    )
    highest: dict[UUID, Counter[str]] = defaultdict(Counter)
    for group in grouped:
        row = rows[group["mission_id"]]
        row.waiting += group["waiting"]
        row.late += group["late"]
        row.oldest_days = max(row.oldest_days, (at - group["oldest"]).days if group["oldest"] else 0)
        if group["assessment__overall"]:
            row.bands[band(group["assessment__overall"])] += group["waiting"]
            highest[group["mission_id"]] |= Counter({name: group[name] for name in (*RISKS, "protection")})
    for key, levels in highest.items():
        rows[key].highest = {name: band(rank, name == "protection") for name, rank in levels.items()}


def _add_contacts(rows: dict[UUID, MissionRow], access: Access, at: datetime) -> None:
    recent = figures(Contact, access).filter(happened_at__gt=at - MONTH, happened_at__lte=at)
    for group in recent.order_by().values("mission_id").annotate(made=Count("pk")):
        if group["mission_id"] in rows:
            rows[group["mission_id"]].contacts = few(group["made"])


def _listed(access: Access, at: datetime, library: bool) -> list[dict[str, Any]]:
    """Return requests with their levels, the earliest date first; outside the library, opening one takes a grant."""
    found = _requests_of(access, library).filter(assessment__isnull=False)
    rows = list(found.order_by(F("decide_by").asc(nulls_last=True), "reference")[:SHOWN])
    for row in rows:
        access.shown.note_marking(row["marking"])
        row["may_open"] = library or row["pk"] in access.grants
        row["is_late"] = not library and _is_late(row["status"], row["decide_by"], at)
        row["band"], row["protection_band"] = (
            band(row["assessment__overall"]),
            band(row["assessment__protection"], True),
        )
    return rows


def _point(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one mark of the scatter; its label is the number that its row bears in the table."""
    return {
        "label": str(number),
        "risk": tuple(row[f"assessment__highest_{name}"] for name in ("low", "score", "high")),
        "protection": tuple(row[f"assessment__protection_{name}"] for name in ("low", "score", "high")),
        "state": "again" if row["version"] > 1 else "new",
    }


def _changed(access: Access) -> list[dict[str, Any]]:
    """Return approvals of which a risk has risen since the decision, the latest change first."""
    found = figures(Engagement, access).filter(risen(), status__in=LIVE)
    rows = list(found.order_by("-request__assessment__assessed_at", "request__reference")[:SHOWN])
    for row in rows:
        access.shown.note_marking(row["request__marking"])
        row["rises"] = rises(row)
        row["state"] = EngagementStatus(row["status"])
        row["may_open"] = row["request_id"] in access.grants
    return rows


def _commitments(access: Access, at: datetime) -> list[dict[str, Any]]:
    """Count the promises of groups by the fixed words, and what is due, in each mission that has any."""
    late = Q(check_on__lt=at.date())
    ours, theirs = Q(by=Commitment.By.US), Q(by=Commitment.By.THEM)
    grouped = (
        figures(Commitment, access)
        .order_by()
        .values("contact__mission__code")
        .annotate(
            due=Count("pk", filter=Q(check_on__lte=at.date())),
            ours_late=Count("pk", filter=ours & late),
            **{state.value: Count("pk", filter=theirs & Q(state=state)) for state in Commitment.State},
        )
    )
    return sorted(grouped, key=lambda row: row["contact__mission__code"])


# --- One mission ---------------------------------------------------------------------------------------------------


# How the request behind a dialogue is held, for the page to note; the rest of it is not read.
HELD = ("request__id", "request__reference", "request__mission_id", "request__marking", "request__compartment_id")


class Joined(Aggregate):
    """Words of several rows in one column, on either database."""

    function = "STRING_AGG"
    output_field = TextField()

    def __init__(self, expression: str, **extra: Any) -> None:
        super().__init__(expression, Value(","), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Use SQLite's name for it."""
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


@dataclass(frozen=True)
class MissionPage:
    """What one person sees of one mission today."""

    late: Sequence[Request]
    holds: Sequence[tuple[Request, Sequence[Mapping[str, Any]]]]
    ending: Sequence[Mapping[str, Any]]
    unclassified: Sequence[Contact]
    states: Sequence[tuple[EngagementStatus, int]]
    risen: Sequence[Mapping[str, Any]]
    ours: Sequence[Commitment]
    ours_late: int
    requests: Sequence[Request]
    contacts: Sequence[Contact]

    @property
    def needs_nobody(self) -> bool:
        """Say whether nothing waits for a person today."""
        return not (self.late or self.holds or self.ending or self.unclassified)


def mission_page(mission: Mission, access: Access, at: datetime) -> MissionPage:
    """Gather what this person may see of a mission."""
    today = mission.local_day(at)
    requests = _requests(mission, access)
    pending = sorted((r for r in requests if r.status in PENDING), key=lambda r: (r.decide_by or at, r.reference))
    dialogues = _dialogues(mission, access)
    contacts = _contacts(mission, access, at)
    ours = _ours(mission, access)
    return MissionPage(
        late=[request for request in pending if _is_late(request.status, request.decide_by, at)],
        holds=[(request, holds) for request in pending if (holds := _open_holds(request))],
        ending=_ending(dialogues, today),
        unclassified=[contact for contact in contacts if _is_overdue(contact, at)],
        states=_states(dialogues),
        risen=[row for row in dialogues if row["rises"]],
        ours=ours[:LISTED],
        ours_late=sum(commitment.check_on < today for commitment in ours),
        requests=sorted(requests, key=lambda r: r.created_at, reverse=True)[:LISTED],
        contacts=sorted(contacts, key=lambda c: c.happened_at, reverse=True)[:LISTED],
    )


def _is_late(status: str, decide_by: datetime | None, at: datetime) -> bool:
    """Say whether a decision is overdue; what a decider put off to a later day is not."""
    return status != RequestStatus.DEFERRED and decide_by is not None and decide_by < at


def _requests(mission: Mission, access: Access) -> list[Request]:
    """Return the pending requests by their date, and the newest ones whatever their state."""
    visible = Request.objects.visible_to(access).filter(mission=mission)
    pending = visible.filter(status__in=PENDING).order_by(F("decide_by").asc(nulls_last=True)).values("pk")[:SHOWN]
    newest = visible.order_by("-created_at").values("pk")[:LISTED]
    answered = GateAnswer.objects.visible_to(access).filter(reopened_at=None)
    answered = answered.filter(request=OuterRef("pk"), version=OuterRef("version"))
    gates = answered.order_by().values("request").annotate(gates=Joined("gate")).values("gates")
    found = visible.filter(Q(pk__in=pending) | Q(pk__in=newest)).annotate(answered=Subquery(gates))
    return list(found.select_related("assessment").defer("assessment__facts", "assessment__result"))


def _open_holds(request: Request) -> list[Mapping[str, Any]]:
    if request.assessment is None or request.status not in PENDING:
        return []
    gates: str | None = getattr(request, "answered", None)
    answered = set((gates or "").split(","))
    holds = (gate for gate in request.assessment.gates if gate["effect"] == "HOLD" and gate["id"] not in answered)
    return [gate | {"name": _gate_name(gate["id"])} for gate in holds]


def _gate_name(gate: str) -> str:
    known = current_ruleset().gates.get(gate)
    return known.name(get_language() or "en") if known else gate


def _dialogues(mission: Mission, access: Access) -> list[dict[str, Any]]:
    visible = Engagement.objects.visible_to(access).filter(request__mission=mission, status__in=LIVE)
    levels = [f"{path}__{risk}" for path in ("decision__assessment", "request__assessment") for risk in RISKS]
    columns = ("request__reference", "request__title", "status", "ends_on", *HELD, *levels)
    rows = list(visible.order_by("ends_on", "request__reference").values(*columns))
    for row in rows:
        access.shown.note(Request(**{name.removeprefix("request__"): row[name] for name in HELD}))
        row["rises"], row["state"] = rises(row), EngagementStatus(row["status"])
    return rows


def _states(dialogues: Iterable[Mapping[str, Any]]) -> list[tuple[EngagementStatus, int]]:
    counts = Counter(row["status"] for row in dialogues)
    return [(state, counts[state]) for state in EngagementStatus if state in LIVE]


def _ending(dialogues: Iterable[Mapping[str, Any]], today: date) -> list[Mapping[str, Any]]:
    return [row for row in dialogues if row["ends_on"] <= today + ENDING]


def _contacts(mission: Mission, access: Access, at: datetime) -> list[Contact]:
    """Return the newest contacts, and the unplanned ones that nobody has classified in time."""
    visible = Contact.objects.visible_to(access).filter(mission=mission)
    newest = visible.order_by("-happened_at").values("pk")[:LISTED]
    overdue = visible.filter(path=Contact.Path.UNPLANNED, classification="", created_at__lt=at - CLASSIFY_WITHIN)
    found = visible.filter(Q(pk__in=newest) | Q(pk__in=overdue.order_by("created_at").values("pk")[:SHOWN]))
    return list(found.select_related("area"))


def _is_overdue(contact: Contact, at: datetime) -> bool:
    is_open = contact.path == Contact.Path.UNPLANNED and not contact.classification
    return is_open and contact.created_at < at - CLASSIFY_WITHIN


def _ours(mission: Mission, access: Access) -> list[Commitment]:
    visible = Commitment.objects.visible_to(access).filter(contact__mission=mission, by=Commitment.By.US)
    return list(visible.select_related("contact").order_by("check_on", "pk")[:SHOWN])
