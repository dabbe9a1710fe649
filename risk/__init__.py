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
from risk.gates import Fired, GateFacts, advisers_required, decider_gate, fired, required_authority
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
    "Fired",
    "Floor",
    "FloorHit",
    "Gate",
    "GateFacts",
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
    "advisers_required",
    "age",
    "aged_facts",
    "assess",
    "authority",
    "current_ruleset",
    "decider_gate",
    "explain",
    "fired",
    "has_no_effect",
    "load_ruleset",
    "missing",
    "required_authority",
    "risk_sentence",
    "score",
    "validate_facts",
]
