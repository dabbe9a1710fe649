"""Requests, assessments, advice, decisions, dialogue and contacts."""

from engagement.models.decisions import Advice, Assessment, Decision, Rating, RecordedLevel, Submission
from engagement.models.engagements import Commitment, Contact, Engagement, FormDraft, Notice
from engagement.models.exports import Export
from engagement.models.requests import Answer, GateAnswer, Measure, Modality, Request, RequestGrant
from engagement.models.sources import Consent, Reveal, RiskSheet, Shredding, Source, SourceIdentity
from engagement.models.status import EngagementStatus, RequestStatus

__all__ = [
    "Advice",
    "Answer",
    "Assessment",
    "Commitment",
    "Consent",
    "Contact",
    "Decision",
    "Engagement",
    "EngagementStatus",
    "Export",
    "FormDraft",
    "GateAnswer",
    "Measure",
    "Modality",
    "Notice",
    "Rating",
    "RecordedLevel",
    "Request",
    "RequestGrant",
    "RequestStatus",
    "Reveal",
    "RiskSheet",
    "Shredding",
    "Source",
    "SourceIdentity",
    "Submission",
]
