"""The explanation that a decider reads: sentences and tables built from the figures alone, in both languages."""

from collections.abc import Iterator

from risk.assessment import Assessment, FactorRow, Pivot, Remedy, RiskFigure
from risk.ruleset import Ruleset, Text
from risk.scales import PROTECTION, Band

MAIN_REASONS = 2
LISTED_REMEDIES = 3

# Templates only: whatever varies comes from the figures or from the ruleset, so that both languages say the same.
WORDS = {
    "headline": Text("{risk}: {band}.", "{risk} : {band}."),
    "mainly": Text("Mainly because: {reasons}.", "Principalement parce que : {reasons}."),
    "nothing": Text("No answer adds points.", "Aucune réponse n’ajoute de points."),
    "unknown": Text("nobody knows ({factor}: {name})", "nul ne sait ({factor} : {name})"),
    "reason": Text("{name}: {anchor} ({factor})", "{name} : {anchor} ({factor})"),
    "and": Text("; ", " ; "),
    "critical": Text(
        "A critical answer sets at least {band}: {factors}.",
        "Une réponse critique impose au moins {band} : {factors}.",
    ),
    "doubt": Text(
        "Raised one band, because the worst plausible reading is two bands above the points.",
        "Relevé d’un niveau, car la pire lecture plausible dépasse les points de deux niveaux.",
    ),
    "capped": Text(
        "Promised measures lower it by one band at most; once all are verified it would be {band}.",
        "Les mesures annoncées l’abaissent d’un niveau au plus ; toutes vérifiées, il serait {band}.",
    ),
    "missing": Text(
        "The most useful missing protection: {measure} ({name}).",
        "La protection manquante la plus utile : {measure} ({name}).",
    ),
    "evidence": Text(
        "Evidence is {quality}; worst plausible reading is {band}.",
        "Le dossier est {quality} ; la pire lecture plausible est {band}.",
    ),
    "strong": Text("strong", "solide"),
    "fair": Text("fair", "moyen"),
    "weak": Text("weak", "fragile"),
    "points": Text(
        "Points {score}, between {low} and {high}; before measures {inherent} ({inherent_band}).",
        "Points {score}, entre {low} et {high} ; avant mesures {inherent} ({inherent_band}).",
    ),
    "robust": Text(
        "The band by points, {band}, holds for any weights within ±{percent} %: {phrase}.",
        "Le niveau selon les points, {band}, vaut pour toute pondération à ±{percent} % près : {phrase}.",
    ),
    "total": Text("Total", "Total"),
    "of": Text("{points} of {most}", "{points} sur {most}"),
    "unmitigable": Text("cannot be mitigated", "ne peut être atténué"),
    "is_critical": Text("critical", "critique"),
    "unknown_short": Text("unknown", "inconnu"),
    "would_lower": Text("What else would lower it, once verified:", "Ce qui l’abaisserait encore, une fois vérifié :"),
    "remedy": Text("{measure} {name}: -{points} points, {band}", "{measure} {name} : -{points} points, {band}"),
    "promised": Text("promised", "annoncée"),
    "trade_off": Text("answers to give again", "réponses à redonner"),
    "would_change": Text("What would change the band:", "Ce qui changerait le niveau :"),
    "pivot": Text(
        "{factor} {name}: {level} -> {to_level} would make it {band}",
        "{factor} {name} : {level} -> {to_level} donnerait {band}",
    ),
    "overall": Text("Overall risk: {band}.", "Risque global : {band}."),
    "protection": Text(
        "Protection: {band}, {score} points, between {low} and {high}.",
        "Protection : {band}, {score} points, entre {low} et {high}.",
    ),
    "advice": Text("Advice: {label}. {text}", "Avis du barème : {label}. {text}"),
    "authority": Text("Decides, before gates: {level}, {name}.", "Décide, avant verrous : {level}, {name}."),
    "ruleset": Text("Ruleset {id}, {hash}", "Barème {id}, {hash}"),
}


