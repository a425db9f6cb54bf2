"""Something went wrong: a person's report, stored step by step, and the day after.

Each step acts at once: as soon as it is told what happened, everything it may have been is put
away, and what is told after that narrows it, so somebody who leaves half-way is left on the safe
side. Severe and worse cannot be taken back here, as no urgent answer can.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fstpwa.content import library
from fstpwa.domain import report as rules
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.health_history import RED_EFFECTS
from fstpwa.domain.movement import Movement
from fstpwa.domain.programme import Programme
from fstpwa.domain.report import Told
from fstpwa.domain.standing import REPORT, Source
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthReport
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession, SessionLog
from fstpwa.services.day_plan import day_plan
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.gate import gated_session
from fstpwa.services.offers import start_again_after_fall
from fstpwa.services.planning import items_of
from fstpwa.services.safety import FALL, AnswerEntry, record_answers, standing_of

NOT_SURE = "not-sure"
"""Chosen instead of a movement."""
KEPT_OPEN = 1
"""A report that was not finished is offered to go on with today and on the next day; for as long
as it puts anything away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InQuestion:
    """The movements that it may have been, as long as none is named."""

    movements: tuple[Movement, ...] = ()
    log_id: UUID | None = None
    """The stored session they are of, None without one."""
    programme: Programme | None = None
    """The running programme, where there was no session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """The session somebody may have been doing."""

    name: str
    day: date
    movements: tuple[Movement, ...]
    log_id: UUID | None = None
    """None while it is being played: then nothing of it is stored yet."""


def begin(user: User, report_id: UUID, *, emergency: bool, now: datetime) -> HealthReport:
    """Store the first answer. Sent again it is the same report; an emergency stays one.

    Raises NotFound if the id is somebody else's.
    """
    report = _stored(user, report_id)
    if report is None:
        report = HealthReport(
            id=report_id,
            user_id=user.id,
            emergency=emergency,
            day=local_day(now, user.time_zone),
            reported_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(report)
        except IntegrityError:
            report = _stored(user, report_id)
            if report is None:
                raise
    if emergency and not report.emergency:
        say_emergency(report, now=now)
    return report


def say_emergency(report: HealthReport, *, now: datetime) -> None:
    """Store that it needs help now, from this moment: a screening begun before ends nothing."""
    report.emergency = True
    report.reported_at = now
    report.follow_up_on = None
    db.session.flush()


def report_of(user: User, report_id: UUID) -> HealthReport:
    """Return a report of `user`. Raises NotFound, also for other people's."""
    report = _stored(user, report_id)
    if report is None:
        raise NotFound("There is no such report.")
    return report


def reports_of(user: User) -> Sequence[HealthReport]:
    """Return all that `user` reported, newest first."""
    return db.session.scalars(
        select(HealthReport)
        .where(HealthReport.user_id == user.id)
        .order_by(HealthReport.reported_at.desc())
    ).all()


def unfinished(user: User, today: date) -> HealthReport | None:
    """Return the last report `user` began and did not finish, None without.

    One that puts nothing away is offered today and tomorrow only.
    """
    found = db.session.scalars(
        select(HealthReport)
        .where(
            HealthReport.user_id == user.id,
            HealthReport.completed_at.is_(None),
            HealthReport.emergency.is_(False),
        )
        .order_by(HealthReport.reported_at.desc())
    )
    open_still = (each for each in found if each.movements or (today - each.day).days <= KEPT_OPEN)
    return next(open_still, None)


def due(user: User, today: date) -> Sequence[HealthReport]:
    """Return the reports of `user` to ask "How is it now?" about, oldest first."""
    return db.session.scalars(
        select(HealthReport)
        .where(
            HealthReport.user_id == user.id,
            HealthReport.emergency.is_(False),
            HealthReport.follow_up_on <= today,
        )
        .order_by(HealthReport.reported_at)
    ).all()


