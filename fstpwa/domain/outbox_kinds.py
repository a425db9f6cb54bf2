"""The kinds of entries that phones keep until there is a network, and how each is read.

One reader a kind: entity and data in, what is asked for out. They check the form of what was sent
(is that a day, a number from 0 to 10?); whether it may be stored is for the services, which are the
same as for the forms.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from fstpwa.domain.after_session import StopReason
from fstpwa.domain.check_in import TEXT_LENGTHS, Answer, CheckInEntry
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.merging import MOST_SEEN
from fstpwa.domain.outbox_json import (
    UNREADABLE,
    Fields,
    read_choice,
    read_day,
    read_id,
    read_list,
    read_whole,
)
from fstpwa.domain.practice_history import Support
from fstpwa.domain.session import VariantName
from fstpwa.domain.session_changes import FIELDS as SESSION_FIELDS
from fstpwa.domain.session_changes import (
    LONGEST_HELD_S,
    RATINGS,
    Held,
    NearFalls,
    Said,
    SessionChanges,
)
from fstpwa.domain.session_log import (
    DAY_S,
    MOST_UNRECORDED_LINES,
    EasedReason,
    LedBy,
    MovementResult,
    MovementState,
    SessionLogEntry,
)

FlareAnswer = Literal["yes", "undo", "no", "back"]
"""It is a flare day; that is taken back; what looks like a flare is none; a flare is over."""

MOST_ANSWERS = 200
MOST_RESULTS = 100
MOST_ITEMS = 50
LONGEST_WORD = 64
LONGEST_TEXT = 20_000
"""Longer than any text may be: how long one may be is said by whoever stores it, in words."""

ITEM = re.compile(r"f?[0-9]{1,2}")
POSITION = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInWritten:
    """Answers to some questions about one day."""

    entry: CheckInEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDeleted:
    """Everything that was answered about one day, deleted."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDone:
    """A session that was done."""

    planned_id: UUID
    entry: SessionLogEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSaid:
    """How a session was, said or changed afterwards."""

    log_id: UUID
    changes: SessionChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDeleted:
    """A session that was done, deleted for good."""

    log_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareSaid:
    """What was tapped about a flare."""

    day: date
    answer: FlareAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningSaid:
    """The pain of the morning after a session."""

    log_id: UUID
    pain: int
    """0-10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledSaid:
    """Whether it was as before, two days after a session."""

    log_id: UUID
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Signs that were ticked in the check before a session, with no network to answer to them."""

    day: date
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten:
    """A message from a client to a therapist."""

    message_id: UUID
    link_id: UUID
    """Public id of the link over which it goes."""
    text: str
    session_log_id: UUID | None
    """The session it is about."""
    slug: str | None
    """The movement it is about."""
    is_question: bool


