"""Following a programme: choosing it, its days, stopping it, a newer version of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import Schedule
from fstpwa.domain.programme import Programme
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services import planning, programme_versions


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


def running_name(user: User) -> str:
    """Return the name of the programme `user` follows now; empty without one."""
    enrolment = running_enrolment(user)
    return "" if enrolment is None else programme_of(enrolment).name


def running_or_not_found(user: User) -> Enrolment:
    """Return the programme `user` follows now. Raises NotFound without one."""
    enrolment = running_enrolment(user)
    if enrolment is None:
        raise NotFound("No programme is running.")
    return enrolment


def programme_of(enrolment: Enrolment) -> Programme:
    """Return the programme as it was when it was begun (services/programme_versions.py)."""
    return programme_versions.programme_of(enrolment)


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
    programme_versions.keep(enrolment, now=now)
    planning.extend(enrolment, today=today, now=now)
    return enrolment


def stop(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """End a programme: sessions that were not done go, everything done stays."""
    # Of two who end it at once the second waits, and has nothing left to do.
    planning.wait_for(enrolment)
    if enrolment.ended_at is not None:
        return
    planning.withdraw(enrolment, first=local_day(now, user.time_zone), now=now)
    enrolment.ended_at = now
    db.session.execute(
        update(Assignment)
        .where(
            Assignment.enrolment_id == enrolment.id,
            Assignment.state == AssignmentState.RUNNING,
        )
        .values(state=AssignmentState.ENDED, ended_at=now)
    )
    db.session.flush()


def due_to_end(*, now: datetime) -> list[int]:
    """Return the ids of running programmes whose last day may be over somewhere on earth."""
    latest = now.date() + timedelta(days=1)
    return list(
        db.session.scalars(
            select(Enrolment.id).where(Enrolment.ended_at.is_(None), Enrolment.ends_on < latest)
        )
    )


def end_these(enrolment_ids: Sequence[int], *, now: datetime) -> None:
    """End those of some programmes whose last day is over for whoever follows them; flushed."""
    rows = db.session.execute(
        select(Enrolment, User)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_(enrolment_ids), Enrolment.ended_at.is_(None))
    ).all()
    for enrolment, user in rows:
        if enrolment.ends_on is not None and enrolment.ends_on < local_day(now, user.time_zone):
            stop(enrolment, user, now=now)


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
    today = local_day(now, user.time_zone)
    planning.replan(enrolment, first=today, today=today, now=now)
    db.session.flush()


def take_newer(enrolment: Enrolment, user: User, *, digest: str, now: datetime) -> None:
    """Follow the newer version that the person saw and said yes to.

    They stay in their part where the new version has it, else they begin with its first one.
    Sessions of today that are done are not planned again.

    Args:
        enrolment: the running programme.
        user: whose it is.
        digest: of the version that was seen.
        now: the current instant, aware.

    Raises:
        Conflict: there is no such newer version any more.
    """
    planning.wait_for(enrolment)
    newer = programme_versions.newer(enrolment)
    if newer is None or newer.digest != digest:
        raise Conflict("That version is not on offer any more. Please look at your plan again.")
    programme_versions.keep(enrolment, now=now)
    today = local_day(now, user.time_zone)
    phases = {phase.id: phase for phase in library().programmes[enrolment.programme].phases}
    if (phase := phases.get(enrolment.phase)) is not None:
        enrolment.ramp_step = min(enrolment.ramp_step, len(phase.dose_ramp) - 1)
    else:
        enrolment.phase, enrolment.ramp_step = next(iter(phases)), 0
        enrolment.phase_since = enrolment.step_since = today
    enrolment.offer_again_on = None
    first = today + timedelta(days=planning.is_done_on(enrolment, today))
    planning.replan(enrolment, first=first, today=today, now=now)


def weekday_bits(weekdays: frozenset[int]) -> int:
    """Return days of the week (0 is Monday) as the bits that are stored."""
    return sum(1 << weekday for weekday in weekdays)
