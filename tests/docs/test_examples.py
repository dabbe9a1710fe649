"""The examples in the documentation work as written."""

import json
import re
import runpy

import pytest

import risk
from accounts.models import User
from missions.models import Mission
from missions.postings import access_for
from missions.roles import Permission
from risk.__main__ import main as risk_command
from tests.docs.pages import DOCS, ROOT, block

HOW_TO = DOCS / "how-to"
RISK_PAGE = HOW_TO / "use-the-command-line-risk.md"
READ = [ROOT / name for name in ("templates", "engagement", "missions", "config", "accounts", "risk")]


def test_the_case_of_the_page_explains_itself_as_the_page_says(capsysbinary):
    assert risk_command(["explain", str(HOW_TO / "case.json")]) == 0

    assert capsysbinary.readouterr().out.decode().startswith(block(RISK_PAGE, "text"))


def test_the_case_of_the_page_comes_out_as_the_method_tells():
    case = json.loads((HOW_TO / "case.json").read_text(encoding="utf-8"))
    method = (DOCS / "explanation" / "risk-method.md").read_text(encoding="utf-8")

    security = risk.assess(risk.Facts.from_case(case), risk.current_ruleset()).risks["SEC"]

    assert f"| **SCORE** | | | | | **{security.score}** |" in method
    assert f"runs from {security.low} to {security.high}" in method


def test_the_python_of_the_page_runs(capsys):
    exec(block(RISK_PAGE, "python"), {})

    assert "Sécurité" in capsys.readouterr().out


def test_a_ruleset_takes_the_new_question_of_the_page(tmp_path):
    question = block(HOW_TO / "add-a-question-to-the-ruleset.md", "toml")
    weight = int(re.findall(r"^weight = (\d+)$", question, re.MULTILINE)[0])
    own = (DOCS.parent / "risk" / "ruleset.toml").read_text(encoding="utf-8")
    lighter = re.sub(r"(\[factors\.SEC-01\].*?\nweight = )200", rf"\g<1>{200 - weight}", own, count=1, flags=re.DOTALL)
    written = tmp_path / "ruleset.toml"
    written.write_text(lighter + "\n" + question, encoding="utf-8")

    assert risk.load_ruleset(written).factors["SEC-11"].weight == weight
    written.write_text(own + "\n" + question, encoding="utf-8")
    with pytest.raises(risk.RulesetError, match=r"SEC: the weights of its factors sum to 1040, not 1000"):
        risk.load_ruleset(written)


def test_the_first_mission_opens_as_the_page_says(db, clock, at):
    runpy.run_path(str(HOW_TO / "first_mission.py"))

    mission = Mission.objects.get(code="UNMIX")
    manager, desk = (access_for(User.objects.get(username=name), at) for name in ("m.jensen", "h.desk"))
    assert manager.may(Permission.MANAGE_POSTINGS, mission.pk)
    assert desk.is_at_headquarters


def test_the_tutorial_calls_buttons_and_answers_what_the_pages_call_them():
    text = (DOCS / "tutorial" / "first-dialogue.md").read_text(encoding="utf-8")
    named = re.findall(r"\*{1,2}([^*]+)\*{1,2}", text.replace("\n", " "))
    sources = [path for suffix in ("html", "py", "toml") for folder in READ for path in folder.rglob(f"*.{suffix}")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in sources)

    wording = [part for phrase in named for part in re.sub(r"^\d ", "", phrase).rstrip(".").split(" … ")]
    assert wording
    assert [phrase for phrase in wording if not phrase.startswith("R-") and phrase not in said] == []
