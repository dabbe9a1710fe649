"""Running the whole permission matrix, and breaking the rule in every way, outside pytest.

Two processes share the cells, each with a database of its own. The last line is
`access cells: N, leaks: 0, wrong refusals: 0`, and the exit status 0, when application and matrix agree.
"""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from tests.access.matrix import Outcome
    from tests.access.things import World

PROCESSES = 2


def main(arguments: list[str]) -> int:
    """Run every cell, or those whose address contains the words given; return the exit status."""
    began = time.monotonic()
    print(f"Asking in {PROCESSES} processes. On two free cores the whole matrix takes about four minutes.", flush=True)
    wake_django()  # what the processes hand back is made of its models
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.starmap(part, [(number, arguments) for number in range(PROCESSES)])
    from tests.access.matrix import Outcome

    whole = Outcome()
    for outcome in parts:
        whole.add(outcome)
    for wrong in [*whole.leaks, *whole.wrong_refusals]:
        print(wrong)
    took = time.monotonic() - began
    print(f"{took:.0f} s, {whole.tokens} tokens judged, {len(whole.changed)} addresses where a form changed something")
    print(whole)
    return 1 if whole.leaks or whole.wrong_refusals else 0


def break_the_rule() -> int:
    """Break the rule in every way, write down what noticed, and return the exit status."""
    with a_world() as world:
        from tests.access.breaking import MUTANTS, PAGE, caught_by, page_of
        from tests.access.matrix import Bench

        bench = Bench(world)
        caught = {mutant.name: caught_by(bench, mutant) for mutant in MUTANTS}
        PAGE.write_text(page_of(caught))
    missed = [name for name, what in caught.items() if not what]
    print(f"mutants: {len(caught)}, unnoticed: {len(missed)}", *missed, sep="\n")
    return 1 if missed else 0


def part(number: int, words: list[str]) -> "Outcome":
    """Build a world and ask one share of the cells."""
    with a_world(number) as world:
        from tests.access.matrix import Bench

        bench = Bench(world)
        chosen = [cell for cell in bench.cells() if all(word in str(cell) for word in words)]
        # People who ask the same question share a form, so they stay together.
        questions = sorted({(cell.route, cell.about, cell.place) for cell in chosen})
        share = set(questions[number::PROCESSES])
        mine = [cell for cell in chosen if (cell.route, cell.about, cell.place) in share]
        return bench.run(mine, _progress(len(mine)) if number == 0 else None)


def _progress(total: int) -> "Callable[[Outcome], None]":
    """Return what says after each tenth of the cells how far the first process is; the other one keeps step."""
    tenth = max(1, total // 10)

    def tell(outcome: "Outcome") -> None:
        if outcome.cells % tenth == 0:
            print(f"{100 * outcome.cells // total} %", flush=True)

    return tell


@contextmanager
def a_world(number: int = 0) -> "Iterator[World]":
    """Yield the world in a database that goes afterwards, with the clock stopped and the log silent."""
    wake_django()
    from django.db import connection, transaction
    from django.template import Template
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases
    from django.utils import timezone

    logging.disable(logging.CRITICAL)
    draw = Template._render
    setup_test_environment(debug=False)
    # Nobody here asks which templates were drawn, and remembering it costs a third of the time.
    Template._render = draw
    connection.settings_dict["TEST"]["NAME"] = own_database(connection, number)
    old = setup_databases(verbosity=0, interactive=False)
    from tests.access.world import build_world

    try:
        with transaction.atomic():
            world = build_world()
            with mock.patch.object(timezone, "now", return_value=world.at):
                yield world
            transaction.set_rollback(True)
    finally:
        teardown_databases(old, verbosity=0)


def wake_django() -> None:
    """Load the settings of tests and the apps."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()


def own_database(connection: "BaseDatabaseWrapper", number: int) -> str | None:
    """Return the name of a database that the other process does not use; None for one in memory."""
    return None if connection.vendor == "sqlite" else f"test_access_{number}"
