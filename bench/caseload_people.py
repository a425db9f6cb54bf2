"""A therapist with hundreds of made-up clients and a year of days each, in any database, in bulk."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import JSON, Table, insert

from fstpwa.domain.planning import Schedule
from fstpwa.extensions import db
from fstpwa.models.base import Base, compact_json
from fstpwa.models.people import Role, User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import devices, enrolments, people
from tests.screened import screen

DAYS = 365
AHEAD = 14
MOVEMENTS = 10
"""Of a session."""
AT_ONCE = 20_000
TABLES: Mapping[str, Table] = Base.metadata.tables
PROGRAMME = "neck-and-desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was made."""

    token: str
    """The therapist's device."""
    links: tuple[UUID, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """How one client lives."""

    user: int
    enrolment: int
    doing: float
    """How likely a planned session is done."""
    quiet_since: int
    """So many days ago they stopped; 0: they did not."""
    stiffness: int
    pain: int
    rise: int
    """By how much pain is up after the sessions of the last week."""
    flare_since: int
    """So many days ago; 0: no flare."""


class _Seeder:
    """Writes rows, by the quickest way that a database has."""

    def __init__(self) -> None:
        self.count = 0

    def put(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Store rows that all say the same columns; not committed."""
        waiting = iter(rows)
        while chunk := list(islice(waiting, AT_ONCE)):
            self.count += len(chunk)
            if db.engine.dialect.name == "postgresql":
                _copy(TABLES[table], chunk)
            else:
                db.session.execute(insert(TABLES[table]), chunk)


def seed(app: Flask, clients: int) -> Seeded:
    """Make a therapist and so many clients, with a year of days each; committed.

    The rows are written day by day, so that those of one person lie scattered, as they do where
    people write every day.
    """
    random, now = Random(1), datetime.now(UTC)
    with app.app_context():
        therapist = people.start_without_account("Europe/London", now=now)
        therapist.role = Role.THERAPIST
        token = devices.open_device(therapist, "Bench", now=now, is_strong=True)
        pattern = _pattern(now)
        first = _first_number("user")
        seeder = _Seeder()
        lives = [_life(first + number, number, random) for number in range(clients)]
        links = _people(seeder, lives, therapist.id, pattern, now, random)
        _year(seeder, lives, pattern, now, random)
        _around(seeder, lives, now, random)
        db.session.commit()
        _analyse()
        db.session.remove()
        db.engine.dispose()
    return Seeded(token=token, links=links, rows=seeder.count)


def _pattern(now: datetime) -> PlannedSession:
    """Return a real planned session, whose movements everybody gets."""
    person = people.start_without_account("Europe/London", now=now)
    person.is_adult = True
    screen(person, now)
    entry = enrolments.EnrolmentEntry(
        programme=PROGRAMME, schedule=Schedule(weekdays=frozenset(range(7)), at_min=480), side=None
    )
    enrolments.enrol(person, entry, now=now)
    db.session.flush()
    found = db.session.scalars(db.select(PlannedSession).filter_by(user_id=person.id)).first()
    assert found is not None
    return found


def _first_number(table: str) -> int:
    highest = db.session.scalar(db.select(db.func.max(TABLES[table].c.id)))
    return (highest or 0) + 1


def _life(user: int, number: int, random: Random) -> _Life:
    return _Life(
        user=user,
        enrolment=1000 + number,
        doing=random.choice((0.95, 0.9, 0.8, 0.6, 0.3)),
        quiet_since=random.choice((0, 0, 0, 0, 4, 8, 15)),
        stiffness=random.randint(2, 7),
        pain=random.randint(1, 5),
        rise=random.choice((0, 0, 0, 1, 3)),
        flare_since=random.choice((0, 0, 0, 0, 0, 0, 0, 5, 12)),
    )


def _people(
    seeder: _Seeder,
    lives: list[_Life],
    therapist: int,
    pattern: PlannedSession,
    now: datetime,
    random: Random,
) -> tuple[UUID, ...]:
    begun = now - timedelta(days=DAYS)
    zones = ("Europe/London", "Europe/London", "Europe/Berlin", "America/New_York")
    users = [
        {
            "id": each.user,
            "public_id": uuid4(),
            "role": "client",
            "name": f"Client {each.user}",
            "time_zone": random.choice(zones),
            "is_adult": True,
            "created_at": begun,
            "last_seen_at": now,
        }
        for each in lives
    ]
    db.session.execute(insert(User), users)
    links = [
        {
            "public_id": uuid4(),
            "user_id": each.user,
            "therapist_id": therapist,
            "shares_routines": True,
            "shares_records": random.random() < 0.97,
            "shares_notes": True,
            "began_at": begun,
            "changed_at": begun,
        }
        for each in lives
    ]
    db.session.execute(insert(TABLES["care_link"]), links)
    enrolment = {
        "programme": PROGRAMME,
        "phase": pattern.phase,
        "step_since": begun.date(),
        "phase_since": begun.date(),
        "started_on": begun.date(),
        "weekdays": 127,
        "at_min": 480,
        "created_at": begun,
    }
    rows = [enrolment | {"id": each.enrolment, "user_id": each.user} for each in lives]
    db.session.execute(insert(TABLES["enrolment"]), rows)
    seeder.count += len(users) + len(links) + len(rows)
    return tuple(each["public_id"] for each in links)


def _year(
    seeder: _Seeder, lives: list[_Life], pattern: PlannedSession, now: datetime, random: Random
) -> None:
    today = now.date()
    check_in, slugs = 1, [str(number) for number in range(MOVEMENTS)]
    for ago in range(DAYS, -AHEAD - 1, -1):
        day = today - timedelta(days=ago)
        planned, logs, movements = [], [], []
        check_ins, regions = [], []
        for life in lives:
            is_there = ago > life.quiet_since or (ago >= 0 and not life.quiet_since)
            is_done = is_there and random.random() < life.doing
            session = _planned(life, pattern, day, now, is_done=is_done)
            planned.append(session)
            if is_done:
                log = _log(life, session, day, ago, random)
                logs.append(log)
                movements += [_movement(log["id"], slug, random) for slug in slugs]
            if is_there and random.random() < 0.8:
                check_ins.append(_check_in(life, check_in, day, ago, random))
                regions += [_region(check_in, code, life, random) for code in ("neck", "low_back")]
                check_in += 1
        seeder.put("planned_session", planned)
        seeder.put("session_log", logs)
        seeder.put("movement_log", movements)
        seeder.put("check_in", check_ins)
        seeder.put("check_in_region", regions)


def _planned(
    life: _Life, pattern: PlannedSession, day: date, now: datetime, *, is_done: bool
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "user_id": life.user,
        "enrolment_id": life.enrolment,
        "slot": "/".join((day.isoformat(), *pattern.slot.split("/")[1:])),
        "day": day,
        "at_min": 480,
        "programme": PROGRAMME,
        "phase": pattern.phase,
        "name": pattern.name,
        "optional": False,
        "items": pattern.items,
        "flare_items": pattern.flare_items,
        "state": "done" if is_done else "planned",
        "created_at": now,
    }


def _log(
    life: _Life, session: dict[str, Any], day: date, ago: int, random: Random
) -> dict[str, Any]:
    begun = datetime.combine(day, time(8), UTC)
    before = min(10, max(0, life.pain + random.randint(-1, 1)))
    rise = life.rise if ago < 7 else 0
    return {
        "id": uuid4(),
        "user_id": life.user,
        "planned_session_id": session["id"],
        "name": session["name"],
        "programme": PROGRAMME,
        "variant": "usual",
        "day": day,
        "started_at": begun,
        "finished_at": begun + timedelta(minutes=12),
        "done_s": 700,
        "planned_s": 720,
        "pain_before": before,
        "worst_pain": min(10, before + rise),
        "pain_kinds": [],
        "effort": 4,
        "next_morning_pain": min(10, max(0, before + random.randint(-1, 1))),
        "note": "",
        "clocks": {},
        "recorded_at": begun,
        "changed_at": begun,
    }


def _movement(log: UUID, slug: str, random: Random) -> dict[str, Any]:
    is_too_much = random.random() < 0.03
    return {
        "session_log_id": log,
        "position": int(slug),
        "slug": f"movement-{slug}",
        "state": "done",
        "easier": is_too_much,
        "done_s": 60,
        "reason": "pain" if is_too_much else None,
    }


def _check_in(life: _Life, number: int, day: date, ago: int, random: Random) -> dict[str, Any]:
    at = datetime.combine(day, time(20), UTC)
    in_flare = 0 <= ago <= life.flare_since
    return {
        "id": number,
        "user_id": life.user,
        "day": day,
        "stiffness": min(10, life.stiffness + random.randint(-1, 1) + (2 if in_flare else 0)),
        "good_day": "yes",
        "flare": True if in_flare and life.flare_since else None,
        "fatigue": random.randint(2, 6),
        "managed": "",
        "note": "x" * 80,
        "clocks": {"stiffness": at.isoformat()},
        "recorded_at": at,
        "changed_at": at,
    }


def _region(check_in: int, code: str, life: _Life, random: Random) -> dict[str, Any]:
    return {
        "check_in_id": check_in,
        "region": code,
        "stiffness": life.stiffness,
        "pain": min(10, life.pain + random.randint(0, 1)),
    }


def _around(seeder: _Seeder, lives: list[_Life], now: datetime, random: Random) -> None:
    """Store what a list looks at besides: devices, reminders, questions, what was said before."""
    month = timedelta(days=30)
    sessions, subscriptions, reminders, answers = [], [], [], []
    device = _first_number("device_session")
    for life in lives:
        device += 1
        sessions.append(
            {
                "id": device,
                "public_id": uuid4(),
                "token_hash": random.randbytes(32),
                "user_id": life.user,
                "created_at": now,
                "last_seen_at": now,
                "idle_expires_at": now + month,
                "expires_at": now + month,
            }
        )
        subscriptions.append(
            {
                "public_id": uuid4(),
                "user_id": life.user,
                "device_session_id": device,
                "endpoint_hash": random.randbytes(32),
                "target": "",
                "service": "push.example",
                "key_id": "one",
                "unreceived": 5 if random.random() < 0.05 else 0,
                "created_at": now,
                "changed_at": now,
            }
        )
        reminders.append(
            {
                "public_id": uuid4(),
                "user_id": life.user,
                "kind": "practice",
                "at_min": 480,
                "days_mask": 127,
                "next_due_at": now + month,
                "next_key": (now + month).date(),
                "created_at": now,
                "changed_at": now,
            }
        )
        answers += [
            {
                "user_id": life.user,
                "question": f"question_{number}",
                "yes": False,
                "source": "screening",
                "day": now.date(),
                "answered_at": now,
            }
            for number in range(40)
        ]
    for table, rows in (
        ("device_session", sessions),
        ("push_subscription", subscriptions),
        ("reminder", reminders),
        ("health_answer", answers),
        ("care_message", list(_messages(now, random))),
    ):
        db.session.execute(insert(TABLES[table]), rows)
        seeder.count += len(rows)


def _messages(now: datetime, random: Random) -> Iterator[dict[str, Any]]:
    """Yield a conversation with everybody, which in some cases ends with a question."""
    links = db.session.execute(
        db.select(TABLES["care_link"].c.id, TABLES["care_link"].c.user_id)
    ).all()
    for link, user in links:
        for ago in range(30, -1, -3):
            is_answer = ago % 2 == 0 and (ago > 0 or random.random() > 0.06)
            yield {
                "id": uuid4(),
                "user_id": user,
                "link_id": link,
                "author": "therapist" if is_answer else "client",
                "text": "x" * 60,
                "is_question": not is_answer,
                "sent_at": now - timedelta(days=ago),
            }


def _copy(table: Table, rows: list[dict[str, Any]]) -> None:
    """Give rows to PostgreSQL by COPY: an INSERT would take minutes."""
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in rows[0] and column.default is not None and column.default.is_scalar
    }
    names = [*rows[0], *defaults]
    is_json = [isinstance(table.c[name].type, JSON) for name in names]
    cursor = db.session.connection().connection.cursor()
    listed = ", ".join(f'"{name}"' for name in names)
    texts: dict[int, str] = {}
    with cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            values = [*row.values(), *defaults.values()]
            copy.write_row(
                [
                    texts.setdefault(id(value), compact_json(value)) if as_json else value
                    for value, as_json in zip(values, is_json, strict=True)
                ]
            )


def _analyse() -> None:
    """Let the database count, as both do by themselves in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        word = "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
        connection.exec_driver_sql(word)
