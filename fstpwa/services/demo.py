"""Demo people: made up, the same on every machine, with months of plausible days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from uuid6 import uuid7

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.planning import Schedule, calendar, planned_items, suggested_weekdays
from fstpwa.domain.programme import Phase, Programme, SessionTemplate
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Source
from fstpwa.domain.timeline import DEFAULT_PACE
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.models.health import Screening
from fstpwa.models.people import Role, User
from fstpwa.models.practice import (
    CheckIn,
    CheckInRegion,
    Enrolment,
    MovementLog,
    PlannedSession,
    PlannedState,
    SessionLog,
)
from fstpwa.services import (
    access_log,
    care_links,
    demo_reminders,
    demo_routines,
    messages,
    planning,
    programme_versions,
    vault,
)
from fstpwa.services.care_links import Scopes
from fstpwa.services.enrolments import weekday_bits
from fstpwa.services.safety import AnswerEntry, record_answers

SIGN_INS = (
    ("Maya", "neck and desk, five months of days"),
    ("Tomas", "fibromyalgia, with two flares"),
    ("Ines", "therapist"),
)

SHARED = (
    Scopes(shares_routines=True, shares_records=True, shares_notes=True),
    Scopes(shares_routines=True, shares_records=True),
)
"""What Maya and Tomas let Ines see: he keeps his own words to himself."""
ASKED = "On work days I have time only in the morning. May I do the evening session then?"
"""What Maya asked Ines, who has not answered yet."""

SHARED_DAYS = 90
LOOKED_DAYS_AGO = (40, 26, 12, 5)
LOOKED_AT: tuple[tuple[int, access_log.What], ...] = ((0, "list"), (3, "overview"))
"""Minutes after the first look, and what."""

SCREENED_AGAIN_DAYS = 30
"""How long ago the demo people last answered the questions about their health."""

MANAGED = (
    "Walked to the market and back.",
    "Cooked for the four of us.",
    "An hour in the garden.",
    "Read to the end of the book.",
    "Carried the shopping in one go.",
    "Sat through the whole film.",
    "Cycled to work.",
)

PLAN_REACHES_BACK = timedelta(days=35)
"""So far back what was planned is there, too; everything older is only what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How a demo person's days go."""

    name: str
    programme: str
    time_zone: str
    days: int
    start: float
    """Felt stiffness at the start, 0-10."""
    end: float
    """Felt stiffness at the end, 0-10."""
    keeps: float
    """Share of planned sessions that are done, 0-1."""
    answers: float
    """Share of days with a check-in, 0-1."""
    flares: tuple[tuple[int, int], ...]
    """First day (counted back from today) and length in days of each flare."""
    reasons: tuple[str, ...]
    """What brought them, as ids of content/reasons.yaml."""
    told: tuple[tuple[str, SideChoice], ...] = ()
    """What they said yes to about their health, with the side."""


MAYA = Life(
    name="Maya",
    programme="neck-and-desk",
    time_zone="Europe/London",
    days=150,
    start=5.8,
    end=3.6,
    keeps=0.78,
    answers=0.92,
    flares=((58, 4),),
    reasons=("desk",),
)
TOMAS = Life(
    name="Tomas",
    programme="fibromyalgia-gentle-20",
    time_zone="Europe/Lisbon",
    days=130,
    start=6.9,
    end=6.2,
    keeps=0.66,
    answers=0.85,
    flares=((104, 9), (37, 6)),
    reasons=("fibromyalgia",),
    told=(("mo_knee", "right"), ("mo_bp", "both")),
)


def load(*, now: datetime) -> bool:
    """Make the demo people and their months, unless they are there.

    Returns:
        Whether they were made; flushed, not committed.
    """
    if db.session.scalar(select(User.id).where(User.is_demo.is_(True)).limit(1)) is not None:
        return False
    clients = []
    for number, life in enumerate((MAYA, TOMAS), start=1):
        user = _person(life.name, Role.CLIENT, life.time_zone, number, now)
        user.reasons = list(life.reasons)
        for days_ago in (life.days, SCREENED_AGAIN_DAYS):
            screen(user, now - timedelta(days=days_ago), life.told)
        live_through(user, life, Random(number), now=now)  # noqa: S311 - made-up days, no secret
        demo_reminders.give(user, now=now)
        clients.append(user)
    ines = _person("Ines", Role.THERAPIST, "Europe/London", 3, now)
    screen(ines, now - timedelta(days=SCREENED_AGAIN_DAYS))
    demo_reminders.give(ines, now=now)
    demo_routines.give(ines, now=now)
    links = [_share(user, ines, scopes, now) for user, scopes in zip(clients, SHARED, strict=True)]
    messages.send(
        links[0],
        Side.CLIENT,
        ASKED,
        message_id=UUID(str(uuid7())),
        is_question=True,
        now=now - timedelta(hours=20),
    )
    db.session.flush()
    return True


