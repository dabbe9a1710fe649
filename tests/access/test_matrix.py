"""Who may see and do what: the file, the addresses and the answers agree."""

import ast
from pathlib import Path

from missions.roles import PERMISSIONS_OF_ROLE
from tests.access import oracle
from tests.access.matrix import routes
from tests.access.people import ANONYMOUS, PEOPLE, ROLES

MATRIX = oracle.read_matrix()
# What the oracle is made of.
ALLOWED = {"collections", "datetime", "pathlib", "typing", "yaml"}
WORDS = {"about", "methods", "who", "needs", "by", "otherwise", "changes"}
WHO = {"everybody", "signed in", "serving", "open mission", "reader", "knows", "concerned", "auditor there", "nobody"}


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(MATRIX["routes"]) == {name for name, _entry in routes()}


def test_every_row_says_whom_it_answers_in_known_words():
    rows = MATRIX["routes"].items()

    assert {name: row["who"] for name, row in rows if row["who"] not in WHO} == {}
    assert {name: row for name, row in rows if {*row} - WORDS} == {}


def test_the_oracle_knows_nothing_of_the_application():
    tree = ast.parse(Path(oracle.__file__).read_text())
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }

    assert imported <= ALLOWED


def test_each_role_is_somebody_in_the_world():
    assert set(ROLES) == set(PERMISSIONS_OF_ROLE) == set(MATRIX["roles"])
    assert all(facts["postings"][0]["role"] == role for role, facts in ROLES.items())


def test_everybody_asks_somewhere_and_is_answered_as_the_matrix_says(bench):
    cells = list(bench.sample())

    outcome = bench.run(cells)

    assert outcome.leaks == []
    assert outcome.wrong_refusals == []
    assert {cell.person for cell in cells} == {*PEOPLE, ANONYMOUS}
    assert outcome.tokens > len(cells) / 10


def test_the_whole_matrix_has_ten_thousand_cells(bench):
    cells = list(bench.cells())

    assert len(cells) == len(set(cells)) >= 10_000
    assert {cell.route for cell in cells} == set(MATRIX["routes"])
    assert {cell.person for cell in cells} == {*PEOPLE, ANONYMOUS}
