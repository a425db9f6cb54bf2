"""Every rule that may adapt the sessions of a day, asked one after the other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from fstpwa.domain import flares, part_growth, put_away, step_back
from fstpwa.domain.adaptation import Adaptation, Reason, put_together
from fstpwa.domain.movement import Movement
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.programme import Programme

Rules = Callable[[PracticeHistory, Programme, date], Sequence[Reason]]
RULES: tuple[Rules, ...] = (flares.reasons, put_away.reasons, step_back.reasons)
"""Each returns why it acts on the day, nothing if it does not."""


def adaptation(
    history: PracticeHistory,
    programme: Programme,
    today: date,
    movements: Mapping[str, Movement],
) -> Adaptation:
    """Return what is done to the sessions of today, and why.

    The same history gives the same answer, in whatever order its entries arrived.

    Args:
        history: what happened up to and including today; later days must not be in it.
        programme: the one that is followed.
        today: the person's own day.
        movements: the library by slug.
    """
    reasons = [each for rules in RULES for each in rules(history, programme, today)]
    reasons += part_growth.reasons(history, programme, today, movements)
    return put_together(reasons, today, keeps_usual=history.happened("kept_usual", today))
