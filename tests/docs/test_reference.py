"""What the reference says is what the code does."""

import pytest
from django.core.management import get_commands

import dev
from config.management.commands import reference_docs
from risk.__main__ import main as risk_command
from tests.docs.pages import DOCS

COMMAND_LINE = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
OWN = ("config", "dashboards", "engagement", "protection", "nsags", "missions", "accounts", "audit")


@pytest.mark.parametrize("name", reference_docs.WRITERS)
def test_generated_pages_are_up_to_date(name):
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")

    assert committed == reference_docs.pages()[name], "run: make manage ARGS=reference_docs"


def test_every_management_command_of_the_house_is_explained():
    own = [name for name, app in get_commands().items() if app in OWN]

    assert own
    assert [name for name in own if f"| `{name}` |" not in COMMAND_LINE] == []


def test_every_make_target_is_explained():
    assert [name for name in dev.COMMANDS if f"| `make {name}` |" not in COMMAND_LINE] == []


def test_every_command_of_the_risk_model_is_explained(capsys):
    with pytest.raises(SystemExit):
        risk_command(["--help"])
    commands = capsys.readouterr().out.partition("{")[2].partition("}")[0].split(",")

    assert commands
    assert [name for name in commands if f"`python -m risk {name}" not in COMMAND_LINE] == []