def explain(assessment: Assessment, ruleset: Ruleset, lang: str) -> str:
    """Tell the whole assessment as plain text."""
    teller = _Teller(assessment, ruleset, lang)
    parts = ["\n".join(teller.outcome()), *("\n".join(teller.risk(figure)) for figure in assessment.risks.values())]
    parts += ["\n".join(teller.protection()), teller.say("ruleset", **assessment.ruleset._asdict())]
    return "\n\n".join(parts) + "\n"


def risk_sentence(assessment: Assessment, risk: str, ruleset: Ruleset, lang: str) -> str:
    """Say in a few sentences how high one risk is, why, and what would help."""
    return " ".join(_Teller(assessment, ruleset, lang).sentences(assessment.risks[risk]))


class _Teller:
    """Puts one assessment into one language."""

    def __init__(self, assessment: Assessment, ruleset: Ruleset, lang: str) -> None:
        self.assessment, self.ruleset, self.lang = assessment, ruleset, lang

    def say(self, key: str, **values: object) -> str:
        return WORDS[key](self.lang).format(**values)

    def band(self, band: str) -> str:
        return self.ruleset.band_label(band, self.lang).upper()

    def name(self, factor: str) -> str:
        return self.ruleset.factors[factor].name(self.lang)

    def measure(self, measure: str) -> str:
        return self.ruleset.measures[measure].name(self.lang)

    def outcome(self) -> Iterator[str]:
        result, ruleset, lang = self.assessment, self.ruleset, self.lang
        yield self.say("overall", band=self.band(result.overall))
        yield self.say("protection", **result.protection.headline() | {"band": self.band(result.protection.band)})
        label, text = ruleset.advice_label(result.advice, lang), ruleset.advice_text(result.advice, lang)
        yield self.say("advice", label=label, text=text)
        authority = ruleset.authority_label(result.authority, lang)
        yield self.say("authority", level=result.authority.value, name=authority)

    def risk(self, figure: RiskFigure) -> Iterator[str]:
        yield " ".join(self.sentences(figure))
        inherent_band = self.band(figure.inherent_band)
        yield self.say("points", **figure.headline() | {"inherent_band": inherent_band})
        if figure.robust_pct is not None:
            phrase = self.ruleset.robustness_phrase(figure.robust_pct, self.lang)
            yield self.say("robust", band=self.band(figure.base_band), percent=figure.robust_pct, phrase=phrase)
        yield from self.table(figure.rows, figure.score)
        yield from self.remedies(figure)
        yield from self.pivots(figure.risk)

    def protection(self) -> Iterator[str]:
        figure = self.assessment.protection
        band = self.band(figure.band)
        yield self.say("headline", risk=self.ruleset.risk_name(PROTECTION, self.lang), band=band)
        yield from self.table(figure.rows, figure.score)
        yield from self.pivots(PROTECTION)

    def sentences(self, figure: RiskFigure) -> Iterator[str]:
        yield self.say("headline", risk=self.ruleset.risk_name(figure.risk, self.lang), band=self.band(figure.band))
        yield self.mainly(figure)
        yield from self.raised(figure)
        if figure.kept_band < figure.band:
            yield self.say("capped", band=self.band(figure.kept_band))
        if best := _best_missing(figure):
            yield self.say("missing", measure=best.measure, name=self.measure(best.measure))
        quality = self.say(_evidence(figure.rows))
        yield self.say("evidence", quality=quality, band=self.band(figure.high_band))

    def mainly(self, figure: RiskFigure) -> str:
        main = [row for row in _by_points(figure.rows) if row.points][:MAIN_REASONS]
        reasons = self.say("and").join(self.reason(row) for row in main)
        return self.say("mainly", reasons=reasons) if reasons else self.say("nothing")

    def reason(self, row: FactorRow) -> str:
        if row.level is None:
            return self.say("unknown", factor=row.factor, name=self.name(row.factor))
        anchor = self.ruleset.factors[row.factor].anchors(self.lang)[row.level]
        return self.say("reason", name=self.name(row.factor), anchor=anchor, factor=row.factor)

    def raised(self, figure: RiskFigure) -> Iterator[str]:
        setting = [floor for floor in figure.floors if floor.band >= figure.band]
        if setting:
            factors = ", ".join(f"{floor.factor} >= {floor.level}" for floor in setting)
            yield self.say("critical", band=self.band(setting[0].band), factors=factors)
        elif figure.band > figure.base_band and figure.high_band.rank - 1 == figure.band.rank:
            yield self.say("doubt")

    def table(self, rows: tuple[FactorRow, ...], total: int) -> Iterator[str]:
        for row in _by_points(rows):
            points = self.say("of", points=row.points, most=row.points_max)
            yield f"  {row.factor}  {points:>12}  {self.levels(row):<8}  {self.name(row.factor)}{self.notes(row)}"
        yield f"  {self.say('total'):<6}  {total:>12}"

    def levels(self, row: FactorRow) -> str:
        given = self.say("unknown_short") if row.level is None else f"{row.level} {row.confidence}"
        return given if row.level is None else f"{given} -> {row.score_level}"

    def notes(self, row: FactorRow) -> str:
        notes = list(row.measures)
        if row.factor[:3] != PROTECTION and self.ruleset.factors[row.factor].cap == 0:
            notes.append(self.say("unmitigable"))
        if row.critical:
            notes.append(self.say("is_critical"))
        return _in_brackets(notes)

    def remedies(self, figure: RiskFigure) -> Iterator[str]:
        listed = figure.remedies[:LISTED_REMEDIES] if figure.band > Band.LOW else ()
        if listed:
            yield self.say("would_lower")
        for remedy in listed:
            values = {"name": self.measure(remedy.measure), "band": self.band(remedy.band)}
            marks = [self.say("promised")] * remedy.is_promised + [self.say("trade_off")] * remedy.has_trade_off
            text = self.say("remedy", measure=remedy.measure, points=remedy.points, **values)
            yield f"  {text}{_in_brackets(marks)}"

    def pivots(self, risk: str) -> Iterator[str]:
        own = [pivot for pivot in self.assessment.pivots if pivot.risk == risk]
        if own:
            yield self.say("would_change")
        yield from (f"  {self.pivot(pivot)}" for pivot in own)

    def pivot(self, pivot: Pivot) -> str:
        return self.say(
            "pivot",
            factor=pivot.factor,
            name=self.name(pivot.factor),
            level=self.say("unknown_short") if pivot.level is None else pivot.level,
            to_level=pivot.to_level,
            band=self.band(pivot.to_band),
        )


def _in_brackets(notes: list[str]) -> str:
    return f" ({', '.join(notes)})" if notes else ""


def _by_points(rows: tuple[FactorRow, ...]) -> list[FactorRow]:
    return sorted(rows, key=lambda row: -row.points)


def _best_missing(figure: RiskFigure) -> Remedy | None:
    """Choose what to name first: what can be had without answering anything again, else the greatest relief."""
    missing = [remedy for remedy in figure.remedies if not remedy.is_promised and remedy.points]
    if figure.band == Band.LOW or not missing:
        return None
    free = [remedy for remedy in missing if not remedy.has_trade_off]
    return max(free or missing, key=lambda remedy: remedy.points)


def _evidence(rows: tuple[FactorRow, ...]) -> str:
    """Judge the evidence by weight: half of it firm makes it strong, a quarter of it C or Unknown makes it weak."""
    firm = sum(row.points_max for row in rows if row.confidence == "A")
    soft = sum(row.points_max for row in rows if row.confidence in (None, "C"))
    if soft >= 250:
        return "weak"
    return "strong" if firm >= 500 and not soft else "fair"
