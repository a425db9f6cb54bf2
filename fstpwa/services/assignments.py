"""What a therapist gives a client to follow: when it begins, what it replaces, taking it back.

What is given is kept as a whole programme (services/programme_versions.py) and followed by an
ordinary enrolment. So nothing that plans, gates, plays or counts knows where it came from. The
consent is looked at when it is given, and again on the day it begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from fstpwa.domain.days import local_day, long_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.given_days import check_end, check_start
from fstpwa.domain.planning import Schedule
from fstpwa.domain.prescription import Changes
from fstpwa.domain.programme import Programme
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, CareLink, RoutineVersion
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, ProgrammeVersion
from fstpwa.services import care_notices, decisions, enrolments, planning, programme_versions, vault
from fstpwa.services.prescriptions import data_of_programme, data_of_routine

MESSAGE_LETTERS = 500
NAME_LETTERS = 80
SHOWN_AFTER = timedelta(days=7)
"""So long Today says that something given has come to its end."""
NOBODY = "your therapist"
"""What somebody without a name is called."""
CONSENT = ("ended_at", "shares_routines")
"""What of a link is read afresh; with whoever it joins it could not be held on PostgreSQL."""
RULE = "assigned"
"""Under which it stands on the page that says why the plan changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentEntry:
    """What a therapist chooses with what they give."""

    schedule: Schedule
    times_per_day: int = 1
    """1-4; a programme of the library has its own."""
    side: SideChoice | None = None
    starts_on: date
    """The client's own day; yesterday's stands for today, as it may be there already."""
    ends_on: date | None = None
    """Its last day; None: until somebody ends it."""
    message: str = ""
    """Why, at most 500 letters."""
    form_id: UUID | None = None
    """What the form was known by: sent twice, it is given once."""


def assign_routine(
    link: CareLink, version: RoutineVersion, entry: AssignmentEntry, *, now: datetime
) -> Assignment:
    """Give a client a version of a routine; it begins at once if that is its day.

    Args:
        link: of the therapist who gives it.
        version: what is given; later versions do not change it.
        entry: days, times, message.
        now: an aware instant.

    Raises:
        NotFound: the link has ended, or the plan is not shared any more.
        InvalidValue: a day or the message cannot be, or nothing of the routine is left.
    """
    data = data_of_routine(
        version,
        days_per_week=len(entry.schedule.weekdays),
        times_per_day=entry.times_per_day,
    )
    return _give(link, data, entry, routine_version_id=version.id, now=now)


def assign_programme(
    link: CareLink, slug: str, entry: AssignmentEntry, changes: Changes, *, now: datetime
) -> Assignment:
    """Give a client a programme of the library, as it is or adapted for them.

    Raises:
        NotFound: there is no such programme on offer, the link has ended, or the plan is not
            shared any more.
        InvalidValue: a day, dose or the message cannot be, or nothing of a part is left.
    """
    return _give(link, data_of_programme(slug, changes), entry, now=now)


def running_of(client: User) -> Assignment | None:
    """Return what `client` was given and follows now, None if they follow nothing given."""
    return db.session.scalar(
        select(Assignment)
        .where(Assignment.user_id == client.id, Assignment.state == AssignmentState.RUNNING)
        .order_by(Assignment.id.desc())
        .limit(1)
    )


def waiting_of(client: User) -> Sequence[Assignment]:
    """Return what was given to `client` and begins later, the first first; consent still stands."""
    return db.session.scalars(
        select(Assignment)
        .join(CareLink, CareLink.id == Assignment.link_id)
        .where(
            Assignment.user_id == client.id,
            Assignment.state == AssignmentState.WAITING,
            CareLink.ended_at.is_(None),
            CareLink.shares_routines.is_(True),
        )
        .order_by(Assignment.starts_on, Assignment.id)
    ).all()


def given_by_link(link: CareLink, assignment_id: UUID) -> Assignment:
    """Return something that was given by `link`. Raises NotFound otherwise."""
    found = db.session.scalar(
        select(Assignment).where(
            Assignment.public_id == assignment_id, Assignment.link_id == link.id
        )
    )
    if found is None:
        raise NotFound("There is nothing like that.")
    return found


def withdraw(assignment: Assignment, *, now: datetime) -> None:
    """Take back what was given, begun or not; flushed. What was done of it stays.

    What is over already stays as it is.
    """
    _take_out(assignment, AssignmentState.WITHDRAWN, now)


