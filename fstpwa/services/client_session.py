"""A session of a client as their therapist reads it: what was done of it, and what was felt."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fstpwa.content import library
from fstpwa.domain.dose import duration_in_words
from fstpwa.domain.timeline import minutes
from fstpwa.domain.too_much import felt_in_words
from fstpwa.models.care import CareLink
from fstpwa.models.practice import MovementLog, SessionLog
from fstpwa.services import sessions

SUPPORTS = {
    "both_hands": "both hands held on",
    "one_hand": "one hand held on",
    "fingertips": "fingertips held on",
    "none": "held on to nothing",
}
LED_BY = {"track": "Led by sound.", "screen": "Led by the screen.", "silent": "Led silently."}
VARIANTS = {
    "easier": "The easier version.",
    "ten": "The 10-minute version.",
    "five": "The 5-minute version.",
    "flare": "The flare-day version.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementLine:
    """What was done of one movement."""

    slug: str
    name: str
    state: str
    """done, part or skipped."""
    length: str
    """"45 seconds"; empty where nothing was done."""
    words: str
    """Why it was not as planned, and what was felt; empty where it was."""
    held: str
    """How long it could be held, and on to what; empty where that is not asked."""
    is_too_much: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSession:
    """One session that was done."""

    id: UUID
    name: str
    day: date
    length: str
    """"10 minutes", "6 of 10 minutes", "not begun"."""
    how: str
    """Which version it was, and what led it; perhaps empty."""
    facts: tuple[tuple[str, str], ...]
    """What was said of it, as pairs of name and words."""
    kinds: tuple[str, ...]
    """Kinds of pain that were named."""
    movements: tuple[MovementLine, ...]
    note: str
    """In their own words; empty where that is not shared, or there is none."""


def client_session(link: CareLink, log_id: UUID) -> ClientSession:
    """Return a session of the client of a standing link that shares sessions.

    Raises:
        NotFound: it is none of this client's.
    """
    log = sessions.session_log(link.client, log_id)
    return ClientSession(
        id=log.id,
        name=log.name,
        day=log.day,
        length=_length(log),
        how=" ".join(filter(None, (VARIANTS.get(log.variant), LED_BY.get(log.led_by or "")))),
        facts=_facts(log),
        kinds=tuple(
            kind.label for kind in library().safety.after_session.kinds if kind.id in log.pain_kinds
        ),
        movements=tuple(_line(each) for each in log.movements),
        note=sessions.note_of(link.client, log) if link.shares_notes else "",
    )


def _length(log: SessionLog) -> str:
    if log.done_s == 0:
        return "not begun"
    done, planned = minutes(log.done_s), minutes(log.planned_s)
    if done < planned:
        return f"{done} of {planned} minutes"
    return f"{done} minute{'' if done == 1 else 's'}"


def _facts(log: SessionLog) -> tuple[tuple[str, str], ...]:
    said = (
        ("Pain before", log.pain_before),
        ("Worst pain", log.worst_pain),
        ("Next morning", log.next_morning_pain),
        ("Effort", log.effort),
    )
    found = [(name, f"{value} of 10") for name, value in said if value is not None]
    if log.settled is not None:
        found.append(("After two days", "As before" if log.settled else "Not yet as before"))
    return tuple(found)


def _line(each: MovementLog) -> MovementLine:
    movement = library().movements.get(each.slug)
    held = []
    if each.held_s is not None:
        held.append(f"held {duration_in_words(each.held_s)}")
    if each.support is not None:
        held.append(SUPPORTS[each.support])
    return MovementLine(
        slug=each.slug,
        name=movement.name if movement else each.slug,
        state=each.state,
        length=duration_in_words(each.done_s) if each.done_s else "",
        words=felt_in_words(each.state, each.reason, each.pain_kind, easier=each.easier),
        held=", ".join(held),
        is_too_much=each.reason is not None or each.pain_kind is not None,
    )
