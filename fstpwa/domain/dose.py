"""How much of a movement: holds, repetitions or time, with sets and rests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.programme import SessionMovement

Mode = Literal["hold", "reps", "time"]
Side = Literal["left", "right"]
SideChoice = Literal["left", "right", "both"]
SIDE_CHOICES: Mapping[str, SideChoice] = {"left": "left", "right": "right", "both": "both"}
"""What a form may send -> the side."""

LEAST_REPS = 1
LEAST_SECONDS = 10
"""A ramp never makes a timed movement shorter than this."""
LARGEST_FACTOR = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What to do of one movement. Which fields are set depends on `mode`.

    hold: `reps` holds of `hold_s` seconds, `sets` times.
    reps: `reps` repetitions of `seconds_per_rep` seconds, `sets` times.
    time: `seconds` seconds, `sets` times.
    """

    mode: Mode
    sets: int
    """1-10."""
    rest_s: int
    """Seconds of rest between two bouts of work (a hold, a set, a side)."""
    per_side: bool
    """Whether the whole is done on the left and on the right."""
    reps: int | None = None
    hold_s: int | None = None
    seconds: int | None = None
    seconds_per_rep: int | None = None

    def with_changes(self, **changes: int | bool) -> "Dose":
        """Return the same dose with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # replace is typed per field


def amount(value: int | None) -> int:
    """Return a field that the mode of a dose needs. Raises InvalidValue if it is not set."""
    if value is None:
        raise InvalidValue("The dose is missing a number that its kind needs.")
    return value


def easier_dose(planned: Dose, easier: Dose) -> Dose:
    """Return the easier version of a planned dose: field by field the smaller.

    Whether both sides are done is not an amount, so it stays as planned.

    Raises:
        InvalidValue: the two are not of the same mode.

    Source: programmes.yaml, general.easier_in_session.
    """
    if planned.mode != easier.mode:
        raise InvalidValue("The easier version must be counted in the same way as the usual one.")
    return Dose(
        mode=planned.mode,
        sets=min(planned.sets, easier.sets),
        rest_s=min(planned.rest_s, easier.rest_s),
        per_side=planned.per_side,
        reps=_smaller(planned.reps, easier.reps),
        hold_s=_smaller(planned.hold_s, easier.hold_s),
        seconds=_smaller(planned.seconds, easier.seconds),
        seconds_per_rep=_smaller(planned.seconds_per_rep, easier.seconds_per_rep),
    )


def ramped(dose: Dose, factor: float, *, alternating: bool) -> Dose:
    """Return a dose multiplied by the factor of a ramp step.

    Repetitions and seconds are multiplied and rounded up; the length of a hold stays. The
    result is never below 1 repetition or 10 seconds, and with a factor of at most 1 never
    above the original. Alternating movements keep an even number of repetitions, so that
    both sides get the same.

    Args:
        dose: what would be done at factor 1.
        factor: above 0, at most 2.
        alternating: the repetitions go left, right, left.

    Raises:
        InvalidValue: the factor is out of range.

    Source: programmes.yaml, general.dose_ramp.
    """
    if not 0 < factor <= LARGEST_FACTOR:
        raise InvalidValue("A ramp factor must be above 0 and at most 2.")
    changes: dict[str, int | bool] = {}
    if dose.reps is not None:
        reps = max(_times(dose.reps, factor), LEAST_REPS)
        reps += reps % 2 if alternating else 0
        changes["reps"] = min(reps, dose.reps) if factor <= 1 else reps
    if dose.seconds is not None:
        seconds = max(_times(dose.seconds, factor), LEAST_SECONDS)
        changes["seconds"] = min(seconds, dose.seconds) if factor <= 1 else seconds
    return dose.with_changes(**changes)


def evened(dose: Dose) -> Dose:
    """Return the dose with an even number of repetitions, rounded up."""
    return dose if dose.reps is None else dose.with_changes(reps=dose.reps + dose.reps % 2)


def apply_overrides(dose: Dose, session_movement: SessionMovement) -> Dose:
    """Return the library dose with what a session changes of it.

    Raises:
        InvalidValue: the session changes a number that this dose does not have.

    Source: programmes.yaml, general.override_keys.
    """
    changes: dict[str, int | bool] = {}
    for name in ("hold_s", "reps", "sets", "seconds", "rest_s"):
        value = getattr(session_movement, name)
        if value is None:
            continue
        if getattr(dose, name) is None:
            raise InvalidValue(f"{session_movement.slug} is not counted in {name}.")
        changes[name] = value
    return dose.with_changes(**changes)


def bouts(dose: Dose, sides: int) -> int:
    """Return how many stretches of unbroken work there are, over 1 or 2 sides."""
    return sides * dose.sets * (amount(dose.reps) if dose.mode == "hold" else 1)


def bout_s(dose: Dose) -> int:
    """Return the seconds of one bout: a hold, a set of repetitions, or a stretch of time."""
    if dose.mode == "hold":
        return amount(dose.hold_s)
    if dose.mode == "reps":
        return amount(dose.reps) * amount(dose.seconds_per_rep)
    return amount(dose.seconds)


def dose_in_words(dose: Dose, *, side: SideChoice | None = None, alternating: bool = False) -> str:
    """Say a dose in words: "2 holds of 30 seconds on each side".

    Args:
        dose: what to do.
        side: the only side that is done, or None or "both".
        alternating: the repetitions go left, right, left; the total is said, then the share.
    """
    words = _amount_in_words(dose)
    if side in ("left", "right"):
        return f"{words} on the {side} side"
    if dose.per_side:
        return f"{words} on each side"
    if alternating and dose.reps is not None and dose.reps % 2 == 0:
        return f"{words}, {dose.reps // 2} on each side"
    return words


def duration_in_words(seconds: int) -> str:
    """Say whole seconds in words: "45 seconds", "1 minute", "1 minute 30 seconds"."""
    minutes, rest = divmod(seconds, 60)
    parts = [_counted(minutes, "minute")] if minutes else []
    if rest or not minutes:
        parts.append(_counted(rest, "second"))
    return " ".join(parts)


def _amount_in_words(dose: Dose) -> str:
    if dose.mode == "time":
        duration = duration_in_words(amount(dose.seconds))
        return duration if dose.sets == 1 else f"{dose.sets} times {duration}"
    if dose.mode == "hold":
        holds = _counted(amount(dose.reps), "hold")
        words = f"{holds} of {duration_in_words(amount(dose.hold_s))}"
    else:
        words = _counted(amount(dose.reps), "repetition")
    return words if dose.sets == 1 else f"{dose.sets} sets of {words}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _smaller(planned: int | None, easier: int | None) -> int | None:
    if planned is None or easier is None:
        return planned
    return min(planned, easier)


def _times(number: int, factor: float) -> int:
    # Through the decimal that was written down: 1.1 * 50 is 55.00000000000001 in floats.
    product = Decimal(number) * Decimal(str(factor))
    return int(product.to_integral_value(rounding=ROUND_CEILING))
