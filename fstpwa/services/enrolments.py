"""Following a programme: choosing it, its days, pausing, stopping, going on with a yes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import Offer, Schedule, next_step
from fstpwa.domain.programme import Programme
from fstpwa.domain.progression import may_go_on
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services import planning
from fstpwa.services.fortnight import practice_before

OFFER_AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentEntry:
    """What somebody chooses with a programme."""

    programme: str
    schedule: Schedule
    side: SideChoice | None


def running_enrolment(user: User) -> Enrolment | None:
    """Return the programme `user` follows now, paused or not, or None."""
    return db.session.scalar(
        select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.ended_at.is_(None))
    )


def running_or_not_found(user: User) -> Enrolment:
    """Return the programme `user` follows now. Raises NotFound without one."""
    enrolment = running_enrolment(user)
    if enrolment is None:
        raise NotFound("No programme is running.")
    return enrolment


def programme_of(enrolment: Enrolment) -> Programme:
    """Return the programme in the content; retired ones are still there."""
    return library().programmes[enrolment.programme]


def available_programme(slug: str) -> Programme:
    """Return a programme that can be chosen. Raises NotFound if there is none, or it is retired."""
    programme = library().programmes.get(slug)
    if programme is None or programme.retired:
        raise NotFound(slug)
    return programme


def enrol(user: User, entry: EnrolmentEntry, *, now: datetime) -> Enrolment:
    """Start a programme from its first phase and plan its first 14 days.

    A programme that is running ends; what was done of it stays in the history. Choosing the
    one that runs already only changes its days, so a double tap loses nobody's place.

    Raises:
        NotFound: there is no such programme.
        InvalidValue: the programme asks which side, and no side was given.
    """
    programme = available_programme(entry.programme)
    if programme.asks_side and entry.side is None:
        raise InvalidValue(programme.side_question or "Which side is it?")
    # A double tap must end in one running programme: the second waits for the first.
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    running = running_enrolment(user)
    if running is not None and running.programme == programme.slug:
        change_schedule(running, user, entry.schedule, entry.side, now=now)
        return running
    if running is not None:
        stop(running, user, now=now)
    today = local_day(now, user.time_zone)
    enrolment = Enrolment(
        user_id=user.id,
        programme=programme.slug,
        phase=programme.phases[0].id,
        ramp_step=0,
        step_since=today,
        phase_since=today,
        weekdays=weekday_bits(entry.schedule.weekdays),
        at_min=entry.schedule.at_min,
        side=entry.side if programme.asks_side else None,
        started_on=today,
        created_at=now,
    )
    db.session.add(enrolment)
    db.session.flush()
    planning.extend(enrolment, today=today, now=now)
    return enrolment


def stop(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """End a programme: sessions that were not done go, everything done stays."""
    planning.withdraw(enrolment, first=local_day(now, user.time_zone), now=now)
    enrolment.ended_at = now
    db.session.flush()


def pause(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """Pause a programme: nothing is planned and nothing counts until it goes on."""
    if enrolment.paused_at is None:
        enrolment.paused_at = now
        planning.withdraw(enrolment, first=local_day(now, user.time_zone), now=now)
        db.session.flush()


def resume(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """Go on with a paused programme where it was: the pause counts for nothing."""
    if enrolment.paused_at is None:
        return
    today = local_day(now, user.time_zone)
    away = today - local_day(enrolment.paused_at, user.time_zone)
    enrolment.step_since += away
    enrolment.phase_since += away
    enrolment.paused_at = None
    planning.extend(enrolment, today=today, now=now)


def change_schedule(
    enrolment: Enrolment,
    user: User,
    schedule: Schedule,
    side: SideChoice | None,
    *,
    now: datetime,
) -> None:
    """Change days, time and side. Sessions from today on that are not done are planned anew."""
    enrolment.weekdays = weekday_bits(schedule.weekdays)
    enrolment.at_min = schedule.at_min
    if programme_of(enrolment).asks_side and side is not None:
        enrolment.side = side
    if enrolment.paused_at is None:
        today = local_day(now, user.time_zone)
        planning.replan(enrolment, first=today, today=today, now=now)
    db.session.flush()


def offer(enrolment: Enrolment, today: date) -> Offer | None:
    """Return what the person could go on to now, or None.

    Nothing is offered while it is paused, in the week after a 'not yet', or while the content's
    rule for going on is not met.
    """
    if enrolment.paused_at is not None:
        return None
    if enrolment.offer_again_on is not None and today < enrolment.offer_again_on:
        return None
    programme = programme_of(enrolment)
    step = next_step(programme, enrolment.phase, enrolment.ramp_step, enrolment.step_since, today)
    if step is None:
        return None
    rule = programme.phase(enrolment.phase).progress
    fortnight = practice_before(enrolment, today, rule)
    return step if may_go_on(rule, fortnight) else None


def accept_offer(
    enrolment: Enrolment, user: User, *, phase_id: str, ramp_step: int, now: datetime
) -> Offer:
    """Take the step that the person saw and said yes to.

    Sessions of today that are done are not planned again: the new step begins tomorrow then.

    Args:
        enrolment: the running programme.
        user: whose it is.
        phase_id: the phase of the offer that was seen.
        ramp_step: the ramp step of the offer that was seen.
        now: the current instant, aware.

    Raises:
        Conflict: that step is not on offer any more.
    """
    today = local_day(now, user.time_zone)
    offered = offer(enrolment, today)
    if offered is None or (offered.phase_id, offered.ramp_step) != (phase_id, ramp_step):
        raise Conflict("That step is not on offer any more. Please look at Today again.")
    if offered.kind == "complete":
        stop(enrolment, user, now=now)
        return offered
    if enrolment.phase != offered.phase_id:
        enrolment.phase_since = today
    enrolment.phase = offered.phase_id
    enrolment.ramp_step = offered.ramp_step
    enrolment.step_since = today
    enrolment.offer_again_on = None
    first = today + timedelta(days=planning.is_done_on(enrolment, today))
    planning.replan(enrolment, first=first, today=today, now=now)
    return offered


def postpone_offer(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """Stay as it is; the step is offered again in a week."""
    enrolment.offer_again_on = local_day(now, user.time_zone) + OFFER_AGAIN_AFTER
    db.session.flush()


def weekday_bits(weekdays: frozenset[int]) -> int:
    """Return days of the week (0 is Monday) as the bits that are stored."""
    return sum(1 << weekday for weekday in weekdays)
