"""What a programme asks after its sessions, because a rule of it waits for the answer.

How long a stance could be held, and with which support (`progress`, `holds`); near-falls
(`step_back`, `near_misses`). Nobody else is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select

from fstpwa.domain import step_back
from fstpwa.domain.practice_history import EventKind
from fstpwa.domain.programme import Programme
from fstpwa.domain.session_changes import NearFalls
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, PlanEvent, SessionLog
from fstpwa.services import enrolments

NEAR_MISS = "near_miss"
"""The content's word for it."""
NEAR_FALL: EventKind = "near_fall"
"""Ours."""
NEAR_FALLS_ASKED_FOR = timedelta(days=14)
"""After so many days near-falls are asked about no more: they would change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked after one session, with what is stored so far."""

    stances: Mapping[int, MovementLog] = field(default_factory=dict)
    """Position in the session -> what was done there."""
    near_falls: bool = False


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
    stances = stances_of(log)
    near = step_back.asks(programme, planned.phase, NEAR_MISS)
    return Asked(
        stances={
            each.position: each
            for each in log.movements
            if each.position in stances and each.state != "skipped"
        },
        near_falls=near and today - log.day <= NEAR_FALLS_ASKED_FOR,
    )


def stances_of(log: SessionLog) -> frozenset[int]:
    """Return the positions in a session that are asked about, also where it was left out."""
    planned = log.planned_session
    if planned is None:
        return frozenset()
    slugs = _stances(enrolments.programme_of(planned.enrolment), planned.phase)
    return frozenset(each.position for each in log.movements if each.slug in slugs)


def near_falls_of(user: User, day: date) -> NearFalls | None:
    """Return how many near-falls were told of a day; None where nothing was."""
    value: list[Any] | None = db.session.scalar(
        select(PlanEvent.value).where(
            PlanEvent.user_id == user.id, PlanEvent.day == day, PlanEvent.kind == NEAR_FALL
        )
    )
    return cast("NearFalls", value[0]) if value else None


def _stances(programme: Programme, phase_id: str) -> frozenset[str]:
    """Return the movements of which a phase wants to know how long they were held."""
    return frozenset(
        test["movement"]
        for phase in programme.phases
        if phase.id == phase_id
        for test in phase.progress["also"]
        if test["rule"] == "holds"
    )