def told(user: User, report: HealthReport, *, has_session: bool) -> Told:
    """Return how far a report has come."""
    return Told(
        what=report.what,
        questions_answered=report.what in rules.OPENS and bool(answers_of(user, report)),
        has_session=has_session,
        severity=report.severity,
        completed=report.completed_at is not None,
    )


def answers_of(user: User, report: HealthReport) -> Sequence[HealthAnswer]:
    """Return the answers to the full questions that the report opened, oldest first."""
    return db.session.scalars(
        select(HealthAnswer)
        .where(
            HealthAnswer.user_id == user.id,
            HealthAnswer.source == Source.WORRY,
            HealthAnswer.question.in_(rules.OPENS.get(report.what, ())),
            HealthAnswer.answered_at >= report.reported_at,
        )
        .order_by(HealthAnswer.answered_at, HealthAnswer.id)
    ).all()


def in_question(user: User, report: HealthReport, practised: Practised | None) -> InQuestion:
    """Return the movements that a report may be about while none is named.

    Those of the session; without one those of the running programme, its flare session
    included; without that none. What the report has put away already stays among them.
    """
    if practised is not None:
        movements = (*practised.movements, *_known(report.movements))
        return InQuestion(movements=tuple(dict.fromkeys(movements)), log_id=practised.log_id)
    enrolment = running_enrolment(user)
    if enrolment is None:
        return InQuestion(movements=_known(report.movements))
    programme = programme_of(enrolment)
    slugs = (*rules.slugs_of(programme), *report.movements)
    return InQuestion(movements=_known(slugs), programme=programme)


def say_what(report: HealthReport, what: str, about: InQuestion) -> None:
    """Store what happened, and put away all that it may have been. It is asked about tomorrow.

    Raises InvalidValue for an answer that is not offered.
    """
    _require_open(report)
    report.what = _one_of(what, rules.WHATS)
    report.follow_up_on = report.day + rules.FIRST_ASK_AFTER
    _put_away_touched(report, about)


def answer_questions(
    user: User, report: HealthReport, entries: Iterable[AnswerEntry], *, now: datetime
) -> bool:
    """Store the answers to the full questions, once.

    Returns:
        Whether one of them locks the whole plan as an emergency or urgently, so that what to do
        comes before anything else.
    """
    _require_open(report)
    entries = tuple(entries)
    if not answers_of(user, report):
        record_answers(user, entries, Source.WORRY, now=now)
    questions = library().safety.questions
    return any(each.yes and questions[each.question].effect in RED_EFFECTS for each in entries)


def say_where(
    report: HealthReport, regions: Iterable[str], side: SideChoice, about: InQuestion
) -> None:
    """Store where it is, and put away only what touches it; no region: all over, or not sure.

    Said again, the movement has to be named again.

    Raises InvalidValue for a place that is not in the list.
    """
    _require_open(report)
    chosen = frozenset(regions)
    if not chosen <= library().vocabularies.body_regions.keys():
        raise InvalidValue("Please choose places from the list.")
    report.regions = sorted(chosen)
    report.side = side
    _put_away_touched(report, about)


def say_movement(report: HealthReport, choice: str, practised: Practised) -> None:
    """Put away the movement that was named, or with "not sure" all that touch the place.

    Raises InvalidValue for a movement that is not of that session.
    """
    _require_open(report)
    slugs = [movement.slug for movement in practised.movements]
    if choice == NOT_SURE:
        put_away = rules.touched(practised.movements, frozenset(report.regions))
    else:
        put_away = (_one_of(choice, slugs),)
    report.movements = list(put_away)
    report.session_log_id = practised.log_id
    db.session.flush()


def say_severity(report: HealthReport, severity: str) -> None:
    """Store how bad it was. Severe locks the plan at once and cannot be taken back.

    Raises:
        InvalidValue: an answer that is not offered.
        Conflict: it was severe before.
    """
    _require_open(report)
    chosen = _one_of(severity, rules.SEVERITIES)
    if report.severity == rules.SEVERE and chosen != rules.SEVERE:
        raise Conflict("You told us it was severe. That stays until you were seen about it.")
    report.severity = chosen
    db.session.flush()


