"""Noticing that two people write the same section at once."""

import hashlib
from collections.abc import Mapping

from engagement.forms.requests import SectionForm
from engagement.models import Answer, Measure, Request
from engagement.readback import term
from engagement.sections import Section


def stamp_of(request: Request, section: Section, answers: Mapping[str, Answer], measures: Mapping[str, Measure]) -> str:
    """Return a short mark of what a section holds; it travels with the form and comes back with it."""
    held = [request.version, *(getattr(request, name) for name in section.fields)]
    held += [_values(answers[factor]) for factor in section.factors if factor in answers]
    if section.takes_measures:
        held += sorted((code, m.owner, str(m.due_on), m.is_reaffirmed) for code, m in measures.items())
    return hashlib.sha256(repr([str(value) for value in held]).encode()).hexdigest()[:16]


def _values(answer: Answer) -> tuple[object, ...]:
    return answer.level, answer.confidence, answer.source, str(answer.source_date), answer.why_unknown


def changes_between(form: SectionForm, request: Request, answers: Mapping[str, Answer]) -> list[str]:
    """Name what stands otherwise in the form than in the record."""
    fields = [name for name, value in form.section_fields().items() if getattr(request, name) != value]
    levels = {factor: answers[factor].level for factor in answers}
    given = [factor for factor, said in form.answers().items() if factor in levels and levels[factor] != said.level]
    return [term(name) for name in fields + given]
