"""The sealer: when it works, in which batches, what it survives, and what it never takes for granted."""

import base64
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from audit import content, keys, log, sealing, tasks, verifying, witness
from audit.append_only import lifted
from audit.models import Checkpoint, Event, Kind, Seal, Verification
from audit.verifying import Problem
from engagement import tasks as periodic
from missions.postings import access_for
from nsags.models import Group
from tests.factories import make_group, make_request
from tests.test_house import our_models

pytestmark = pytest.mark.django_db

# Rows that belong to no sealed record, and why nobody gains by changing them unseen.
LEFT_OUT = {
    "accounts.OpenSession": "who is signed in now; gone after hours",
    "accounts.KeptForm": "what somebody typed and has not sent",
    "accounts.CachedValue": "counters that run out",
    "audit.Event": "vouched for and chained itself",
    "audit.Seal": "the chain",
    "audit.Checkpoint": "signed",
    "audit.Verification": "what a comparison found; it proves nothing",
    "audit.FormReceipt": "keeps one form to one record",
    "missions.Mandate": "published resolutions, laid down by nobody here",
    "missions.Area": "published place names",
    "missions.Office": "names of offices",
    "missions.MarkingChange": "sealed with the record that it names, though no foreign key leads there",
    "engagement.FormDraft": "what somebody typed and has not sent",
    "engagement.Notice": "a line that something waits",
}


def problems(report):
    return {finding.problem for finding in report.findings}


def test_every_model_is_sealed_or_left_out_for_a_reason():
    sealed = set(content.roots().values()) | {model for rows in content.parts().values() for model, _c in rows}
    unsealed = {model._meta.label for model in our_models() if model not in sealed}

    assert unsealed == set(LEFT_OUT) - {"missions.MarkingChange"}


def test_what_a_transaction_records_is_sealed_once_it_is_committed(amina, at, django_capture_on_commit_callbacks):
    # What made the people of the cast rang already, in the transaction around this test.
    connection.run_on_commit.clear()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        make_request(author=amina, at=at, status="in_advice")

    assert callbacks.count(tasks.ring) == 1
    assert not sealing.waiting()
    assert verifying.verify().is_sound


def test_a_sealer_that_fails_holds_up_nobody(amina, at, django_capture_on_commit_callbacks, monkeypatch, caplog):
    def broken(at):
        raise RuntimeError("a name that must not be logged")

    monkeypatch.setattr(sealing, "seal", broken)
    connection.run_on_commit.clear()

    with django_capture_on_commit_callbacks(execute=True):
        make_group(author=amina, at=at)

    assert sealing.waiting()
    assert "The log was not sealed: RuntimeError" in caplog.text
    assert "a name that must not be logged" not in caplog.text


def test_positions_run_without_gaps_and_each_batch_ends_in_a_checkpoint(cast, at, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    events = Event.objects.count()

    assert sealing.seal(at) == events

    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == list(range(1, events + 1))
    assert Checkpoint.objects.count() == -(-events // 7)
    assert Checkpoint.objects.order_by("-number").first().size == events
    assert verifying.verify().is_sound


def test_a_sealer_that_is_killed_leaves_nothing_half_done(cast, at, monkeypatch):
    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_sign", killed)
        with pytest.raises(KeyboardInterrupt):
            sealing.seal(at)

    assert not Seal.objects.exists()
    assert sealing.seal(at)
    assert verifying.verify().is_sound


def test_an_event_that_was_committed_late_gets_a_later_place(cast, group, at):
    late = Event.objects.latest("pk")
    fields = {f.attname: getattr(late, f.attname) for f in Event._meta.concrete_fields}
    with lifted("audit_event"):
        Event.objects.filter(pk=late.pk)._raw_delete("default")
    sealing.seal(at)
    Event(**fields | {"pk": late.pk}).save(force_insert=True)

    assert sealing.seal(at) == 1
    assert Seal.objects.latest("position").event_id == late.pk


def test_a_glance_does_not_seal_a_forgery(clara, group, at):
    sealing.seal(at)
    Group.objects.unscoped("behind the application").filter(pk=group.pk).update(name="Friendly Front")

    log.record_reads([group], by=access_for(clara, at), at=at)
    sealing.seal(at)

    (finding,) = verifying.verify().findings
    assert (finding.what, finding.where, finding.problem) == ("nsags.group", str(group.pk), Problem.ALTERED)


def test_a_record_whose_change_is_not_sealed_yet_raises_no_alarm(amina, at):
    group = make_group(author=amina, at=at)
    sealing.seal(at)
    Group.objects.unscoped("a service").filter(pk=group.pk).update(wants="Money.")
    log.record(Kind.GROUP_REVIEWED, target=group, by=access_for(amina, at), at=at, fields=["wants"])

    before = verifying.verify()
    sealing.seal(at)

    assert (before.is_sound, before.waiting) == (True, 1)
    assert verifying.verify().is_sound


def test_an_event_that_parley_did_not_write_stays_and_is_named(cast, at, caplog):
    sealing.seal(at)
    stranger = Event.objects.create(at=at, kind=Kind.REQUEST_DECIDED, mac="0" * 64)

    unsealed = verifying.verify()
    sealing.seal(at)

    assert problems(unsealed) == problems(verifying.verify()) == {Problem.FORGED}
    assert f"Events that Parley did not write: {stranger.pk}" in caplog.text


def test_an_account_is_held_to_what_stood_in_it_at_the_first_sign_in(client, amina, at):
    client.force_login(amina)
    log.record(Kind.SIGNED_IN, target=amina, by=access_for(amina, at), at=at)
    sealing.seal(at)
    type(amina).objects.filter(pk=amina.pk).update(theme="dark", last_login=timezone.now())
    assert verifying.verify().is_sound

    type(amina).objects.filter(pk=amina.pk).update(password="somebody else's")
    log.record(Kind.SIGNED_IN, target=amina, by=access_for(amina, at), at=at)
    sealing.seal(at)

    assert problems(verifying.verify()) == {Problem.ALTERED}


def test_a_column_that_holds_its_default_does_not_count_so_that_a_release_may_add_one(group):
    (row,) = content._rows(Group, "pk", [group.pk])

    assert "name" in row
    assert not {"wants", "compartment_id", "status"} & row.keys()


# ---- The file outside


def test_the_witness_holds_every_checkpoint(cast, at, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 9)
    sealing.seal(at)

    noted = [(note.number, note.size, note.head) for note in witness.notes()]

    assert noted == list(Checkpoint.objects.order_by("number").values_list("number", "size", "head"))


def test_what_the_witness_could_not_take_it_takes_next_time(amina, cast, at, settings, caplog):
    place, settings.AUDIT_DIR = settings.AUDIT_DIR, "/proc/nowhere"
    sealing.seal(at)
    assert "The witness file was not written" in caplog.text

    settings.AUDIT_DIR = place
    assert problems(verifying.verify()) == {Problem.MISSING}
    make_group(author=amina, at=at)
    sealing.seal(at)

    assert [note.number for note in witness.notes()] == [1, 2]
    assert verifying.verify().is_sound


def test_a_note_that_a_full_disk_left_half_written_is_mended(amina, cast, at):
    sealing.seal(at)
    with witness.path().open("a") as file:
        file.write("parley-audit\n99\nAA")
    assert problems(verifying.verify()) == {Problem.UNSIGNED}

    make_group(author=amina, at=at)
    sealing.seal(at)

    assert [note.number for note in witness.notes()] == [1, 2]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: "", Problem.MISSING),
        (lambda text: text.replace("parley-audit\n", "parley-audit\n1", 1), Problem.UNSIGNED),
        (lambda text: text + "nonsense", Problem.UNSIGNED),
        (lambda text: "\ufffd" + text, Problem.UNSIGNED),
    ],
)
def test_a_witness_that_was_tampered_with_is_found(cast, at, change, problem):
    sealing.seal(at)
    witness.path().write_text(change(witness.path().read_text()))

    assert problem in problems(verifying.verify())


