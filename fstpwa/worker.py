"""The background loop: owns its clock and its commits, does one unit of work a round."""

import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from time import sleep

from flask import Flask

from fstpwa import log
from fstpwa.extensions import db
from fstpwa.services import codes, health, people, planning, schema, throttle

PAUSE_S = 15.0
"""Between two rounds, in seconds."""

BATCH = 50
PAUSE_BETWEEN_BATCHES_S = 0.005
"""SQLite has one writer: whoever saves a check-in gets in between two batches."""

MOST_FORGOTTEN = 20
"""People deleted in one round, in one transaction."""

PLAN_EVERY = timedelta(minutes=15)
"""Somewhere a new day begins every quarter of an hour."""


@dataclass(slots=True)
class Worker:
    """Does what has to be done without anybody asking for a page."""

    app: Flask
    planned_at: datetime | None = None
    """When the planned sessions were last seen to."""

    def run_once(self, now: datetime) -> None:
        """Do what is due at `now`, commit it, and note that the worker is alive."""
        with self.app.app_context():
            if self.planned_at is None or now - self.planned_at >= PLAN_EVERY:
                self._plan_ahead(now)
                self.planned_at = now
                self._sweep(now)
            health.record_heartbeat(now=now)
            db.session.commit()

    def _plan_ahead(self, now: datetime) -> None:
        planning.forget_withdrawn(now=now)
        db.session.commit()
        due = planning.due_enrolments(now=now)
        db.session.rollback()
        for start in range(0, len(due), BATCH):
            self._plan_batch(due[start : start + BATCH], now)
            sleep(PAUSE_BETWEEN_BATCHES_S)

    def _sweep(self, now: datetime) -> None:
        """Delete what is over: codes, counts, people nobody can open, copies of the database."""
        codes.sweep(now=now)
        throttle.sweep(now=now)
        db.session.commit()
        people.forget_out_of_reach(now=now, at_most=MOST_FORGOTTEN)
        db.session.commit()
        schema.forget_old_copies(self.app.config["GOOD_DAYS"].backups_dir, now=now)

    def _plan_batch(self, enrolment_ids: list[int], now: datetime) -> None:
        """Plan some; where one of them cannot be planned, the others still are."""
        try:
            planning.extend_these(enrolment_ids, now=now)
            db.session.commit()
        except Exception as problem:
            db.session.rollback()
            if len(enrolment_ids) == 1:
                log.error("planning_failed", error=problem)
                return
            for enrolment_id in enrolment_ids:
                self._plan_batch([enrolment_id], now)


def run(worker: Worker, ended: Event) -> None:
    """Work until `ended` is set. A round that fails is logged, undone and tried again."""
    while not ended.is_set():
        try:
            worker.run_once(datetime.now(UTC))
        except Exception as problem:
            log.error("worker_round_failed", error=problem)
        ended.wait(PAUSE_S)


def run_until_signal(app: Flask) -> None:
    """Run the loop in this process until SIGTERM or SIGINT; the round under way is finished."""
    ended = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda _number, _frame: ended.set())
    log.info("worker_started")
    run(Worker(app), ended)
    log.info("worker_ended")
