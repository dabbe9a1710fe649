"""Random facts for the properties: every factor answered somehow, any measures, any posture."""

from hypothesis import strategies as st

import risk
from tests.risk.cases import RULESET

FACTORS = tuple(RULESET.factors)
RISK_FACTORS = tuple(factor for factor in FACTORS if not factor.startswith(risk.PROTECTION))
PROTECTION_FACTORS = tuple(factor for factor in FACTORS if factor.startswith(risk.PROTECTION))
MEASURES = tuple(RULESET.measures)
CONFIDENCES: tuple[risk.Confidence, ...] = ("A", "B", "C")
MISSING, UNKNOWN = 16, 15


def _facts(answers: bytes, promised: int, verified: int, posture: str) -> risk.Facts:
    codes = {factor: byte % 17 for factor, byte in zip(FACTORS, answers, strict=True)}
    return risk.Facts(
        answers={factor: _answer(code) for factor, code in codes.items() if code != MISSING},
        posture=posture,
        promised=_chosen(promised),
        verified=_chosen(verified & promised >> 1),
    )


def _answer(code: int) -> risk.Answer:
    return risk.UNKNOWN if code == UNKNOWN else risk.Answer(code // 3, CONFIDENCES[code % 3])


def _chosen(bits: int) -> frozenset[str]:
    return frozenset(measure for place, measure in enumerate(MEASURES) if bits >> place & 1)


# One draw of bytes instead of one per answer: the same facts, found many times faster.
answer_bytes = st.binary(min_size=len(FACTORS), max_size=len(FACTORS))
measure_bits = st.integers(0, 2 ** len(MEASURES) - 1)
postures = st.sampled_from(list(RULESET.postures))
facts = st.builds(_facts, answer_bytes, measure_bits, measure_bits, postures)
answers = st.builds(_answer, st.integers(0, UNKNOWN))
factors = st.sampled_from(FACTORS)
risk_factors = st.sampled_from(RISK_FACTORS)
protection_factors = st.sampled_from(PROTECTION_FACTORS)
measures = st.sampled_from(MEASURES)
