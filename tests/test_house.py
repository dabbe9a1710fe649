"""The rules of the house that no single test would notice breaking."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CheckConstraint, Field, Model
from django.urls import URLPattern, URLResolver, get_resolver

from engagement.management.commands import state_diagram
from missions.access import PartOfRecord, Record, UnscopedQuery

ROOT = Path(__file__).resolve().parent.parent
OUR_APPS = ("accounts", "audit", "missions", "nsags", "protection", "engagement", "dashboards")
# Models that hold no content about groups, threats or dialogue, and why each is open to whoever reaches its page.
EXEMPT = {
    "accounts.User": "people, by name and function; what they may see follows from postings",
    "accounts.OpenSession": "which browsers somebody signs in with; never shown",
    "accounts.KeptForm": "offered to the person who typed it only",
    "accounts.CachedValue": "counts of wrong codes",
    "audit.Event": "names of fields, never values; shown with a record that was reached already, or to auditors",
    "audit.Seal": "digests and positions, for auditors and the verification",
    "audit.Checkpoint": "a digest and a signature",
    "audit.Verification": "when the log was compared with the records, and the number of what was found",
    "audit.FormReceipt": "a digest, read by the guard against double forms only",
    "missions.Mission": "names and addresses of missions",
    "missions.MissionGroupPermission": "what a role may do",
    "missions.MissionUserPermission": "what guardian asks for; empty",
    "missions.Mandate": "published resolutions",
    "missions.Area": "published place names",
    "missions.Office": "names of offices",
    "missions.Posting": "who serves where; shown to those who manage postings",
    "missions.Compartment": "has a visible_to of its own: its members, and the head of mission",
    "missions.MarkingChange": "shown on the marking page of a record that was reached already",
    "missions.EmergencyAccess": "who broke the glass and why; read by the person and those who review it",
    "missions.CompartmentMember": "reached through the compartment only",
    "missions.Posture": "readable by everybody in the mission, so that nobody believes in a ban that is not there",
    "missions.Prohibition": "readable by everybody in the mission",
    "missions.Delegation": "readable by everybody in the mission",
    "engagement.RequestGrant": "read when access is built",
    "engagement.Export": "asked for by the person who made it, and by the auditors of its mission",
    "engagement.FormDraft": "asked for by its author only",
    "engagement.Notice": "asked for by the person it is for only",
}

# Views whose name would hide what every view needs under that name.
SHADOWING = {"list": "missions", "request": "request_page"}


def our_models():
    return [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]


def content_models():
    return [model for model in our_models() if issubclass(model, (Record, PartOfRecord))]


def patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.pattern}")
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry


def is_ours(entry):
    return entry.callback.__module__.split(".")[0] in {*OUR_APPS, "config"}


@pytest.mark.slow
def test_imports_point_down():
    lint = Path(sys.executable).with_name("lint-imports")

    finished = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout[-2000:]


@pytest.mark.django_db
def test_the_migrations_make_the_models_as_they_stand():
    output = StringIO()

    call_command("makemigrations", check_changes=True, dry_run=True, stdout=output, skip_checks=True)

    assert "No changes detected" in output.getvalue()


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_is_scoped_or_exempt_for_a_reason(model):
    is_scoped = issubclass(model, (Record, PartOfRecord))

    assert is_scoped != (model._meta.label in EXEMPT)


def test_no_reason_is_left_over_from_a_model_that_is_gone():
    assert set(EXEMPT) <= {model._meta.label for model in our_models()}


@pytest.mark.django_db
@pytest.mark.parametrize("model", content_models(), ids=lambda model: model._meta.label)
@pytest.mark.parametrize(
    "evaluate",
    [list, len, bool, lambda rows: rows.count(), lambda rows: rows.exists(), lambda rows: rows.first()],
    ids=["list", "len", "bool", "count", "exists", "first"],
)
def test_a_query_of_content_that_names_no_reader_raises(model, evaluate):
    with pytest.raises(UnscopedQuery):
        evaluate(model.objects.all())


@pytest.mark.parametrize("model", content_models(), ids=lambda model: model._meta.label)
def test_the_path_to_the_record_exists(model):
    if issubclass(model, PartOfRecord):
        related = model._meta.get_field(model.record).related_model

        assert issubclass(related, (Record, PartOfRecord))


def test_every_address_has_a_name():
    ours = [(path, entry) for path, entry in patterns(get_resolver()) if is_ours(entry)]

    assert ours
    assert [path for path, entry in ours if not entry.name] == []


def test_every_address_is_named_after_its_view():
    pages = [entry for _, entry in patterns(get_resolver()) if is_ours(entry) and not hasattr(entry.callback, "cls")]

    odd = {page.name: page.callback.__name__ for page in pages if page.callback.__name__ != page.name}
    assert odd == SHADOWING


def pairs():
    """Yield every moment that has a person beside it: decided_at with decided_by."""
    for model in our_models():
        names = {field.name: field for field in model._meta.get_fields() if isinstance(field, Field)}
        for name, moment in names.items():
            stem, _, suffix = name.rpartition("_")
            if suffix in {"at", "on"} and f"{stem}_by" in names:
                yield pytest.param(model, moment, names[f"{stem}_by"], id=f"{model._meta.label}.{stem}")


def is_promised_together(model: type[Model], *fields: str) -> bool:
    checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint)]
    return any(all(field in str(check.condition) for field in fields) for check in checks)


@pytest.mark.parametrize(("model", "moment", "person"), list(pairs()))
def test_a_moment_and_its_person_are_known_together(model, moment, person):
    # What the clock did has a moment and nobody beside it.
    if moment.null:
        assert is_promised_together(model, moment.name, person.name)


def test_the_page_on_states_shows_the_table_as_it_stands():
    page = (ROOT / "docs" / "reference" / "states.md").read_text(encoding="utf-8")

    assert page == state_diagram.page()
