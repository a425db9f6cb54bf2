"""What Today shows: the sessions of the day, the next ones, the week so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, select

from fstpwa.content import library
from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.days import days_between, monday_of
from fstpwa.domain.energy import Proposal
from fstpwa.domain.gate_words import Change, changes
from fstpwa.domain.pauses import pauses_that_ended
from fstpwa.domain.planning import DAYS_AHEAD, Offer
from fstpwa.domain.programme import Phase, Programme
from fstpwa.domain.put_aside import PutAside
from fstpwa.domain.session import VariantName
from fstpwa.domain.timeline import minutes
from fstpwa.domain.variants import FIVE_MINUTES, label
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession, PlannedState, SessionLog
from fstpwa.services import enrolments, offers, pauses, planning, programme_versions
from fstpwa.services.day_plan import DayPlan, day_plan
from fstpwa.services.gate import Gate, PlayableSession
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import equipment_of, movements_of, variants_of

NEXT_SHOWN = 3
WHOLE_SHARE = 0.9
WELCOMED_BACK = timedelta(days=7)
"""So long after an illness it is said that the questions can be answered again. Our own rule (E)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantChoice:
    """One way to do a session, as it is offered."""

    name: VariantName
    label: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneSession:
    """What was done of a planned session."""

    id: UUID
    day: date
    session_id: UUID | None
    minutes: int
    whole: bool
    """Whether nearly all of it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """One planned session as Today shows it, with what the gate leaves of it."""

    session: PlannedSession
    log: DoneSession | None
    """The latest record of having done it."""
    starts_with: VariantChoice | None
    """None where nothing of it can be done; there are no variants then."""
    variants: tuple[VariantChoice, ...]
    names: tuple[str, ...]
    equipment: tuple[str, ...]
    changes: tuple[Change, ...]
    """What the gate changed in the version it starts with."""
    has_core: bool
    """Whether a movement of its main part is left."""
    has_lost: bool = False
    """Whether a movement was planned that the library does not have any more."""
    proposed: VariantChoice | None = None
    """A lighter version that is proposed for today; `Today.proposal` says why."""
    is_second: bool = False
    """Whether one of the same kind was moved onto the same day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One day of the present week."""

    day: date
    planned: bool
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everything on Today but the check-in."""

    enrolment: Enrolment | None
    programme: Programme | None
    phase: Phase | None
    offer: Offer | None
    gate: Gate
    adaptation: Adaptation
    """What the rules do to today's sessions, and why."""
    aside: PutAside
    """What is not done for other reasons than the answers."""
    proposal: Proposal | None
    """Why a lighter version is proposed, if one is."""
    last_paused: date | None
    """The last day of the pause that the programme is in; None without one, or without an end."""
    back_from_illness: bool
    """Whether a pause because of illness is just over, and no questions were answered since."""
    is_offered: bool
    """Whether the programme can still be chosen by anybody, or was put together by a therapist."""
    sessions: tuple[SessionCard, ...]
    following: tuple[PlayableSession, ...]
    week: tuple[WeekDay, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was changed in the sessions that are shown."""
        movements = library().movements
        ahead = (change for each in self.following for change in changes(each.usual, movements))
        return (*(change for card in self.sessions for change in card.changes), *ahead)

    @property
    def is_emptied(self) -> bool:
        """Whether something is planned today or ahead, and nothing of it can be done.

        Not where a rule lets all sessions rest for some days: then its reason is shown.
        """
        if self.adaptation.easing.session == "none":
            return False
        ahead = [not each.is_emptied for each in self.following]
        waiting = [each for each in self.sessions if each.session.state == PlannedState.PLANNED]
        can_be_done = [*ahead, *(bool(each.variants) for each in waiting)]
        return bool(can_be_done) and not any(can_be_done)


def today_of(user: User, today: date, *, plan: DayPlan | None = None) -> Today:
    """Return what Today shows for `user`; a constant number of queries whatever the history.

    Args:
        user: whose day it is.
        today: their own calendar day.
        plan: what holds today, where it is known already.
    """
    plan = plan or day_plan(user, today)
    gate, enrolment = plan.gate, plan.enrolment
    programme = enrolments.programme_of(enrolment) if enrolment else None
    outline = _outline(user, today)
    waiting = [each for each in outline if each.state == PlannedState.PLANNED]
    following = [each.id for each in waiting if each.day > today][:NEXT_SHOWN]
    shown = [
        plan.playable(each)
        for each in _sessions([each.id for each in outline if each.day == today] + following)
    ]
    days = days_between(monday_of(today), monday_of(today) + timedelta(days=6))
    logs = _logs(user, days[0], days[-1])
    log_of = {log.session_id: log for log in logs}
    planned = {each.day for each in waiting}
    return Today(
        enrolment=enrolment,
        programme=programme,
        phase=programme.phase(enrolment.phase) if enrolment and programme else None,
        offer=offers.offer(plan),
        gate=gate,
        adaptation=plan.adaptation,
        aside=plan.aside,
        proposal=plan.proposal,
        last_paused=_last_paused(enrolment, today),
        back_from_illness=_back_from_illness(plan, today),
        is_offered=enrolment is None or programme_versions.can_be_finished(enrolment),
        sessions=_with_proposals(
            [
                session_card(
                    each,
                    user,
                    gate,
                    log=log_of.get(each.session.id),
                    keeps_usual=plan.adaptation.kept_usual,
                )
                for each in shown
                if each.session.day == today
            ],
            plan,
        ),
        following=tuple(each for each in shown if each.session.id in following),
        week=tuple(
            WeekDay(day=day, planned=day in planned, done=day in {log.day for log in logs})
            for day in days
        ),
    )


def _with_proposals(cards: Sequence[SessionCard], plan: DayPlan) -> tuple[SessionCard, ...]:
    """Return the cards of a day, with what is proposed for each and whether it came on top."""
    second = second_of_a_kind([each.session for each in cards])
    found = []
    for card in cards:
        choices = {each.name: each for each in card.variants}
        name = plan.proposal.choice(choices) if plan.proposal and _may_propose(card) else None
        found.append(
            replace(
                card,
                proposed=choices[name] if name is not None else None,
                is_second=card.session.id in second,
            )
        )
    return tuple(found)


def _may_propose(card: SessionCard) -> bool:
    """Whether a session waits as usual, is not short anyway, and nobody chose a version yet."""
    session, first = card.session, card.starts_with
    waits = session.state == PlannedState.PLANNED and session.prefer is None
    return waits and first is not None and first.name == "usual" and first.minutes > FIVE_MINUTES


def second_of_a_kind(sessions: Sequence[PlannedSession]) -> frozenset[UUID]:
    """Return the sessions that were moved onto a day that has one of their kind already.

    Desk breaks that are planned several times a day are no such thing.
    """
    still = [each for each in sessions if each.state != PlannedState.SKIPPED]
    planned_for = {each.id: date.fromisoformat(each.slot.split("/")[0]) for each in still}
    return frozenset(
        each.id
        for each in still
        if planned_for[each.id] != each.day
        and any(
            other.id != each.id
            and planning.template_of(other.slot) == planning.template_of(each.slot)
            and (planned_for[other.id] == other.day or other.id < each.id)
            for other in still
        )
    )


def _last_paused(enrolment: Enrolment | None, today: date) -> date | None:
    if enrolment is None or not enrolment.rests_on(today) or enrolment.resumes_on is None:
        return None
    return enrolment.resumes_on - timedelta(days=1)


def _back_from_illness(plan: DayPlan, today: date) -> bool:
    if plan.history is None or plan.enrolment is None:
        return False
    present = pauses.present_pause(plan.enrolment)
    over = [*pauses_that_ended(plan.history.events), *([present] if present else [])]
    screened = plan.gate.standing.last_screened
    return any(
        each.reason == "illness"
        and each.last is not None
        and timedelta() < today - each.last <= WELCOMED_BACK
        and (screened is None or screened <= each.last)
        for each in over
    )


def _outline(user: User, today: date) -> Sequence[Row[UUID, date, str]]:
    """Return id, day and state of what is planned this week and ahead, without its movements."""
    return db.session.execute(
        select(PlannedSession.id, PlannedSession.day, PlannedSession.state)
        .where(
            PlannedSession.user_id == user.id,
            PlannedSession.state != PlannedState.WITHDRAWN,
            PlannedSession.day.between(monday_of(today), today + timedelta(days=DAYS_AHEAD)),
        )
        .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
    ).all()


def _sessions(ids: list[UUID]) -> Sequence[PlannedSession]:
    return db.session.scalars(
        select(PlannedSession)
        .where(PlannedSession.id.in_(ids))
        .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
    ).all()


def _logs(user: User, first: date, last: date) -> list[DoneSession]:
    """Return what was really done in some days, oldest first."""
    rows = db.session.execute(
        select(
            SessionLog.id,
            SessionLog.day,
            SessionLog.planned_session_id,
            SessionLog.done_s,
            SessionLog.planned_s,
        )
        .where(
            SessionLog.user_id == user.id,
            SessionLog.day.between(first, last),
            SessionLog.done_s > 0,
        )
        .order_by(SessionLog.started_at)
    )
    return [
        DoneSession(
            id=row.id,
            day=row.day,
            session_id=row.planned_session_id,
            minutes=minutes(row.done_s),
            whole=row.done_s >= WHOLE_SHARE * row.planned_s,
        )
        for row in rows
    ]


def others_today(
    user: User, today: date, plan: DayPlan, *, but: PlannedSession
) -> tuple[PlayableSession, ...]:
    """Return the other sessions of today that are still to be done and whose main part is left."""
    rows = db.session.scalars(
        select(PlannedSession)
        .where(
            PlannedSession.user_id == user.id,
            PlannedSession.day == today,
            PlannedSession.state == PlannedState.PLANNED,
            PlannedSession.id != but.id,
        )
        .order_by(PlannedSession.at_min, PlannedSession.id)
    )
    found = (plan.playable(each) for each in rows)
    return tuple(each for each in found if each.usual.has_core)


def session_card(
    playable: PlayableSession,
    user: User,
    gate: Gate,
    *,
    log: DoneSession | None = None,
    keeps_usual: bool = False,
) -> SessionCard:
    """Return a planned session with its real minutes, movements and equipment.

    Args:
        playable: what the gate leaves of the session.
        user: whose it is.
        gate: what holds today; on a flare day a session starts with that version, but one that
            was chosen ahead goes before that.
        log: the latest record of having done it.
        keeps_usual: whether they chose the usual session for today, a flare day or not.
    """
    session = playable.session
    choices = tuple(
        VariantChoice(name=each.name, label=label(each), minutes=minutes(each.total_s))
        for each in variants_of(playable, pace_of(user))
    )
    wishes = [session.prefer, *(("flare", "easier") if gate.is_flare and not keeps_usual else ())]
    by_name = {choice.name: choice for choice in choices}
    first = choices[0] if choices else None
    starts_with = next((by_name[wish] for wish in wishes if wish in by_name), first)
    begins_gently = starts_with is not None and starts_with.name == "flare"
    # Where answers or wishes left only the flare-day version, it is the usual one that has to be
    # explained; in a flare there is no usual one, and nothing was taken from it.
    explains_usual = not playable.usual.items and playable.usual.left_out
    version = playable.flare if begins_gently and not explains_usual else playable.usual
    return SessionCard(
        session=session,
        log=log,
        starts_with=starts_with,
        variants=choices,
        names=tuple(movement.name for movement in movements_of(playable)),
        equipment=equipment_of(playable),
        changes=changes(version, library().movements),
        has_core=version.has_core,
        has_lost=playable.has_lost,
    )
