"""Why a risk stands where it stands: factor by factor, what holds it there, and what would move it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

import risk
from engagement.models import Answer, Measure, RecordedLevel
from engagement.paper.words import age_words, band_word, evidence_words, language, risk_name
from engagement.policies.levels import differ
from missions.dates import day_in_words
from risk import FactorRow, ProtectionFigure, RiskFigure

BORDERLINE = 10
PIVOTS_SHOWN = 4
LINES_SHOWN = 5


@dataclass(frozen=True)
class FactorLine:
    """One factor: what was answered, how sure that is, what it counts, and where it comes from."""

    id: str
    name: str
    anchor: str
    is_critical: bool
    is_unknown: bool
    levels: str
    evidence: str
    points: int
    most: int
    verified: int
    promised: int
    source: str
    notes: tuple[str, ...]
    differs: bool = False


@dataclass(frozen=True)
class Why:
    """The explanation of one risk, or of the protection case."""

    code: str
    title: str
    band: str
    score: int
    low: int
    high: int
    sentences: tuple[str, ...]
    lines: tuple[FactorLine, ...]
    pivots: tuple[str, ...]

    @property
    def scale(self) -> str:
        """Return the scale of its drawings."""
        return "protection" if self.code == risk.PROTECTION else "risk"

    @property
    def greater(self) -> tuple[FactorLine, ...]:
        """Return the factors that count most, which a reader sees first."""
        return self.lines[:LINES_SHOWN]

    @property
    def smaller(self) -> tuple[FactorLine, ...]:
        """Return the other factors, which a reader may unfold."""
        return self.lines[LINES_SHOWN:]

    @property
    def smaller_points(self) -> int:
        """Return what the other factors count together."""
        return sum(line.points for line in self.smaller)


@dataclass(frozen=True)
class Sources:
    """Where the answers and measures behind the figures come from, and the day on which that is read."""

    answers: Mapping[str, Answer]
    measures: Mapping[str, Measure]
    today: date
    levels: Mapping[str, Collection[RecordedLevel]] = field(default_factory=dict)


def whys(assessment: risk.Assessment, sources: Sources) -> tuple[Why, ...]:
    """Return the explanations, highest risk first, the protection case last."""
    ruleset = risk.current_ruleset()
    figures = sorted(assessment.risks.values(), key=lambda figure: (-figure.band.rank, -figure.score))
    told = [_why(figure, assessment, ruleset, sources) for figure in figures]
    return (*told, _why_protection(assessment, ruleset, sources))


def _why(figure: RiskFigure, assessment: risk.Assessment, ruleset: risk.Ruleset, sources: Sources) -> Why:
    words = {"risk": _lower(risk_name(figure.risk)), "band": band_word(figure.band.value)}
    return Why(
        code=figure.risk,
        title=_("Why %(risk)s risk is %(band)s") % words,
        band=figure.band.value,
        score=figure.score,
        low=figure.low,
        high=figure.high,
        sentences=tuple(_sentences(figure, ruleset)),
        lines=_lines(figure.rows, ruleset, sources),
        pivots=_pivots(figure.risk, assessment, ruleset),
    )


def _why_protection(assessment: risk.Assessment, ruleset: risk.Ruleset, sources: Sources) -> Why:
    figure = assessment.protection
    return Why(
        code=risk.PROTECTION,
        title=_("Why the protection case is %(band)s") % {"band": band_word(figure.band.value)},
        band=figure.band.value,
        score=figure.score,
        low=figure.low,
        high=figure.high,
        sentences=tuple(_protection_sentences(figure)),
        lines=_lines(figure.rows, ruleset, sources),
        pivots=_pivots(risk.PROTECTION, assessment, ruleset),
    )


def _sentences(figure: RiskFigure, ruleset: risk.Ruleset) -> Iterator[str]:
    numbers = {"score": figure.score, "low": figure.low, "high": figure.high}
    yield _("%(score)d points, plausible %(low)d to %(high)d.") % numbers
    yield waterfall(figure)
    yield from _what_holds_it(figure, ruleset)
    if figure.kept_band < figure.band:
        text = _(
            "Promises may lower a level by one at most; with every promise kept and verified it would be %(band)s."
        )
        yield text % {"band": band_word(figure.kept_band.value)}


def waterfall(figure: RiskFigure) -> str:
    """Tell in one sentence what the measures take off (chart C4)."""
    hoped = sum(row.removed_promised for row in figure.rows)
    if figure.inherent == figure.score:
        return _("No measure takes points off.")
    numbers = {"inherent": figure.inherent, "score": figure.score, "verified": figure.score + hoped}
    if not hoped:
        return _("%(inherent)d before any measure, %(score)d with the verified ones.") % numbers
    return _("%(inherent)d before any measure, %(score)d with all, %(verified)d with the verified ones only.") % numbers


def _what_holds_it(figure: RiskFigure, ruleset: risk.Ruleset) -> Iterator[str]:
    lang = language()
    words = {"band": band_word(figure.band.value)}
    holding = [floor for floor in figure.floors if floor.band >= figure.band]
    if holding:
        row = next(row for row in figure.rows if row.factor == holding[0].factor)
        words["reason"] = _anchor(row, ruleset, lang)
        yield _("%(band)s whatever the points, because of one critical answer: %(reason)s.") % words
        return
    if figure.band > figure.base_band:
        yield _("Raised to %(band)s because the worst plausible reading is two levels above the points.") % words
    if figure.robust_pct is None:
        return
    if figure.robust_pct < BORDERLINE:
        distance, other = _nearest(figure, ruleset)
        borderline = {"points": distance, "band": band_word(other)}
        yield _("Borderline: %(points)d points from %(band)s. Treat it as the higher of the two.") % borderline
    else:
        words |= {"band": band_word(figure.base_band.value), "percent": str(figure.robust_pct)}
        words["phrase"] = ruleset.robustness_phrase(figure.robust_pct, lang)
        yield _("%(band)s by points for any change of factor weights up to ±%(percent)s %%: %(phrase)s.") % words


def _nearest(figure: RiskFigure, ruleset: risk.Ruleset) -> tuple[int, str]:
    """Return the distance to the nearest cut, and the band on its other side."""
    cuts = ruleset.tables[figure.risk].cuts
    place = min(range(len(cuts)), key=lambda i: abs(cuts[i] - figure.score))
    bands = [band.value for band in risk.Band]
    cut = cuts[place]
    return (figure.score - cut + 1, bands[place]) if figure.score >= cut else (cut - figure.score, bands[place + 1])


def _protection_sentences(figure: ProtectionFigure) -> Iterator[str]:
    numbers = {"score": figure.score, "low": figure.low, "high": figure.high}
    yield _("%(score)d points, plausible %(low)d to %(high)d.") % numbers
    yield _("What is not known counts for nothing here, and no measure raises it.")


def _lines(rows: tuple[FactorRow, ...], ruleset: risk.Ruleset, sources: Sources) -> tuple[FactorLine, ...]:
    ordered = sorted(rows, key=lambda row: (-row.points, row.factor))
    return tuple(_line(row, ruleset, sources) for row in ordered)


def _line(row: FactorRow, ruleset: risk.Ruleset, sources: Sources) -> FactorLine:
    factor, lang = ruleset.factors[row.factor], language()
    return FactorLine(
        id=row.factor,
        name=factor.name(lang),
        anchor=_anchor(row, ruleset, lang),
        is_critical=row.critical,
        is_unknown=row.is_unknown,
        levels=_levels(row),
        evidence=evidence_words(row.confidence),
        points=row.points,
        most=row.points_max,
        verified=row.removed_verified,
        promised=row.removed_promised,
        source=_source(row, factor, sources),
        notes=(*_notes(row, factor, sources), *_who_said_what(sources.levels.get(row.factor, ()))),
        differs=differ(sources.levels.get(row.factor, ())),
    )


def _anchor(row: FactorRow, ruleset: risk.Ruleset, lang: str) -> str:
    if row.level is None:
        return _("Not known today")
    return ruleset.factors[row.factor].anchors(lang)[row.level]


def _levels(row: FactorRow) -> str:
    if row.level is None:
        return _("Not known, counted as 0 of 4") if row.factor.startswith("PRO") else _("Not known, counted as 4 of 4")
    if row.score_level == row.level:
        return _("%(level)d of 4") % {"level": row.level}
    return _("From %(before)d to %(after)d of 4") % {"before": row.level, "after": row.score_level}


def _source(row: FactorRow, factor: risk.Factor, sources: Sources) -> str:
    answer = sources.answers.get(row.factor)
    if answer is None or answer.level is None:
        why = answer.why_unknown if answer else ""
        return _("Not known, so counted at its worst. %(why)s") % {"why": why}
    if not answer.source_date:
        return answer.source or _("No source named")
    words = {
        "source": answer.source or _("No source named"),
        "day": day_in_words(answer.source_date),
        "age": age_words(answer.source_date, sources.today),
    }
    if row.level is None:
        return _("%(source)s, %(day)s: %(age)s, too old to count, so counted at its worst") % words
    if factor.shelf_life_days and (sources.today - answer.source_date).days > factor.shelf_life_days:
        return _("%(source)s, %(day)s: %(age)s, past its shelf life") % words
    return _("%(source)s, %(day)s: %(age)s") % words


def _notes(row: FactorRow, factor: risk.Factor, sources: Sources) -> Iterator[str]:
    for code in row.measures:
        measure = sources.measures.get(code)
        is_verified = measure is not None and measure.is_verified
        words = {"measure": risk.current_ruleset().measures[code].name(language())}
        yield (_("verified: %(measure)s") if is_verified else _("only promised: %(measure)s")) % words
    if factor.cap == 0 and not row.factor.startswith(risk.PROTECTION):
        yield _("cannot be mitigated")


def _who_said_what(standing: Collection[RecordedLevel]) -> Iterator[str]:
    """Tell what each adviser stands by on one factor, and that they differ, or why they do not any more."""
    for row in standing:
        yield recorded_words(row)
        if row.is_settlement:
            yield _("settled by the POC adviser: %(note)s") % {"note": row.note}
    if differ(standing):
        yield _("advisers differ, so the highest counts until the POC adviser settles it")


def recorded_words(row: RecordedLevel) -> str:
    """Say what one adviser recorded, and when."""
    words = {"role": row.get_role_display(), "level": row.level, "day": day_in_words(localdate(row.recorded_at))}
    if row.level is None:
        return _("%(role)s, %(day)s: not known") % words
    return _("%(role)s, %(day)s: %(level)d of 4") % words


def recorded_in_full(row: RecordedLevel, factor: risk.Factor) -> str:
    """Say what one adviser recorded, in the words of the question, and what it rests on."""
    said = row.why_unknown if row.level is None else factor.anchors(language())[row.level]
    words = {"who": recorded_words(row), "said": said, "note": row.note}
    return _("%(who)s: %(said)s. %(note)s") % words


def _pivots(code: str, assessment: risk.Assessment, ruleset: risk.Ruleset) -> tuple[str, ...]:
    """Return what would move the level (chart C11), what one could find out first."""
    own = sorted((p for p in assessment.pivots if p.risk == code), key=lambda pivot: not pivot.is_learning)
    return tuple(_pivot(pivot, ruleset) for pivot in own[:PIVOTS_SHOWN])


def _pivot(pivot: risk.Pivot, ruleset: risk.Ruleset) -> str:
    words = {
        "factor": ruleset.factors[pivot.factor].name(language()),
        "level": pivot.to_level,
        "band": band_word(pivot.to_band),
    }
    if pivot.is_learning:
        return _("%(factor)s: if it turned out to be %(level)d of 4, the level would be %(band)s.") % words
    return _("%(factor)s: at %(level)d of 4, the level would be %(band)s.") % words


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
