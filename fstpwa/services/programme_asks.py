"""What a programme asks after its sessions, because a rule of it waits for the answer.

How long a stance could be held, and with which support (`progress`, `holds`); near-falls
(`step_back`, `near_misses`). Nobody else is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import select

from fstpwa.domain import step_back
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.going_on_tests import SUPPORTS
from fstpwa.domain.practice_history import EventKind, Support
from fstpwa.domain.programme import Programme
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, PlanEvent, SessionLog
from fstpwa.services import enrolments, plan_events

NearFalls = Literal["0", "1", "2"]
"""None, one, more than one."""
NEAR_MISS = "near_miss"
"""The content's word for it."""
NEAR_FALL: EventKind = "near_fall"
"""Ours."""
LONGEST_HELD_S = 600
NEAR_FALLS_ASKED_FOR = timedelta(days=14)
"""After so many days near-falls are asked about no more: they would change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How long a stance was held. None is 'not said'."""

    seconds: int | None
    """0-600."""
    support: Support | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked after one session, with what is stored so far."""

    stances: Mapping[int, MovementLog] = field(default_factory=dict)
    """Position in the session -> what was done there."""
    near_falls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAnswers:
    """What was said to it. What is not in it stays."""

    held: Mapping[int, Held] = field(default_factory=dict)
    """By position."""
    near_falls: NearFalls | None = None


def asked_after(log: SessionLog, today: date) -> Asked:
    """Return what is asked after a session; nothing where its phase has no such rule.

    Args:
        log: a session that was done.
        today: the person's own day.
    """
    planned = log.planned_session
    if planned is None:
        return Asked()
    programme = enrolments.programme_of(planned.enrolment)
    stances = _stances(programme, planned.phase)
    near = step_back.asks(programme, planned.phase, NEAR_MISS)
    return Asked(
        stances={
            each.position: each
            for each in log.movements
            if each.slug in stances and each.state != "skipped"
        },
        near_falls=near and today - log.day <= NEAR_FALLS_ASKED_FOR,
    )


def near_falls_of(user: User, day: date) -> NearFalls | None:
    """Return how many near-falls were told of a day; None where nothing was."""
    value: list[Any] | None = db.session.scalar(
        select(PlanEvent.value).where(
            PlanEvent.user_id == user.id, PlanEvent.day == day, PlanEvent.kind == NEAR_FALL
        )
    )
    return cast("NearFalls", value[0]) if value else None


def store(
    user: User, log: SessionLog, answers: ProgrammeAnswers, *, today: date, now: datetime
) -> None:
    """Store what was said after a session; only what is asked there is taken.

    Raises:
        InvalidValue: seconds out of range, an unknown support, or one of the two without the other.
    """
    asked = asked_after(log, today)
    for position, held in answers.held.items():
        if position not in asked.stances:
            raise InvalidValue("That movement does not belong to this session.")
        _check(held)
        asked.stances[position].held_s = held.seconds
        asked.stances[position].support = held.support
    if asked.near_falls and answers.near_falls is not None:
        if answers.near_falls == "0":
            plan_events.take_back(user, NEAR_FALL, day=log.day)
        else:
            plan_events.note(user, NEAR_FALL, day=log.day, now=now, value=[answers.near_falls])
    db.session.flush()


def _check(held: Held) -> None:
    if held.seconds is not None and not 0 <= held.seconds <= LONGEST_HELD_S:
        raise InvalidValue(f"Choose a whole number from 0 to {LONGEST_HELD_S}.")
    if held.support not in (None, *SUPPORTS):
        raise InvalidValue("Choose from the answers that are offered.")
    if (held.seconds is None) != (held.support is None):
        raise InvalidValue("Say both: how long, and what you held on to.")


def _stances(programme: Programme, phase_id: str) -> frozenset[str]:
    """Return the movements of which a phase wants to know how long they were held."""
    return frozenset(
        test["movement"]
        for phase in programme.phases
        if phase.id == phase_id
        for test in phase.progress["also"]
        if test["rule"] == "holds"
    )