# ---- Keys


def test_a_new_signing_key_needs_the_old_one_among_the_retired(amina, cast, at, settings):
    sealing.seal(at)
    old = base64.b64encode(keys.of_sealer().public.raw).decode()
    settings.AUDIT_SIGNING_KEY = "another one"
    make_group(author=amina, at=at)
    sealing.seal(at)
    assert Problem.UNSIGNED in problems(verifying.verify())

    settings.AUDIT_RETIRED_KEYS = [old]

    assert verifying.verify().is_sound


def test_without_the_key_of_events_nothing_is_vouched_for(cast, at, settings):
    sealing.seal(at)

    settings.AUDIT_KEY = "another one"

    assert Problem.FORGED in problems(verifying.verify())


# ---- From the command line


def test_the_commands_seal_and_say_in_one_line_that_all_agrees(cast, at):
    said = StringIO()

    call_command("seal_audit", stdout=said)
    call_command("audit_verify", stdout=said)

    sealed, agrees = said.getvalue().splitlines()
    assert sealed == f"Events sealed: {Event.objects.count()}"
    assert agrees.startswith("The log and the records agree:")
    assert Verification.objects.get().is_sound


def test_the_command_names_the_first_thing_that_is_wrong_and_no_content(group, at):
    sealing.seal(at)
    Group.objects.unscoped("behind the application").filter(pk=group.pk).update(name="Friendly Front")

    with pytest.raises(CommandError) as refused:
        call_command("audit_verify", stdout=StringIO())

    assert str(refused.value).startswith(f"Not sound: nsags.group {group.pk} was changed without an event.")
    assert "Front" not in str(refused.value)
    assert refused.value.returncode == 1
    assert Verification.objects.get().problem == "altered"


def test_the_figures_can_be_read_by_a_program(cast, at):
    sealing.seal(at)
    said = StringIO()

    call_command("audit_verify", "--json", stdout=said)

    read = json.loads(said.getvalue())
    assert (read["is_sound"], read["sealed"], read["findings"]) == (True, Event.objects.count(), [])
    assert base64.b64decode(read["public_key"]) == keys.of_sealer().public.raw


def test_tick_seals_what_no_bell_has(cast, at):
    assert periodic.run(at)["events sealed"] > 0
    assert not sealing.waiting()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time anyway")
@pytest.mark.django_db(transaction=True)
def test_only_one_sealer_works_at_a_time(amina, at):
    sealing.seal(at)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK])
            make_group(author=amina, at=at)
            assert (sealing.seal(at), sealing.waiting().count()) == (0, 1)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [sealing.LOCK])
    finally:
        other.close()

    assert sealing.seal(at) == 1
    assert verifying.verify().is_sound


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_for_real_is_sealed_at_once(amina, at):
    make_group(author=amina, at=at)

    assert not sealing.waiting()
    assert verifying.verify().findings == ()


def test_a_bell_that_does_not_ring_holds_up_nobody(settings, monkeypatch, caplog):
    def dead(**options):
        raise OSError("redis://a-password@nowhere")

    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(tasks.seal, "apply_async", dead)

    tasks.ring()

    assert "The bell did not ring: OSError" in caplog.text
    assert "a-password" not in caplog.text


def test_no_column_of_the_log_could_hold_a_text_that_somebody_typed():
    assert not [field for field in Event._meta.concrete_fields if isinstance(field, models.TextField)]
