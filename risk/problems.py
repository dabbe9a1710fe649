"""What is wrong with a set of facts, as data: a code, what it concerns, and one sentence in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from risk.facts import CONFIDENCES, Answer, Facts
from risk.ruleset import Ruleset, Text
from risk.tables import LEVELS


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the facts. `stops_scoring` is False where only the form objects."""

    code: str
    subject: str
    text: Text
    stops_scoring: bool = True

    def message(self, lang: str) -> str:
        """Return the sentence to show beside the field."""
        return self.text(lang)


def validate_facts(facts: Facts, ruleset: Ruleset) -> Iterator[Problem]:
    """Yield every fault of the facts; nothing means that the ruleset can read them all."""
    if facts.posture not in ruleset.postures:
        yield _problem(
            "unknown_posture",
            facts.posture,
            f"There is no posture “{facts.posture}” in this ruleset.",
            f"La posture « {facts.posture} » n’existe pas dans ce barème.",
        )
    for factor, answer in facts.answers.items():
        yield from _answer_problems(factor, answer, ruleset)
    for measure in sorted(facts.committed):
        yield from _measure_problems(measure, facts, ruleset)


def missing(facts: Facts, ruleset: Ruleset) -> tuple[str, ...]:
    """List the factors that nobody has answered, with a level or with Unknown."""
    return tuple(factor for factor in ruleset.factors if factor not in facts.answers)


def _answer_problems(factor: str, answer: Answer, ruleset: Ruleset) -> Iterator[Problem]:
    if factor not in ruleset.factors:
        yield _problem(
            "unknown_factor",
            factor,
            f"There is no factor {factor} in this ruleset.",
            f"Le facteur {factor} n’existe pas dans ce barème.",
        )
    elif answer.level is not None and (type(answer.level) is not int or answer.level not in LEVELS):
        yield _problem(
            "level_out_of_range",
            factor,
            f"The answer to {factor} must be 0 to 4, or unknown; it is {answer.level}.",
            f"La réponse à {factor} doit aller de 0 à 4, ou être inconnue ; elle est {answer.level}.",
        )
    elif answer.level is not None and answer.confidence not in CONFIDENCES:
        yield _problem(
            "confidence_missing",
            factor,
            f"Say how sure the answer to {factor} is: A, B or C.",
            f"Indiquer le degré de certitude de la réponse à {factor} : A, B ou C.",
        )


def _measure_problems(measure: str, facts: Facts, ruleset: Ruleset) -> Iterator[Problem]:
    if measure not in ruleset.measures:
        yield _problem(
            "unknown_measure",
            measure,
            f"There is no measure {measure} in this ruleset.",
            f"La mesure {measure} n’existe pas dans ce barème.",
        )
    elif has_no_effect(measure, facts, ruleset):
        factors = ", ".join(ruleset.measures[measure].effects)
        yield _problem(
            "measure_without_effect",
            measure,
            f"{measure} has no effect here: {factors} stand at 0. Take it off, or review the answers.",
            f"{measure} est sans effet ici : {factors} à 0. La retirer, ou revoir les réponses.",
            stops_scoring=False,
        )


def has_no_effect(measure: str, facts: Facts, ruleset: Ruleset) -> bool:
    """Say whether every factor that the measure acts on is answered at level 0, so that it can lower nothing."""
    answers = [facts.answers.get(factor) for factor in ruleset.measures[measure].effects]
    return all(answer is not None and answer.level == 0 for answer in answers)


def _problem(code: str, subject: str, en: str, fr: str, *, stops_scoring: bool = True) -> Problem:
    return Problem(code, subject, Text(en, fr), stops_scoring)