Body = (
    CheckInWritten
    | CheckInDeleted
    | SessionDone
    | SessionSaid
    | SessionDeleted
    | FlareSaid
    | MorningSaid
    | SettledSaid
    | Ticked
    | MessageWritten
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one entry says, before it is known what its kind makes of it."""

    entity: object
    data: object
    base: object
    sent: datetime
    """The phone's own now when it sent the batch."""


def _check_in(written: Written) -> Body:
    data = Fields.of(written.data, known=("answers",))
    answers = Fields.of(data.get("answers")).found
    if not 0 < len(answers) <= MOST_ANSWERS:
        raise InvalidValue(UNREADABLE)
    entry = CheckInEntry(
        day=read_day(written.entity),
        answers={name: _answer(answer) for name, answer in answers.items()},
        bases=_bases(written.base, TEXT_LENGTHS),
    )
    return CheckInWritten(entry=entry)


def _answer(value: object) -> Answer:
    if value is None or isinstance(value, (int, str)):
        return value
    raise InvalidValue(UNREADABLE)


def _check_in_deleted(written: Written) -> Body:
    Fields.of(written.data, known=())
    return CheckInDeleted(day=read_day(written.entity))


def _session(written: Written) -> Body:
    data = Fields.of(
        written.data,
        known=(
            *("session", "variant", "started_at", "finished_at", "pain_before", "stop"),
            *("led_by", "unrecorded_lines", "results"),
        ),
    )
    entry = SessionLogEntry(
        log_id=read_id(written.entity),
        variant=data.choice("variant", get_args(VariantName)),
        started_at=data.instant("started_at"),
        finished_at=data.instant("finished_at"),
        sent_at=written.sent,
        pain_before=data.whole_or_none("pain_before", 0, 10),
        stop=data.choice_or_none("stop", get_args(StopReason)),
        led_by=data.choice_or_none("led_by", get_args(LedBy)),
        unrecorded_lines=data.whole_or_none("unrecorded_lines", 0, MOST_UNRECORDED_LINES),
        results=tuple(_result(each) for each in read_list(data.get("results"), MOST_RESULTS)),
    )
    return SessionDone(planned_id=read_id(data.get("session")), entry=entry)


def _result(value: object) -> MovementResult:
    result = Fields.of(value, known=("item", "state", "easier", "done_s", "reason", "slug"))
    item = result.text("item", 3)
    if not ITEM.fullmatch(item):
        raise InvalidValue(UNREADABLE)
    return MovementResult(
        item=item,
        state=result.choice("state", get_args(MovementState)),
        easier=result.yes_no("easier"),
        done_s=result.whole("done_s", 0, DAY_S),
        reason=result.choice_or_none("reason", get_args(EasedReason)),
        slug=result.text_or_none("slug", LONGEST_WORD),
    )


def _session_said(written: Written) -> Body:
    data = Fields.of(written.data, known=(*SESSION_FIELDS, "movements", "stances"))
    if not data.found:
        raise InvalidValue(UNREADABLE)
    answers: dict[str, Said] = {
        name: _answer(data.get(name)) for name in (*RATINGS, "felt_in") if name in data
    }
    if "pain_kinds" in data:
        answers["pain_kinds"] = _words(data, "pain_kinds")
    if "note" in data:
        answers["note"] = data.text_or_none("note", LONGEST_TEXT)
    if "near_falls" in data:
        answers["near_falls"] = data.choice_or_none("near_falls", get_args(NearFalls))
    movements = _by_position(data, "movements").items()
    stances = _by_position(data, "stances").items()
    changes = SessionChanges(
        answers=answers,
        movements={place: read_choice(each, get_args(MovementState)) for place, each in movements},
        stances={place: _held(each) for place, each in stances},
        note_base=_bases(written.base, ("note",)).get("note"),
    )
    return SessionSaid(log_id=read_id(written.entity), changes=changes)


def _by_position(data: Fields, name: str) -> Mapping[int, object]:
    if name not in data:
        return {}
    found = Fields.of(data.get(name)).found
    if len(found) > MOST_RESULTS or not all(POSITION.fullmatch(position) for position in found):
        raise InvalidValue(UNREADABLE)
    return {int(position): value for position, value in found.items()}


def _held(value: object) -> Held:
    if value is None:
        return Held(seconds=None, support=None)
    held = Fields.of(value, known=("held_s", "support"))
    seconds = held.get("held_s")
    return Held(
        seconds=None if seconds is None else _typed_number(seconds, LONGEST_HELD_S),
        support=held.choice_or_none("support", get_args(Support)),
    )


def _typed_number(value: object, highest: int) -> int:
    """Return a number that somebody typed; the phone sends what is none as it was typed."""
    try:
        return read_whole(value, 0, highest)
    except InvalidValue:
        raise InvalidValue(f"Choose a whole number from 0 to {highest}.") from None


def _session_deleted(written: Written) -> Body:
    Fields.of(written.data, known=())
    return SessionDeleted(log_id=read_id(written.entity))


def _flare(written: Written) -> Body:
    data = Fields.of(written.data, known=("answer",))
    answer = data.choice("answer", get_args(FlareAnswer))
    return FlareSaid(day=read_day(written.entity), answer=answer)


def _morning(written: Written) -> Body:
    data = Fields.of(written.data, known=("pain", "settled"))
    log_id = read_id(written.entity)
    if len(data.found) != 1:
        raise InvalidValue(UNREADABLE)
    if "pain" in data:
        return MorningSaid(log_id=log_id, pain=_typed_number(data.get("pain"), 10))
    return SettledSaid(log_id=log_id, settled=data.yes_no("settled"))


def _ticked(written: Written) -> Body:
    items = _words(Fields.of(written.data, known=("items",)), "items")
    if not items:
        raise InvalidValue(UNREADABLE)
    return Ticked(day=read_day(written.entity), items=items)


def _message(written: Written) -> Body:
    data = Fields.of(written.data, known=("link", "text", "question", "session", "movement"))
    session = data.get("session")
    return MessageWritten(
        message_id=read_id(written.entity),
        link_id=read_id(data.get("link")),
        text=data.text("text", LONGEST_TEXT),
        session_log_id=None if session is None else read_id(session),
        slug=data.text_or_none("movement", LONGEST_WORD),
        is_question=data.yes_no("question"),
    )


def _words(data: Fields, name: str) -> tuple[str, ...]:
    found = read_list(data.get(name), MOST_ITEMS)
    words = tuple(each for each in found if isinstance(each, str) and len(each) <= LONGEST_WORD)
    if len(words) != len(found):
        raise InvalidValue(UNREADABLE)
    return words


def _bases(value: object, texts: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    if value is None:
        return {}
    seen = Fields.of(value, known=texts).found
    return {
        text: tuple(str(read_id(each)) for each in read_list(ids, MOST_SEEN))
        for text, ids in seen.items()
    }


READERS: Mapping[str, Callable[[Written], Body]] = {
    "check_in": _check_in,
    "check_in_deleted": _check_in_deleted,
    "session": _session,
    "session_said": _session_said,
    "session_deleted": _session_deleted,
    "flare": _flare,
    "morning": _morning,
    "ticked": _ticked,
    "message": _message,
}
"""What a kind is called in a batch -> what reads it; each raises InvalidValue for what it cannot."""
