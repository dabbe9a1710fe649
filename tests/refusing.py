"""Why something is refused: a service raises its refusals, a policy yields them."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from missions.refusals import Refusal, Refused


def refused(act: Callable[..., Any], /, *arguments: Any, **named: Any) -> set[str]:
    """Do what has to be refused, and return the codes of the refusals."""
    return codes(refusals(act, *arguments, **named))


def refusals(act: Callable[..., Any], /, *arguments: Any, **named: Any) -> tuple[Refusal, ...]:
    """Do what has to be refused, and return the refusals, with their sentences and fields."""
    with pytest.raises(Refused) as caught:
        act(*arguments, **named)
    return caught.value.refusals


def codes(refusals: Iterable[Refusal]) -> set[str]:
    """Return the codes of refusals."""
    return {refusal.code for refusal in refusals}
