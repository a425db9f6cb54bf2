"""Flask extensions, unbound, and how the database is opened.

A transaction of a GET is read-only by force on both databases. On SQLite every other
transaction begins IMMEDIATE: with the driver's deferred default most concurrent writes fail.
Only the worker, which reads much and writes little, begins some of its own with `late_lock`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any

from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from fstpwa.models import Base

read_only: ContextVar[bool] = ContextVar("read_only", default=False)
"""Whether transactions begun now may only read. Set for each request by web.py."""

late_lock: ContextVar[bool] = ContextVar("late_lock", default=False)
"""Whether SQLite's only writer is taken with the first write, and not from the beginning.

Whoever sets it must be ready to begin anew: the first write fails at once, as an OperationalError,
where somebody else is writing or has written since the first read.
"""

may_be_lost: ContextVar[bool] = ContextVar("may_be_lost", default=False)
"""Whether a commit need not wait for the disk.

What is committed so survives the death of any process, but perhaps not a power failure. Nothing
else is harmed by that; what comes later is never kept without it.
"""

planned_anew: ContextVar[bool] = ContextVar("planned_anew", default=False)
"""Whether PostgreSQL plans each statement when it comes.

What comes often it plans once otherwise, and so for tables that were nearly empty then: to read
all of a table, which may be full a minute later.
"""


@contextmanager
def switched_on(switch: ContextVar[bool]) -> Iterator[None]:
    """Let one of these hold for what is begun in the block."""
    token = switch.set(True)
    try:
        yield
    finally:
        switch.reset(token)


ASKED_AFTER_S = 1.0
"""After so long without work a connection may have been closed by the server, as when it restarts."""

db = SQLAlchemy(model_class=Base)
migrate = Migrate(compare_type=True, render_as_batch=True)
login_manager = LoginManager()
# It would compare the browser's name with the notice cookie, which says nothing about who it is.
login_manager.session_protection = None
compress = Compress()
babel = Babel()


def prepare_engine(engine: Engine) -> None:
    """Make an `engine` keep the rules here. Call once for each engine."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _asking_after_a_rest(engine))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _note_rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _asking_after_a_rest(engine: Engine) -> Callable[[Any, ConnectionPoolEntry, Any], None]:
    """Return what asks whether the server is still there, unless it just was; else it reconnects.

    To ask before each transaction, as `pool_pre_ping` does, takes as long as a short one does.
    """
    dialect = engine.dialect

    def ask(connection: Any, record: ConnectionPoolEntry, _borrower: Any) -> None:
        if monotonic() - record.info.get("rests_since", inf) < ASKED_AFTER_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    return ask


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "busy_timeout = 5000",
        "foreign_keys = ON",
        "secure_delete = ON",
        # A sort that needs room for a moment still works where no disk has any.
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if read_only.get():
        connection.exec_driver_sql("BEGIN")
        return
    # The connection may come back from a GET, and query_only refuses an immediate begin.
    connection.exec_driver_sql("PRAGMA query_only = OFF")
    wanted = "NORMAL" if may_be_lost.get() else "FULL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous = {wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN" if late_lock.get() else "BEGIN IMMEDIATE")


SETTINGS = (
    (may_be_lost, "set_config('synchronous_commit', 'off', true)"),
    (planned_anew, "set_config('plan_cache_mode', 'force_custom_plan', true)"),
)
"""What PostgreSQL is told at the beginning of a transaction, for that one alone."""


@event.listens_for(Session, "after_begin")
def _keep_reads_read_only(_session: Session, _transaction: Any, connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only.get() else 'OFF'}")
    elif read_only.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif wanted := [setting for asked, setting in SETTINGS if asked.get()]:
        connection.exec_driver_sql(f"SELECT {', '.join(wanted)}")
