"""What several devices wrote about one thing, put together field by field: any order, one state.

* A field holds the word with the later stamp: (when it was said, operation).
* A text holds every version that nobody who wrote another had seen: each writing names the
  operations it saw (its base). Versions stand in one text, divided by `MARK`, by their stamps.
* Clearing everything is a stamp too: what was said before it stays away, however late it comes.

The clocks that make this so are plain JSON beside the values: field -> stamp, for a text
{"live": [stamps of its versions], "over": [operations written over]}, `EVERYTHING` -> stamp.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from fstpwa.domain.errors import InvalidValue

Outcome = Literal["applied", "merged"]
"""merged: a later word on something stays, or a text is kept beside another."""
Bases = Mapping[str, Collection[str]]
"""Text -> the operations whose words were seen when it was written; a text that is not named saw
everything older that is stored."""
Clocks = Mapping[str, Any]

MARK = "\x1e"
"""Divides the versions of a text that is kept more than once. Nobody can type it."""
EVERYTHING = "*"
"""The clock of the last clearing."""
MOST_VERSIONS = 20
"""Of one text. So many are not read any more: they have to be put together first."""
MOST_SEEN = 50
"""Operations in the base of one text."""
UNKNOWN = f"0001-01-01T00:00:00.000000+00:00 {UUID(int=0)}"
"""The stamp of a text that has none: older than any other."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a text that nobody wrote over."""

    stamped: str
    text: str

    @property
    def operation(self) -> str:
        """The operation that wrote it."""
        return operation_of(self.stamped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What one operation says; fields that are not in it stay as they are."""

    values: Mapping[str, Any]
    """Field -> value; None takes it back."""
    stamped: str
    """See `stamp`."""
    bases: Bases = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Values and clocks after one more operation."""

    values: Mapping[str, Any]
    """Without the fields that have none."""
    clocks: Clocks
    won: frozenset[str] = frozenset()
    """The fields of the writing whose word is the last one now, texts included."""
    outcome: Outcome = "applied"
    changed: bool = False


def stamp(at: datetime, operation_id: UUID) -> str:
    """Return when something was said, so that a later stamp is the greater text.

    Two words of the same instant are told apart by their operation, in the same way on every
    device. `at` must be aware.
    """
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')} {operation_id}"


def operation_of(stamped: str) -> str:
    """Return the operation that a stamp names."""
    return stamped.rpartition(" ")[2]


def merge(
    values: Mapping[str, Any],
    clocks: Clocks,
    writing: Writing,
    *,
    texts: Collection[str] = frozenset(),
) -> Merged:
    """Put an operation into what is stored. One that comes twice changes nothing.

    Args:
        values: Field -> stored value; one without a value may be missing.
        clocks: The clocks stored beside them.
        writing: Checked values.
        texts: The fields that are texts; the versions of each in one text, see `versions_of`.

    Raises:
        InvalidValue: a text would have more versions than anybody can read.
    """
    found, times, won, is_whole = dict(values), dict(clocks), set[str](), True
    floor = str(times.get(EVERYTHING, ""))
    for name, value in writing.values.items():
        if name in texts:
            text, clock = _with_version(found.get(name), times.get(name), name, writing, floor)
            _put(found, name, text)
            times[name] = clock
            is_last = _stands_alone(value, writing.stamped, clock)
        else:
            last = max(floor, str(times.get(name, "")))
            is_last = writing.stamped >= last
            if writing.stamped > last:
                times[name] = writing.stamped
                _put(found, name, value)
            is_last = is_last or found.get(name) == value
        is_whole = is_whole and is_last
        if is_last:
            won.add(name)
    return Merged(
        values=found,
        clocks=times,
        won=frozenset(won),
        outcome="applied" if is_whole else "merged",
        changed=times != dict(clocks),
    )


def clear(
    values: Mapping[str, Any],
    clocks: Clocks,
    stamped: str,
    *,
    texts: Collection[str] = frozenset(),
    kept: Collection[str] = frozenset(),
) -> Merged:
    """Take back everything that was said before `stamped`; what was said later stays.

    Args:
        values: As in `merge`.
        clocks: As in `merge`.
        stamped: When it was cleared.
        texts: As in `merge`.
        kept: Names of clocks that are about something else, and stay.
    """
    if stamped <= str(clocks.get(EVERYTHING, "")):
        return Merged(values=dict(values), clocks=dict(clocks))
    found: dict[str, Any] = {}
    times: dict[str, Any] = {EVERYTHING: stamped}
    for name, clock in clocks.items():
        if name in texts:
            later = [
                each for each in versions_of(values.get(name), clock) if each.stamped > stamped
            ]
            _put(found, name, _joined(later))
            times[name] = _text_clock(later, _written_over(clock))
        elif name in kept:
            times[name] = clock
        elif name != EVERYTHING and str(clock) > stamped:
            times[name] = clock
            _put(found, name, values.get(name))
    return Merged(
        values=found, clocks=times, outcome="merged" if found else "applied", changed=True
    )


def versions_of(text: str | None, clock: object) -> tuple[Version, ...]:
    """Return the versions of a stored text, the oldest first; none if it is empty.

    Args:
        text: Its versions as they are stored in one text.
        clock: Its clock; also one from before texts had versions, or None.
    """
    if not text:
        return ()
    live = clock.get("live", []) if isinstance(clock, dict) else [clock] if clock else []
    texts = text.split(MARK)
    if len(texts) != len(live):
        # What cannot be read any more, or was stored without a clock, is one version.
        return (Version(str(live[-1]) if live else UNKNOWN, text.replace(MARK, "\n\n")),)
    return tuple(Version(str(stamped), each) for stamped, each in zip(live, texts, strict=True))


def shown(text: str) -> str:
    """Return a stored text as people read it: its versions one after the other."""
    return text.replace(MARK, "\n\n")


def seen_of(base: object) -> tuple[str, ...]:
    """Return the operations that a base from outside names, as they are spelled in stamps.

    Raises:
        InvalidValue: it is no list of operations, or an unbelievably long one.
    """
    if not isinstance(base, (list, tuple)) or len(base) > MOST_SEEN:
        raise InvalidValue("It does not say what it was written over.")
    try:
        return tuple(str(UUID(each)) for each in base)
    except (ValueError, AttributeError, TypeError):
        raise InvalidValue("It does not say what it was written over.") from None


def _with_version(
    text: str | None, clock: object, name: str, writing: Writing, floor: str
) -> tuple[str, dict[str, list[str]]]:
    """Return a text and its clock after one more writing of it."""
    live = {each.operation: each for each in versions_of(text, clock)}
    own = operation_of(writing.stamped)
    seen = writing.bases.get(name)
    if seen is None:
        seen = [each.operation for each in live.values() if each.stamped < writing.stamped]
    over = _written_over(clock) | (frozenset(seen) - {own})
    value = writing.values[name]
    if value and writing.stamped > floor:
        live.setdefault(own, Version(writing.stamped, value))
    left = [each for operation, each in live.items() if operation not in over]
    if len(left) > MOST_VERSIONS:
        raise InvalidValue(
            "This text was written in too many places at once. Open it, make one of them, and save."
        )
    return _joined(left), _text_clock(left, over)


def _stands_alone(value: object, stamped: str, clock: Mapping[str, list[str]]) -> bool:
    """Whether just what was written is what is stored of a text now."""
    return clock["live"] == ([stamped] if value else [])


def _joined(versions: Collection[Version]) -> str:
    return MARK.join(each.text for each in _in_order(versions))


def _text_clock(versions: Collection[Version], over: Collection[str]) -> dict[str, list[str]]:
    return {"live": [each.stamped for each in _in_order(versions)], "over": sorted(over)}


def _in_order(versions: Collection[Version]) -> Iterator[Version]:
    return iter(sorted(versions, key=lambda each: each.stamped))


def _written_over(clock: object) -> frozenset[str]:
    return frozenset(clock.get("over", [])) if isinstance(clock, dict) else frozenset()


def _put(values: dict[str, Any], name: str, value: object) -> None:
    if value is None or value == "":
        values.pop(name, None)
    else:
        values[name] = value
