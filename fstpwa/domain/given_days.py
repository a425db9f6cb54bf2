"""The first and last day of what a therapist gives a client."""

from collections.abc import Collection
from datetime import date, timedelta

from fstpwa.domain.errors import InvalidValue

FURTHEST_START = timedelta(days=90)
LONGEST = timedelta(days=366)


def check_start(first: date, today: date) -> None:
    """Raise InvalidValue where something cannot begin on `first`, the client's own day."""
    if first < today - timedelta(days=1):
        raise InvalidValue("The first day is over. Choose today or a later day.")
    if first > today + FURTHEST_START:
        raise InvalidValue("Choose a first day within the next 90 days.")


def check_end(last: date | None, first: date, weekdays: Collection[int]) -> None:
    """Raise InvalidValue where something that begins on `first` cannot have `last` as its last day."""
    if last is None:
        return
    if last < first:
        raise InvalidValue("The last day is before the first.")
    if last > first + LONGEST:
        raise InvalidValue("Choose a last day within a year, or leave it open.")
    span = min((last - first).days + 1, 7)
    days = {(first + timedelta(days=number)).weekday() for number in range(span)}
    if not days & set(weekdays):
        raise InvalidValue("None of the chosen days is between the first and the last day.")