def decline(client: User, assignment_id: UUID, *, now: datetime) -> None:
    """End what waits, as the client wishes; flushed. Raises NotFound for what is not theirs."""
    found = db.session.scalar(
        select(Assignment).where(
            Assignment.public_id == assignment_id, Assignment.user_id == client.id
        )
    )
    if found is None:
        raise NotFound("There is nothing like that.")
    if found.state == AssignmentState.WAITING:
        _take_out(found, AssignmentState.ENDED, now)


def due_to_begin(*, now: datetime) -> list[int]:
    """Return the ids of what waits and may have come to its first day somewhere on earth."""
    latest = now.date() + timedelta(days=1)
    return list(
        db.session.scalars(
            select(Assignment.id)
            .where(Assignment.state == AssignmentState.WAITING, Assignment.starts_on <= latest)
            .order_by(Assignment.starts_on, Assignment.id)
        )
    )


def begin_these(assignment_ids: Sequence[int], *, now: datetime) -> None:
    """Begin those of what waits whose day has come; flushed. Without consent it is withdrawn."""
    for assignment_id in assignment_ids:
        assignment = db.session.get(Assignment, assignment_id)
        if assignment is not None:
            _begin_if_due(assignment, now)


def start_due(*, now: datetime) -> int:
    """Begin everything whose day has come; flushed. Returns how many were looked at."""
    due = due_to_begin(now=now)
    begin_these(due, now=now)
    return len(due)


