"""Ten minutes of trouble at a push service, of every kind, for some thousand reminders each.

The service is that of the tests: it reads what it takes, and misbehaves as it is told. The minutes
are made up, so that each kind takes some seconds (tests/outages.py).
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlalchemy import URL

from bench.reminders.stores import SECRETS, chosen_databases
from bench.serving import machine
from fstpwa import create_app
from fstpwa.config import Settings
from fstpwa.extensions import db
from fstpwa.services.schema import upgrade_schema
from tests.databases import postgresql_server, run_outside_transaction
from tests.outages import DEVICES, FAULTS, TAKEN_ANYWAY, Aftermath, lived_through

MOST_REQUESTS = 2.0
"""For each message."""
DEADLINE_S = 3.0
"""Long enough for a busy machine, shorter than the ten seconds of production."""
ENDS_AS = {"redirects inside": "dead", "410": ""}
"""Kind -> the state that its messages end in; empty: they are deleted with the subscription."""


@contextmanager
def empty_app(server: URL | None) -> Iterator[tuple[Flask, Path]]:
    """Yield an app on an empty database of its own, and its folder."""
    with tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), ""
        if server:
            database = f"good_days_{uuid4().hex}"
            run_outside_transaction(server, f'CREATE DATABASE "{database}"')
            url = server.set(database=database).render_as_string(hide_password=False)
        app = create_app(Settings(data_dir=folder, database_url=url, **SECRETS))
        with app.app_context():
            upgrade_schema(folder, now=datetime.now(UTC))
            yield app, folder
            db.session.remove()
            db.engine.dispose()


def faults_of(kind: str, after: Aftermath) -> list[str]:
    """Return what is not as it has to be."""
    state = ENDS_AS.get(kind, "sent")
    wanted = {state: after.messages} if state else {}
    is_shown = kind in TAKEN_ANYWAY or kind in ENDS_AS or after.shown == after.messages
    found = {
        f"{after.requests} requests for {after.messages} messages": after.requests
        > MOST_REQUESTS * after.messages,
        f"the messages are {dict(after.states)}": after.states != wanted,
        f"{after.inside} connections inside": after.inside,
        f"{after.shown} of {after.messages} messages were shown": not is_shown,
    }
    return [f"{kind}: {words}" for words, is_so in found.items() if is_so]


def main() -> None:
    """Live through every kind on each database, print; exit with 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both", help="sqlite, postgresql or both")
    parser.add_argument("--people", type=int, default=100, help="with ten devices each")
    parser.add_argument("--kinds", nargs="+", default=list(FAULTS), choices=list(FAULTS))
    chosen = parser.parse_args()
    # What it is about is an error each time.
    logging.disable(logging.CRITICAL)
    wrong = []
    for database in chosen_databases(chosen.database):
        print(f"\n{database}; {machine()}; {chosen.people * DEVICES} messages each")
        print(f"{'':<30}{'requests':>10}{'each':>7}{'inside':>8}{'settled after':>15}{'took':>8}")
        with postgresql_server() if database == "postgresql" else nullcontext() as server:
            for kind in chosen.kinds:
                began = time.monotonic()
                with empty_app(server) as (_app, folder):
                    after = lived_through(
                        FAULTS[kind], folder, people=chosen.people, deadline_s=DEADLINE_S
                    )
                print(
                    f"{kind:<30}{after.requests:10}{after.requests / after.messages:7.2f}"
                    f"{after.inside:8}{after.lasted!s:>15}{time.monotonic() - began:7.1f}s",
                    flush=True,
                )
                wrong += faults_of(kind, after)
    if wrong:
        sys.exit("Wrong: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
