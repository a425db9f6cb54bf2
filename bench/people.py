"""A thousand made-up people with a year of days each, in an SQLite file that is kept for a day."""

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from fstpwa import create_app
from fstpwa.config import MIGRATIONS, Settings
from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn
from fstpwa.services import demo, devices, people, sealing, vault
from fstpwa.services.schema import upgrade_schema

DAYS = 365
PATTERNS = 40
"""So many people live through their year one by one; all others are copies of them."""

LIVES = (demo.MAYA, demo.TOMAS)
REFERENCES = (
    "user_id",
    "screening_id",
    "enrolment_id",
    "planned_session_id",
    "session_log_id",
    "check_in_id",
)
TABLES = (
    "user",
    "screening",
    "health_answer",
    "enrolment",
    "planned_session",
    "session_log",
    "movement_log",
    "check_in",
    "check_in_region",
)


def settings_of(folder: Path) -> Settings:
    """Return the settings under which both the maker and the measuring open the database."""
    secrets = {"secret_key": "for the bench only", "master_key": "A" * 43}
    return Settings(data_dir=folder, **secrets, demo=False)


def make_people(folder: Path, count: int) -> Path:
    """Return a data folder with `count` people; makes it unless it is there.

    The plans reach from the day of making onwards, so a folder of yesterday would not do; nor
    would one of other tables.
    """
    schema = max(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))
    ready = folder / f"people-{count}-{datetime.now(UTC).date().isoformat()}-{schema}"
    if (ready / "whole").exists():
        return ready
    started = time.monotonic()
    patterns = ready / "patterns"
    patterns.mkdir(parents=True, exist_ok=True)
    _start_empty(patterns)
    _start_empty(ready)
    _live(patterns)
    _copy(patterns / "good-days.sqlite3", ready / "good-days.sqlite3", -(-count // PATTERNS))
    (ready / "whole").touch()
    print(f"Made {count} people in {time.monotonic() - started:.0f} s")
    return ready


def _start_empty(folder: Path) -> None:
    for left_over in folder.glob("good-days.sqlite3*"):
        left_over.unlink()
    app = create_app(settings_of(folder))
    with app.app_context():
        upgrade_schema(folder, now=datetime.now(UTC))
        db.engine.dispose()


def _live(folder: Path) -> None:
    """Let each pattern person live through a year, every programme in turn."""
    app = create_app(settings_of(folder))
    programmes = sorted(library().programmes)
    now = datetime.now(UTC)
    with app.app_context():
        for number in range(PATTERNS):
            life = replace(
                LIVES[number % len(LIVES)],
                programme=programmes[number % len(programmes)],
                days=DAYS,
            )
            user = people.start_without_account(life.time_zone, now=now)
            user.is_adult = True
            # Who was not asked about their health is led to the questions instead of a session.
            demo.screen(user, now - timedelta(days=demo.SCREENED_AGAIN_DAYS))
            demo.live_through(user, life, Random(number), now=now)
            _open_texts(user)
            db.session.commit()
        db.engine.dispose()


def _open_texts(user: User) -> None:
    """Store what `user` wrote in the clear: a sealed copy would open for nobody else."""
    for row in db.session.scalars(db.select(CheckIn).where(CheckIn.user_id == user.id)):
        row.managed = vault.unseal(user, row.managed)
    user.data_key = None


def _copy(patterns: Path, target: Path, copies: int) -> None:
    """Write every pattern row `copies` times, with identities of its own.

    Copies of a row stand side by side, so that the rows of one person lie scattered over
    the file, as they do when a thousand people write day by day.
    """
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS pattern", (str(patterns),))
        connection.execute("CREATE TEMP TABLE copy (k INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO copy VALUES (?)", ((k,) for k in range(copies)))
        for table in TABLES:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
            values = ", ".join(_copied(column, copies) for column in columns)
            connection.execute(
                f'INSERT INTO main."{table}" ({", ".join(columns)}) SELECT {values} '
                f'FROM pattern."{table}" AS r CROSS JOIN copy AS c'
            )
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()


def _copied(column: str, copies: int) -> str:
    """Return the SQL of one column of copy `c.k` of row `r`: identities change, all else stays."""
    if column not in ("id", "public_id", *REFERENCES):
        return f"r.{column}"
    return (
        f"CASE typeof(r.{column}) WHEN 'integer' THEN r.{column} * {copies} + c.k "
        f"WHEN 'text' THEN substr(r.{column}, 1, 24) || printf('%08x', c.k) END"
    )


def sample(folder: Path, count: int, *, seed: int = 1) -> list[tuple[int, str, str | None]]:
    """Sign in `count` random people.

    Returns:
        User id, device token and the identity of a session planned for today, of each.
    """
    app = create_app(settings_of(folder))
    now = datetime.now(UTC)
    with app.app_context():
        ids = list(db.session.scalars(db.text('SELECT id FROM "user" ORDER BY id')))
        chosen = Random(seed).sample(ids, min(count, len(ids)))
        found = []
        for user_id in chosen:
            user = db.session.get_one(User, user_id)
            sealing.seal_clear_texts_of(user)
            token = devices.open_device(user, "Bench", now=now)
            found.append((user_id, token, _session_of(user_id, now.date())))
        db.session.commit()
        db.engine.dispose()
    return found


def _session_of(user_id: int, day: date) -> str | None:
    asked = db.text(
        "SELECT id FROM planned_session WHERE user_id = :user AND day >= :day ORDER BY day LIMIT 1"
    )
    found: str | None = db.session.scalar(asked, {"user": user_id, "day": day.isoformat()})
    return str(UUID(found)) if found else None
