"""Requests, assessments, advice, decisions, dialogue and contacts."""

from engagement.models.decisions import Advice, Assessment, Decision, Rating, Submission
from engagement.models.engagements import Commitment, Contact, Engagement, FormDraft, Notice
from engagement.models.requests import Answer, GateAnswer, Measure, Modality, Request, RequestGrant
from engagement.models.status import EngagementStatus, RequestStatus

__all__ = [
    "Advice",
    "Answer",
    "Assessment",
    "Commitment",
    "Contact",
    "Decision",
    "Engagement",
    "EngagementStatus",
    "FormDraft",
    "GateAnswer",
    "Measure",
    "Modality",
    "Notice",
    "Rating",
    "Request",
    "RequestGrant",
    "RequestStatus",
    "Submission",
]
