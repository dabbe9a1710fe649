"""What is known about a proposal: answers, posture and measures, and how they are read from and kept as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from risk.scales import PROTECTION, RISKS, Confidence

CONFIDENCES = ("A", "B", "C")


class CaseError(ValueError):
    """A case is not written in the form that is read here; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a level from 0 to 4 with its confidence, or no level when nobody knows."""

    level: int | None
    confidence: Confidence | None

    @property
    def is_unknown(self) -> bool:
        """Say whether Unknown was chosen."""
        return self.level is None


UNKNOWN = Answer(None, None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an assessment is made from. A verified measure counts as committed, named under `promised` or not."""

    answers: Mapping[str, Answer]
    posture: str
    promised: frozenset[str] = frozenset()
    verified: frozenset[str] = frozenset()

    @property
    def committed(self) -> frozenset[str]:
        """Return every measure that somebody has promised or verified."""
        return self.promised | self.verified

    @classmethod
    def from_case(cls, case: Mapping[str, Any]) -> Self:
        """Read the keys `posture, levels, measures, verified` of a case; raise CaseError where they are odd."""
        return cls(
            answers=dict(_case_answers(_member(case, "levels", dict, "an object"))),
            posture=_member(case, "posture", str, "a text"),
            promised=_case_measures(case, "measures"),
            verified=_case_measures(case, "verified"),
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        return cls(
            answers={factor: Answer(level, confidence) for factor, (level, confidence) in data["answers"].items()},
            posture=data["posture"],
            promised=frozenset(data["promised"]),
            verified=frozenset(data["verified"]),
        )

    def as_json(self) -> dict[str, Any]:
        """Write the facts in one canonical order, so that equal facts give equal text."""
        return {
            "answers": {factor: [a.level, a.confidence] for factor, a in sorted(self.answers.items())},
            "posture": self.posture,
            "promised": sorted(self.promised),
            "verified": sorted(self.verified),
        }


def _member(case: Mapping[str, Any], key: str, kind: type, kind_name: str) -> Any:
    if key not in case:
        raise CaseError(f"the key '{key}' is missing")
    if not isinstance(case[key], kind):
        raise CaseError(f"'{key}' is not {kind_name}")
    return case[key]


def _case_measures(case: Mapping[str, Any], key: str) -> frozenset[str]:
    # Left out means none: the cautious reading, since no measure is then credited.
    named = _member(case, key, list, "a list") if key in case else []
    if not all(isinstance(measure, str) for measure in named):
        raise CaseError(f"'{key}' names something that is not a text")
    return frozenset(named)


def _case_answers(levels: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    for risk, answers in levels.items():
        if risk not in (*RISKS, PROTECTION):
            raise CaseError(f"'levels' names '{risk}', which is none of {', '.join(RISKS)} and {PROTECTION}")
        if not isinstance(answers, dict):
            raise CaseError(f"the levels of {risk} are not an object")
        for factor, answer in answers.items():
            if not factor.startswith(f"{risk}-"):
                raise CaseError(f"factor '{factor}' does not belong to {risk}")
            yield factor, _case_answer(factor, answer)


def _case_answer(factor: str, answer: Any) -> Answer:
    if not isinstance(answer, list) or len(answer) != 2:
        raise CaseError(f"the answer to {factor} is not a pair of level and confidence")
    level, confidence = answer
    if level is None and (confidence is None or confidence == "U"):
        return UNKNOWN
    if type(level) is not int:  # a boolean is an int to isinstance, and no level
        raise CaseError(f"the level of {factor} is not a whole number")
    if confidence not in CONFIDENCES:
        raise CaseError(f"the confidence of {factor} is none of A, B and C")
    return Answer(level, cast(Confidence, confidence))
