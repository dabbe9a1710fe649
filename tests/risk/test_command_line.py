"""The command line answers every good line, and says in one line what is wrong with each bad one."""

import copy
import io
import json
import subprocess
import sys
from subprocess import PIPE

import pytest

from risk.__main__ import LONGEST_LINE, main
from tests.risk.cases import CASES, FILE

GOOD = CASES["C02"]


@pytest.fixture
def assess(monkeypatch, capsys):
    """Run `assess` on some bytes; return status, results and complaints."""

    def run(source: bytes):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source)))
        status = main(["assess"])
        output = capsys.readouterr()
        return status, [json.loads(line) for line in output.out.splitlines()], output.err.splitlines()

    return run


def changed(**changes) -> bytes:
    return json.dumps(copy.deepcopy(GOOD) | changes).encode()


def with_answer(answer) -> bytes:
    case = copy.deepcopy(GOOD)
    case["levels"]["SEC"]["SEC-01"] = answer
    return json.dumps(case).encode()


def without(key: str) -> bytes:
    return json.dumps({name: value for name, value in GOOD.items() if name != key}).encode()


def test_every_case_is_answered_in_order(assess):
    status, results, complaints = assess(FILE.read_bytes())

    assert (status, complaints) == (0, [])
    assert [result["id"] for result in results] == list(CASES)


def test_a_result_has_the_promised_shape(assess):
    _, [result], _ = assess(json.dumps(GOOD).encode())

    assert list(result) == [
        "id", "risks", "overall", "protection", "advice", "authority", "ruleset", "ruleset_hash",
    ]  # fmt: skip
    assert list(result["protection"]) == ["score", "low", "high", "band"]
    assert list(result["risks"]["SEC"]) == [
        "inherent", "score", "low", "high", "base_band", "band", "robust_pct", "floors", "contributions",
    ]  # fmt: skip
    assert result["risks"]["SEC"]["floors"] == [["SEC-02", 4, "HIGH"]]
    assert sum(result["risks"]["SEC"]["contributions"].values()) == 384


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"nonsense", "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"x" * (3 * LONGEST_LINE), "longer than"),
        (b'{"id": "a", "id": "b"}', "the key 'id' is given twice"),
        (without("id"), "the key 'id' is missing"),
        (changed(id=None), "the key 'id' is missing, or neither a text nor a whole number"),
        (changed(id=True), "the key 'id' is missing, or neither a text nor a whole number"),
        (without("posture"), "the key 'posture' is missing"),
        (changed(posture=3), "'posture' is not a text"),
        (changed(posture="WISHFUL"), "There is no posture"),
        (changed(posture="two\nlines"), "There is no posture “two lines”"),
        (without("levels"), "the key 'levels' is missing"),
        (changed(levels=[]), "'levels' is not an object"),
        (changed(levels={"XYZ": {}}), "'levels' names 'XYZ'"),
        (changed(levels={"SEC": 3}), "the levels of SEC are not an object"),
        (changed(levels={"SEC": {"LEG-01": [1, "A"]}}), "factor 'LEG-01' does not belong to SEC"),
        (changed(levels={"SEC": {"SEC-99": [1, "A"]}}), "There is no factor SEC-99"),
        (with_answer([5, "A"]), "The answer to SEC-01 must be 0 to 4"),
        (with_answer([-1, "A"]), "The answer to SEC-01 must be 0 to 4"),
        (with_answer([True, "A"]), "the level of SEC-01 is not a whole number"),
        (with_answer([2.0, "A"]), "the level of SEC-01 is not a whole number"),
        (with_answer(["2", "A"]), "the level of SEC-01 is not a whole number"),
        (with_answer([None, "A"]), "the level of SEC-01 is not a whole number"),
        (with_answer([2, "U"]), "the confidence of SEC-01 is none of A, B and C"),
        (with_answer([2, ["A"]]), "the confidence of SEC-01 is none of A, B and C"),
        (with_answer([2]), "the answer to SEC-01 is not a pair"),
        (with_answer(2), "the answer to SEC-01 is not a pair"),
        (changed(measures="M-01"), "'measures' is not a list"),
        (changed(measures=[1]), "'measures' names something that is not a text"),
        (changed(measures=["M-99"]), "There is no measure M-99"),
        (changed(verified=["M-99"]), "There is no measure M-99"),
    ],
)
def test_a_malformed_line_costs_one_line_and_no_other_answer(assess, line, complaint):
    good = json.dumps(GOOD).encode()

    status, results, complaints = assess(b"\n".join((good, line, good)))

    assert status == 1
    assert [result["id"] for result in results] == ["C02", "C02"]
    assert len(complaints) == 1
    assert complaints[0].startswith(f"line 2: {complaint}")


def test_a_blank_form_is_assessed_at_its_worst(assess):
    _, [result], _ = assess(changed(levels={}))

    assert {figure["score"] for figure in result["risks"].values()} == {1000}


def test_unknown_written_with_its_letter_is_read(assess):
    _, [result], _ = assess(with_answer([None, "U"]))

    assert result["risks"]["SEC"]["contributions"]["SEC-01"] == 200


def test_measures_left_out_or_named_twice_are_read_with_care(assess):
    source = b"\n".join((without("verified"), changed(measures=[*GOOD["measures"]] * 2), json.dumps(GOOD).encode()))

    _, results, _ = assess(source)

    assert results[0] == results[1] == results[2]


def test_a_measure_without_effect_changes_nothing_and_is_no_fault(assess):
    status, [result], _ = assess(changed(levels={"LEG": {"LEG-09": [0, "A"]}}, measures=["M-15"]))

    assert status == 0
    assert result["risks"]["LEG"]["contributions"]["LEG-09"] == 0


def test_empty_lines_and_an_empty_input_are_no_fault(assess):
    assert assess(b"\n \r\n") == (0, [], [])
    assert assess(b"") == (0, [], [])


def test_a_name_in_any_script_survives(assess):
    _, [result], _ = assess(changed(id="Bossangoa – الاتصال"))

    assert result["id"] == "Bossangoa – الاتصال"


@pytest.mark.parametrize(("lang", "word"), [("en", "Security: HIGH."), ("fr", "Sécurité : ÉLEVÉ.")])
def test_explain_prints_one_case_as_text(tmp_path, capfdbinary, lang, word):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(GOOD, indent=2), encoding="utf-8")

    assert main(["explain", str(path), "--lang", lang]) == 0
    sys.stdout.flush()

    assert word in capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize("content", [b"nonsense", with_answer([9, "A"]), None])
def test_explain_says_what_is_wrong_with_a_case(tmp_path, capsys, content):
    path = tmp_path / "case.json"
    if content is not None:
        path.write_bytes(content)

    assert main(["explain", str(path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_reader_who_leaves_early_is_no_cause_for_complaint():
    asked = b"".join(json.dumps(GOOD | {"id": str(number)}).encode() + b"\n" for number in range(200))
    command = [sys.executable, "-m", "risk", "assess"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as running:
        running.stdout.close()
        _, complaints = running.communicate(asked)

    assert complaints == b""
    assert running.returncode == 1