def replaced_by(enrolment: Enrolment) -> str | None:
    """Return the name of the programme that ended when this one was begun, None without one."""
    before = db.session.scalar(
        select(Enrolment)
        .where(
            Enrolment.user_id == enrolment.user_id,
            Enrolment.ended_at == enrolment.created_at,
            Enrolment.id != enrolment.id,
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
    )
    return None if before is None else enrolments.programme_of(before).name


def programme_given(assignment: Assignment) -> Programme | None:
    """Return what was given, whole; None if it cannot be read any more."""
    return programme_versions.of_digest(assignment.programme_version)


def _give(
    link: CareLink,
    data: dict[str, Any],
    entry: AssignmentEntry,
    *,
    routine_version_id: int | None = None,
    now: datetime,
) -> Assignment:
    client = link.client
    _hold(client)
    _check_consent(link)
    public_id = uuid5(entry.form_id, link.public_id.hex) if entry.form_id else uuid4()
    there = db.session.scalar(
        select(Assignment).where(Assignment.public_id == public_id, Assignment.user_id == client.id)
    )
    if there is not None:
        return there
    today = local_day(now, client.time_zone)
    check_start(entry.starts_on, today)
    first, last = max(entry.starts_on, today), entry.ends_on
    check_end(last, first, entry.schedule.weekdays)
    kept = programme_versions.keep_given(data, now=now)
    asked = bool(data["asks_side"])
    assignment = Assignment(
        public_id=public_id,
        user_id=client.id,
        link_id=link.id,
        routine_version_id=routine_version_id,
        programme_version=kept.digest,
        name=data["name"],
        given_by=(link.therapist.name or NOBODY)[:NAME_LETTERS],
        message=vault.seal(client, _message(entry)),
        weekdays=enrolments.weekday_bits(entry.schedule.weekdays),
        at_min=entry.schedule.at_min,
        side=(entry.side or "both") if asked else None,
        starts_on=first,
        ends_on=last,
        state=AssignmentState.WAITING,
        created_at=now,
    )
    _make_room(client, link, first, now)
    db.session.add(assignment)
    db.session.flush()
    _begin_if_due(assignment, now)
    care_notices.tell(client, link, "assigned", assignment=assignment, now=now)
    return assignment


def _begin_if_due(assignment: Assignment, now: datetime) -> None:
    """Begin what waits if its day has come, or withdraw it without consent; flushed."""
    client = db.session.get_one(User, assignment.user_id)
    _hold(client)
    db.session.refresh(assignment, with_for_update=True)
    if assignment.state != AssignmentState.WAITING:
        return
    today = local_day(now, client.time_zone)
    if assignment.starts_on > today:
        return
    is_over = assignment.ends_on is not None and assignment.ends_on < today
    if is_over or not _may_begin(assignment):
        _take_out(assignment, AssignmentState.WITHDRAWN, now)
        return
    _begin(assignment, client, today, now)


def _may_begin(assignment: Assignment) -> bool:
    """Whether the client lets the therapist who gave it see their plan still."""
    if assignment.link_id is None:
        return False
    link = db.session.get_one(CareLink, assignment.link_id)
    db.session.refresh(link, CONSENT, with_for_update={"read": True})
    return link.ended_at is None and link.shares_routines


def _begin(assignment: Assignment, client: User, today: date, now: datetime) -> None:
    version = db.session.get_one(ProgrammeVersion, assignment.programme_version)
    programme = programme_versions.of_digest(version.digest)
    if programme is None:
        # Content of a later version of the app, say: better nothing than an empty plan.
        _take_out(assignment, AssignmentState.WITHDRAWN, now)
        return
    before = enrolments.running_enrolment(client)
    enrolment = Enrolment(
        user_id=client.id,
        programme=version.slug,
        programme_version=version.digest,
        phase=programme.phases[0].id,
        ramp_step=0,
        step_since=today,
        phase_since=today,
        weekdays=assignment.weekdays,
        at_min=assignment.at_min,
        side=assignment.side,
        started_on=today,
        ends_on=assignment.ends_on,
        created_at=now,
    )
    if before is not None:
        _carry_pause(before, enrolment, today, now)
        enrolments.stop(before, client, now=now)
    db.session.add(enrolment)
    db.session.flush()
    assignment.state = AssignmentState.RUNNING
    assignment.enrolment_id = enrolment.id
    planning.extend(enrolment, today=today, now=now)
    _write_down(assignment, client, before, today, now)


def _carry_pause(before: Enrolment, after: Enrolment, today: date, now: datetime) -> None:
    """Let a pause go on: something new is no reason to be less ill, or less away."""
    if before.rests_on(today):
        after.paused_at = now
        after.resumes_on = before.resumes_on
        after.pause_reason = before.pause_reason


def _write_down(
    assignment: Assignment, client: User, before: Enrolment | None, today: date, now: datetime
) -> None:
    # Without a name: a colleague who sees the plan is not told who else is there.
    words = [f"Your therapist gave you “{assignment.name}”."]
    if before is not None:
        name = enrolments.programme_of(before).name
        again = before.programme_version == assignment.programme_version
        words.append(
            "It begins anew; what you did of it before stays."
            if again
            else f"It took the place of “{name}”; what you did of that stays."
        )
    if assignment.ends_on is not None:
        words.append(f"It goes on until {long_day(assignment.ends_on, today)}.")
    # One rule a day is kept; of two given on one day both stand there.
    rule = f"{RULE}:{assignment.public_id}"
    decisions.write(client, rule, " ".join(words), facts={}, day=today, now=now)


def _take_out(assignment: Assignment, state: AssignmentState, now: datetime) -> None:
    """End what waits or runs; flushed. What is over already stays as it is."""
    db.session.flush()
    enrolment = None
    if assignment.enrolment_id is not None:
        # In the order in which stopping a programme takes them, so that none waits for the other.
        enrolment = db.session.get_one(Enrolment, assignment.enrolment_id)
        planning.wait_for(enrolment)
    db.session.refresh(assignment, with_for_update=True)
    if assignment.state not in (AssignmentState.WAITING, AssignmentState.RUNNING):
        return
    assignment.state = state
    assignment.ended_at = now
    db.session.flush()
    if enrolment is not None and enrolment.ended_at is None:
        enrolments.stop(enrolment, db.session.get_one(User, assignment.user_id), now=now)


def _make_room(client: User, link: CareLink, first: date, now: datetime) -> None:
    """Take back what this therapist gave for the same day and has not begun: this is instead."""
    for each in db.session.scalars(
        select(Assignment).where(
            Assignment.user_id == client.id,
            Assignment.link_id == link.id,
            Assignment.state == AssignmentState.WAITING,
            Assignment.starts_on == first,
        )
    ):
        _take_out(each, AssignmentState.WITHDRAWN, now)


def _hold(client: User) -> None:
    """Let whoever changes the plan of the same person at once finish first."""
    db.session.flush()
    db.session.refresh(client, with_for_update=True)


def _check_consent(link: CareLink) -> None:
    db.session.refresh(link, CONSENT, with_for_update={"read": True})
    if link.ended_at is not None or not link.shares_routines:
        raise NotFound("There is no such client.")


def _message(entry: AssignmentEntry) -> str:
    said = entry.message.strip()
    if len(said) > MESSAGE_LETTERS:
        raise InvalidValue(f"A message has at most {MESSAGE_LETTERS} letters.")
    return said
