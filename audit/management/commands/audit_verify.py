"""Whether the log and the records are as they were sealed: exit 0 if they are, 1 if not."""

import json
from base64 import b64encode
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from audit import keys, verifying
from audit.verifying import Report


class Command(BaseCommand):
    """Compares the log with its seals, its signatures, the file outside of the database, and the records."""

    help = (
        "Compare the log with its seals, its signatures, the witness file and the records. Exit 0 if all agree; "
        "otherwise 1, naming the first bad event or record by its number, never by its content."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="Print the figures and the findings as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, remember when, and say what was found in one line."""
        with translation.override("en"):
            report = verifying.verify()
            verifying.remember(report, timezone.now())
            line = _as_json(report) if options["json"] else _in_one_line(report)
        if report.is_sound or options["json"]:
            self.stdout.write(line)
        if not report.is_sound:
            raise CommandError("The log and the records do not agree." if options["json"] else line)


def _in_one_line(report: Report) -> str:
    looked_at = (
        f"{report.sealed} events sealed in {report.checkpoints} checkpoints, {report.waiting} not yet sealed, "
        f"{report.records} records"
    )
    if report.is_sound:
        return f"The log and the records agree: {looked_at}."
    others = f" (and {len(report.findings) - 1} more)" if len(report.findings) > 1 else ""
    return f"Not sound: {report.findings[0]}{others}. Looked at {looked_at}."


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "is_sound": report.is_sound,
            "sealed": report.sealed,
            "waiting": report.waiting,
            "checkpoints": report.checkpoints,
            "records": report.records,
            "findings": [
                {"what": found.what, "where": found.where, "problem": found.problem.value} for found in report.findings
            ],
            "public_key": b64encode(keys.of_sealer().public.raw).decode(),
        }
    )
