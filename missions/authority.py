"""The authority table in words: who decides at each band, under each posture."""

from dataclasses import dataclass

import risk
from missions.roles import Authority


@dataclass(frozen=True)
class AuthorityRow:
    """One posture, or one case of it, and who decides at each band."""

    case: str
    deciders: tuple[tuple[str, str], ...]


def authority_rows(code: str, language: str) -> list[AuthorityRow]:
    """Return a row for each case of a posture, in the order of the ruleset."""
    postures = risk.current_ruleset().postures
    return [
        AuthorityRow(posture.name(language), tuple(_decider(band, posture) for band in risk.Band))
        for key, posture in postures.items()
        if key.partition("/")[0] == code
    ]


def _decider(band: risk.Band, posture: risk.Posture) -> tuple[str, str]:
    return band.value, str(Authority[posture.level(band).value].label)
