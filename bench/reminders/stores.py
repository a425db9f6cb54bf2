"""A Good Days to measure: a data folder with keys, an empty database, and what its processes need."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from bench.reminders.sink import Sink, sinking
from bench.serving import machine
from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.outbound.push.vapid import make_key
from fstpwa.services.schema import upgrade_schema
from tests.databases import FAST_NOT_SAFE, postgresql_server, run_outside_transaction

DATABASES = ("sqlite", "postgresql")
SECRETS = {"secret_key": "for the bench only", "master_key": "A" * 43}
CONTACT = "mailto:days@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The data folder, and how to open it."""

    folder: Path
    database_url: str
    sink: Sink

    def app(self) -> Flask:
        """Build the app on it, in this process."""
        settings = Settings(
            data_dir=self.folder, database_url=self.database_url, push_contact=CONTACT, **SECRETS
        )
        return create_app(settings)

    def environment(self) -> Mapping[str, str]:
        """Return what a process of the product reads; it trusts the sink and nobody else."""
        return {
            "FSTPWA_DATA_DIR": str(self.folder),
            "FSTPWA_DATABASE_URL": self.database_url,
            "FSTPWA_SECRET_KEY": SECRETS["secret_key"],
            "FSTPWA_MASTER_KEY": SECRETS["master_key"],
            "FSTPWA_PUSH_CONTACT": CONTACT,
            "FSTPWA_PUSH_EXTRA_HOSTS": self.sink.host,
            "SSL_CERT_FILE": str(self.sink.certificate),
        }


@contextmanager
def store_on(database: str, folder: Path, sink: Sink) -> Iterator[Store]:
    """Make the tables and a key, on a database that waits for the disk as in production."""
    if database == "sqlite":
        yield _prepared(Store(folder=folder, database_url="", sink=sink))
        return
    with postgresql_server() as url:
        for setting in FAST_NOT_SAFE:
            run_outside_transaction(url, f"ALTER SYSTEM RESET {setting}")
        run_outside_transaction(url, "SELECT pg_reload_conf()")
        written = url.render_as_string(hide_password=False)
        yield _prepared(Store(folder=folder, database_url=written, sink=sink))


def _prepared(store: Store) -> Store:
    now = datetime.now(UTC)
    make_key(store.folder / "push_keys", now=now)
    app = store.app()
    with app.app_context():
        upgrade_schema(store.folder, now=now)
        db.engine.dispose()
    return store


def each_store(wanted: str) -> Iterator[Store]:
    """Yield an empty Good Days on each database that a command line names, and say on which.

    One after the other, each in a folder and with a push service of its own, which are gone before
    the next one is made.
    """
    for database in chosen_databases(wanted):
        print(f"\n{database}; {machine()}", flush=True)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            with sinking(folder) as sink, store_on(database, folder, sink) as store:
                yield store


def chosen_databases(wanted: str) -> tuple[str, ...]:
    """Return the databases that a command line names: one, or both."""
    if wanted not in (*DATABASES, "both"):
        sys.exit(f"There is no database {wanted}.")
    return DATABASES if wanted == "both" else (wanted,)
