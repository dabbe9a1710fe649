"""The risk model: three risks, the protection beside them, and who decides. Pure: no web, no database, no clock."""

from risk.ageing import age, aged_facts
from risk.assessment import (
    Assessment,
    FactorRow,
    FloorHit,
    Pivot,
    ProtectionFigure,
    Remedy,
    RiskFigure,
    RulesetRef,
)
from risk.engine import assess, authority, score
from risk.explanation import explain, risk_sentence
from risk.facts import UNKNOWN, Answer, CaseError, Facts
from risk.problems import Problem, has_no_effect, missing, validate_facts
from risk.ruleset import (
    Factor,
    Floor,
    Gate,
    Measure,
    Posture,
    Ruleset,
    RulesetError,
    current_ruleset,
    load_ruleset,
)
from risk.scales import PROTECTION, RISKS, Band, Confidence, Effect, Level, ProtectionBand

__all__ = [
    "PROTECTION",
    "RISKS",
    "UNKNOWN",
    "Answer",
    "Assessment",
    "Band",
    "CaseError",
    "Confidence",
    "Effect",
    "Factor",
    "FactorRow",
    "Facts",
    "Floor",
    "FloorHit",
    "Gate",
    "Level",
    "Measure",
    "Pivot",
    "Posture",
    "Problem",
    "ProtectionBand",
    "ProtectionFigure",
    "Remedy",
    "RiskFigure",
    "Ruleset",
    "RulesetError",
    "RulesetRef",
    "age",
    "aged_facts",
    "assess",
    "authority",
    "current_ruleset",
    "explain",
    "has_no_effect",
    "load_ruleset",
    "missing",
    "risk_sentence",
    "score",
    "validate_facts",
]