def say_care(
    user: User, report: HealthReport, care: str, about: InQuestion, *, now: datetime
) -> None:
    """Store what care was sought, and with it finish the report.

    Where no movement was named it counts as "not sure", also if that page was passed by. After a
    fall somebody starts again at the first part, where their programme says so.
    """
    _require_open(report)
    report.care = _one_of(care, rules.CARES)
    if not report.movements:
        _put_away_touched(report, about)
    report.completed_at = now
    db.session.flush()
    if report.what == FALL:
        start_again_after_fall(user, now=now)


def say_how_it_is(user: User, report: HealthReport, how: str, *, now: datetime) -> None:
    """Store how it is by now. Worse locks the plan until they were seen, and stays.

    Raises:
        InvalidValue: an answer that is not offered.
        Conflict: nothing was told yet, or only care helps.
    """
    chosen = _one_of(how, rules.FOLLOW_UPS)
    if report.emergency or not report.what:
        raise Conflict("This is not asked about.")
    if report.follow_up == rules.WORSE:
        return
    report.follow_up = chosen
    report.follow_up_at = now
    report.follow_up_on = rules.next_ask(chosen, local_day(now, user.time_zone))
    db.session.flush()


def practised(
    user: User,
    session: PlannedSession | None = None,
    *,
    report: HealthReport | None = None,
    now: datetime,
) -> Practised | None:
    """Return the session somebody was doing: the one they came from, else the last stored.

    Args:
        user: whose session it is.
        session: a planned session of theirs, while they are playing it or have just done so.
        report: the one that is being told: the session was played before it put anything away.
        now: the current instant, aware.
    """
    logs = (
        select(SessionLog)
        .where(SessionLog.user_id == user.id)
        .options(selectinload(SessionLog.movements))
        .order_by(SessionLog.finished_at.desc())
        .limit(1)
    )
    if session is not None:
        logs = logs.where(SessionLog.planned_session_id == session.id)
    log = db.session.scalar(logs)
    if log is not None:
        slugs = [movement.slug for movement in log.movements]
        return Practised(name=log.name, day=log.day, movements=_known(slugs), log_id=log.id)
    if session is None:
        return None
    stored = (*items_of(session.items), *items_of(session.flare_items))
    # What stands in for a movement that is left out was played as well.
    today = local_day(now, user.time_zone)
    standing = standing_of(user, today)
    key = f"{REPORT}{report.id}" if report else ""
    before = tuple(each for each in standing.conditions if each.key != key)
    aside = day_plan(user, today).aside
    playable = gated_session(session, replace(standing, conditions=before), aside=aside)
    slugs = [each.slug for each in (*stored, *playable.items.values())]
    return Practised(name=session.name, day=session.day, movements=_known(slugs))


def _put_away_touched(report: HealthReport, about: InQuestion) -> None:
    report.movements = list(rules.touched(about.movements, frozenset(report.regions)))
    report.session_log_id = about.log_id
    db.session.flush()


def _known(slugs: Iterable[str]) -> tuple[Movement, ...]:
    movements = library().movements
    return tuple(movements[slug] for slug in dict.fromkeys(slugs) if slug in movements)


def _stored(user: User, report_id: UUID) -> HealthReport | None:
    """Return a stored report. Raises NotFound if it is somebody else's."""
    report = db.session.get(HealthReport, report_id)
    if report is not None and report.user_id != user.id:
        raise NotFound("There is no such report.")
    return report


def _one_of(sent: str, offered: Iterable[str]) -> str:
    if sent not in offered:
        raise InvalidValue("Choose one of the answers that are offered.")
    return sent


def _require_open(report: HealthReport) -> None:
    """Raise Conflict if the report is finished or an emergency."""
    if report.emergency or report.completed_at is not None:
        raise Conflict("This was saved already.")