def live_through(user: User, life: Life, random: Random, *, now: datetime) -> None:
    """Give `user` the days of `life` up to yesterday, and a plan from today on."""
    today = local_day(now, life.time_zone)
    first = today - timedelta(days=life.days)
    programme = library().programmes[life.programme]
    flare_days = {
        today - timedelta(days=back - day) for back, length in life.flares for day in range(length)
    }
    _add_check_ins(user, life, programme, first, today, flare_days, random)
    _add_sessions(user, life, programme, first, today, flare_days, random)
    _enrol(user, programme, first, today, now)


def _person(name: str, role: Role, zone: str, number: int, now: datetime) -> User:
    user = User(
        public_id=UUID(int=number),
        role=role,
        name=name,
        time_zone=zone,
        country="GB",
        is_adult=True,
        is_demo=True,
        created_at=now,
        last_seen_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def screen(user: User, at: datetime, told: Sequence[tuple[str, SideChoice]] = ()) -> None:
    """Let `user` have gone through all tick-lists at one moment, with yes to what they told."""
    screens = library().safety.screens
    first_time = db.session.scalar(select(Screening.id).filter_by(user_id=user.id)) is None
    screening = Screening(
        user_id=user.id,
        reason="start" if first_time else "again",
        passed=[screen.id for screen in screens],
        started_at=at,
        completed_at=at + timedelta(minutes=2),
        completed_on=local_day(at, user.time_zone),
    )
    db.session.add(screening)
    db.session.flush()
    sides = dict(told)
    entries = [
        AnswerEntry(question=question, yes=question in sides, side=sides.get(question, "both"))
        for screen in screens
        for question in screen.items
    ]
    record_answers(user, entries, Source.SCREENING, now=at, screening=screening)


def _share(client: User, therapist: User, scopes: Scopes, now: datetime) -> CareLink:
    """Let `therapist` see `scopes` of `client`; she has looked some times since."""
    link = care_links.begin(client, therapist, scopes, now=now - timedelta(days=SHARED_DAYS))
    for days_ago in LOOKED_DAYS_AGO:
        for minutes, what in LOOKED_AT:
            at = now - timedelta(days=days_ago) + timedelta(minutes=minutes)
            access_log.note([link.id], what, now=at)
    return link


def _add_check_ins(
    user: User,
    life: Life,
    programme: Programme,
    first: date,
    today: date,
    flare_days: set[date],
    random: Random,
) -> None:
    """Add check-ins whose stiffness drifts, wobbles from day to day and rises in flares."""
    wobble = 0.0
    regions = programme.target_regions[:2]
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        wobble = 0.4 * wobble + random.gauss(0, 0.9)
        in_flare = day in flare_days
        usual = life.start + (life.end - life.start) * number / max(1, life.days)
        stiffness = _rating(usual + wobble + (2.2 if in_flare else 0))
        if random.random() > life.answers:
            continue
        answered_at = _at(day, random.randint(17 * 60, 22 * 60), life.time_zone)
        good = "no" if in_flare else _good_day(stiffness, usual, random)
        check_in = CheckIn(
            user_id=user.id,
            day=day,
            stiffness=stiffness,
            good_day=good,
            flare=in_flare,
            recorded_at=answered_at,
            changed_at=answered_at,
        )
        if random.random() < 0.45:
            check_in.fatigue = _rating(stiffness + random.gauss(0, 1.2))
            check_in.sleep = _rating(8 - stiffness / 2 + random.gauss(0, 1.3))
            check_in.morning_stiffness_min = 5 * max(0, round(stiffness + random.gauss(0, 2)))
            check_in.regions = [
                CheckInRegion(
                    region=region,
                    stiffness=_rating(stiffness + random.gauss(0, 1)),
                    pain=_rating(stiffness - 1 + random.gauss(0, 1)),
                )
                for region in regions
            ]
        if good == "yes" and random.random() < 0.3:
            check_in.managed = vault.seal(user, random.choice(MANAGED))
        db.session.add(check_in)
    db.session.flush()


def _add_sessions(
    user: User,
    life: Life,
    programme: Programme,
    first: date,
    today: date,
    flare_days: set[date],
    random: Random,
) -> None:
    """Add what was done: most planned sessions, sometimes partly, few in a flare."""
    logs, movements = [], []
    for day, phase, template, at_min in _planned(programme, first, today):
        keeps = life.keeps * (0.35 if day in flare_days else 1)
        if random.random() > keeps:
            continue
        items = planned_items(programme, phase, template, 0, "both", library().movements)
        started_at = _at(day, at_min + random.randint(-20, 40), life.time_zone)
        log_id = UUID(str(uuid7()))
        parts = list(_parts(log_id, items, random))
        done_s = sum(part["done_s"] for part in parts)
        pain = _rating(life.start - 2 + random.gauss(0, 1))
        logs.append(
            {
                "id": log_id,
                "user_id": user.id,
                "planned_session_id": None,
                "name": template.name,
                "programme": programme.slug,
                "variant": "usual",
                "day": day,
                "started_at": started_at,
                "finished_at": started_at + timedelta(seconds=done_s + random.randint(5, 90)),
                "done_s": done_s,
                "planned_s": sum(_seconds(item) for item in items),
                "led_by": "track",
                "unrecorded_lines": 0,
                "pain_before": pain,
                "worst_pain": _rating(pain + random.choice((-1, 0, 0, 1))),
                "pain_kinds": ["stretching"] if pain else [],
                "effort": _rating(3 + random.gauss(0, 1)),
                "note": "",
                "recorded_at": started_at,
                "changed_at": started_at,
            }
        )
        movements += parts
    if logs:
        db.session.execute(insert(SessionLog), logs)
        db.session.execute(insert(MovementLog), movements)


def _planned(
    programme: Programme, first: date, today: date
) -> Iterator[tuple[date, Phase, SessionTemplate, int]]:
    """Yield every main session of the past, phase by phase; the last phase goes on."""
    day = first
    for phase in programme.phases:
        last_phase = phase is programme.phases[-1]
        length = (today - day).days if last_phase else 7 * len(phase.weeks)
        schedule = Schedule(weekdays=suggested_weekdays(phase), at_min=8 * 60)
        for planned in calendar(phase, schedule, day, max(0, min(length, (today - day).days))):
            if planned.template.times_per_day == 1:
                yield planned.day, phase, planned.template, planned.at_min
        day += timedelta(days=length)
        if day >= today:
            return


def _parts(
    log_id: UUID, items: tuple[PlannedItem, ...], random: Random
) -> Iterator[dict[str, Any]]:
    stopped_early = random.random() < 0.1
    for position, item in enumerate(items):
        skipped = stopped_early and position >= len(items) - 2
        easier = not skipped and random.random() < 0.04
        yield {
            "session_log_id": log_id,
            "position": position,
            "slug": item.slug,
            "state": "skipped" if skipped else "done",
            "easier": easier,
            "done_s": 0 if skipped else _seconds(item, easier=easier),
            "reason": "tired" if easier else None,
        }


def _enrol(user: User, programme: Programme, first: date, today: date, now: datetime) -> None:
    """Follow the programme where the past days have led."""
    week = (today - first).days // 7 + 1
    phase = next((p for p in programme.phases if week in p.weeks), programme.phases[-1])
    since = first + timedelta(days=7 * (phase.weeks[0] - 1))
    side: SideChoice | None = "left" if programme.asks_side else None
    enrolment = Enrolment(
        user_id=user.id,
        programme=programme.slug,
        phase=phase.id,
        ramp_step=len(phase.dose_ramp) - 1,
        step_since=max(since, today - timedelta(days=4)),
        phase_since=since,
        weekdays=weekday_bits(suggested_weekdays(phase) | {today.weekday()}),
        at_min=8 * 60,
        side=side,
        started_on=first,
        created_at=now,
    )
    db.session.add(enrolment)
    programme_versions.keep(enrolment, now=now)
    _add_plan(enrolment, programme, first, today)
    planning.extend(enrolment, today=today, now=now)


def _add_plan(enrolment: Enrolment, programme: Programme, first: date, today: date) -> None:
    """Add what was planned in the last weeks: done where it was done, else missed."""
    since = today - PLAN_REACHES_BACK
    logs = db.session.scalars(
        select(SessionLog).where(SessionLog.user_id == enrolment.user_id, SessionLog.day >= since)
    )
    done = {(log.day, log.name): log for log in logs}
    for day, phase, template, at_min in _planned(programme, first, today):
        if day < since:
            continue
        log = done.get((day, template.name))
        items = planned_items(programme, phase, template, 0, "both", library().movements)
        session = PlannedSession(
            id=UUID(str(uuid7())),
            user_id=enrolment.user_id,
            enrolment_id=enrolment.id,
            slot=f"{day.isoformat()}/{template.id}/0",
            day=day,
            at_min=at_min,
            programme=programme.slug,
            phase=phase.id,
            name=template.name,
            optional=template.optional,
            items=planning.stored_items(items),
            flare_items=[],
            state=PlannedState.PLANNED if log is None else PlannedState.DONE,
            created_at=_at(day, 0, "UTC"),
        )
        db.session.add(session)
        if log is not None:
            log.planned_session = session
    db.session.flush()


def _seconds(item: PlannedItem, *, easier: bool = False) -> int:
    return item_block(item, library().movements, DEFAULT_PACE, easier=easier).duration_s


def _good_day(stiffness: int, usual: float, random: Random) -> str:
    better = usual - stiffness + random.gauss(0, 1.2)
    return "yes" if better > 0.2 else "so_so" if better > -1.3 else "no"


def _rating(value: float) -> int:
    return min(10, max(0, round(value)))


def _at(day: date, minutes: int, zone: str) -> datetime:
    local = datetime.combine(day, time(minutes // 60 % 24, minutes % 60))
    return local.replace(tzinfo=ZoneInfo(zone))
