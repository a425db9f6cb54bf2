"""The background loop: owns its clock and its commits, does one unit of work a round.

Reminders are looked at every second, everything else every quarter of a minute. Both go on in one
thread and in small steps, each of which lets the other one in before long.
"""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic, sleep
from typing import Protocol

from flask import Flask

from fstpwa import log
from fstpwa.config import Settings
from fstpwa.domain.clock_guard import ClockGuard
from fstpwa.domain.mail import Mailer
from fstpwa.extensions import db
from fstpwa.outbound.mail import mailer_of
from fstpwa.outbound.push.sending_thread import SendingThread, sender_settings_of
from fstpwa.services import (
    assignments,
    backups,
    care_letters,
    codes,
    decisions,
    enrolments,
    health,
    invitation_rows,
    pauses,
    people,
    planning,
    programme_versions,
    push_counts,
    reminder_letters,
    reminder_retention,
    storage,
    throttle,
)
from fstpwa.services.notices import Composer
from fstpwa.services.reminder_watch import Watch

PAUSE_S = 15.0
"""Between two rounds, in seconds."""
LOOK_EVERY_S = 1.0
"""Between two looks for reminders that are due, in seconds."""

BATCH = 50
PAUSE_BETWEEN_BATCHES_S = 0.005
"""SQLite has one writer: whoever saves a check-in gets in between two batches."""

MOST_FORGOTTEN = 20
"""People deleted in one round, in one transaction."""
OLD_AT_ONCE = 200
"""Old occurrences, or notices, deleted in one transaction."""
MOST_OLD_BATCHES = 100
"""Such transactions in one sweep: two million occurrences a day."""

PLAN_EVERY = timedelta(minutes=15)
"""Somewhere a new day begins every quarter of an hour."""

NICENESS = 5
"""How much the worker gives way to pages, which somebody waits for: 0 not at all, 19 wholly."""

NOT_JUST_NOW = storage.REFUSES_WRITES | {storage.Fault.AWAY}
"""With these faults nothing else of a round could be stored either: it is begun anew."""

ICON = "/static/icons/icon-192.png"
"""What a notification shows beside its text."""


class SeeTo(Protocol):
    """What is done for some rows, by their ids."""

    def __call__(self, ids: Sequence[int], /, *, now: datetime) -> object:
        """Do it, flushed."""


class Sweep(Protocol):
    """What deletes some of what is old, and returns how much."""

    def __call__(self, *, now: datetime, at_most: int) -> int:
        """Do it, flushed."""


@dataclass(slots=True)
class Worker:
    """Does what has to be done without anybody asking for a page."""

    app: Flask
    watch: Watch | None = None
    """Looks after reminders; None leaves them alone."""
    mailer: Mailer | None = None
    """Writes about reminders and news that did not arrive; None leaves that alone."""
    planned_at: datetime | None = None
    """When the planned sessions were last seen to."""
    _looked_at_s: float = field(init=False, default=0.0)
    """When reminders were last looked at, on the monotonic clock."""

    def run_once(self, now: datetime) -> None:
        """Do what is due at `now`, commit it, and note that the worker is alive."""
        with self.app.app_context():
            try:
                self._do_what_is_due(now)
            except Exception as problem:
                db.session.remove()
                storage.note_refused(problem)
                raise

    def _do_what_is_due(self, now: datetime) -> None:
        if self.planned_at is None or now - self.planned_at >= PLAN_EVERY:
            self._plan_ahead(now)
            self.planned_at = now
            self._sweep(now)
        health.record_heartbeat(now=now)
        db.session.commit()
        storage.note_written()
        if self.mailer is not None:
            reminder_letters.send_due(self.mailer, now=now, after_each=self._let_others_in)
            care_letters.send_due(self.mailer, now=now, after_each=self._let_others_in)

    def remind(self) -> None:
        """Send the reminders that are due."""
        self._looked_at_s = monotonic()
        if self.watch is not None:
            # A session of its own, wherever in a round this is.
            with self.app.app_context():
                self.watch.look()

    def _plan_ahead(self, now: datetime) -> None:
        planning.forget_withdrawn(now=now)
        db.session.commit()
        self._in_batches(programme_versions.due(), programme_versions.keep_these, now)
        self._in_batches(pauses.due_to_resume(now=now), pauses.resume_due, now)
        self._in_batches(enrolments.due_to_end(now=now), enrolments.end_these, now)
        self._in_batches(assignments.due_to_begin(now=now), assignments.begin_these, now)
        self._in_batches(planning.due_enrolments(now=now), planning.extend_these, now)
        self._in_batches(decisions.due(now=now), decisions.note_these, now)

    def _in_batches(self, due: Sequence[int], see_to: SeeTo, now: datetime) -> None:
        db.session.rollback()
        for start in range(0, len(due), BATCH):
            self._see_to(due[start : start + BATCH], see_to, now)
            self._let_others_in()

    def _sweep(self, now: datetime) -> None:
        """Delete what is over: codes, invitations, counts, people nobody can open, copies of the database."""
        codes.sweep(now=now)
        throttle.sweep(now=now)
        push_counts.sweep(now=now)
        invitation_rows.sweep(now=now)
        db.session.commit()
        people.forget_out_of_reach(now=now, at_most=MOST_FORGOTTEN)
        db.session.commit()
        for sweep in (reminder_retention.sweep, reminder_retention.sweep_news):
            self._sweep_old(sweep, now)
        backups.forget_old_copies(now=now)

    def _sweep_old(self, sweep: Sweep, now: datetime) -> None:
        for _ in range(MOST_OLD_BATCHES):
            count = sweep(now=now, at_most=OLD_AT_ONCE)
            db.session.commit()
            if count < OLD_AT_ONCE:
                break
            self._let_others_in()

    def _let_others_in(self) -> None:
        sleep(PAUSE_BETWEEN_BATCHES_S)
        if monotonic() - self._looked_at_s >= LOOK_EVERY_S:
            self.remind()

    def _see_to(self, ids: Sequence[int], see_to: SeeTo, now: datetime) -> None:
        """See to some; where one of them cannot be done, the others still are."""
        try:
            see_to(ids, now=now)
            db.session.commit()
        except Exception as problem:
            db.session.rollback()
            if storage.fault_of(problem) in NOT_JUST_NOW:
                raise
            if len(ids) == 1:
                log.error("planning_failed", error=problem)
                return
            for each in ids:
                self._see_to([each], see_to, now)


def run(worker: Worker, ended: Event) -> None:
    """Work until `ended` is set. A round that fails is logged, undone and tried again."""
    next_round_at = monotonic()
    while not ended.is_set():
        if monotonic() >= next_round_at:
            try:
                worker.run_once(datetime.now(UTC))
            except Exception as problem:
                log.error("worker_round_failed", error=problem)
            next_round_at = monotonic() + PAUSE_S
        look_at = monotonic() + LOOK_EVERY_S
        try:
            worker.remind()
        except Exception as problem:
            log.error("reminders_failed", error=problem)
        # Where much was due there is more, and the next look comes at once.
        ended.wait(max(0.0, look_at - monotonic()))


def run_until_signal(app: Flask) -> None:
    """Run the loop in this process until SIGTERM or SIGINT; what is under way is finished.

    Never fork from here on: messages are sent by a thread.
    """
    give_way()
    ended = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda _number, _frame: ended.set())
    log.info("worker_started")
    settings: Settings = app.config["GOOD_DAYS"]
    watch = watch_of(settings, is_ended=ended.is_set)
    try:
        run(Worker(app, watch, mailer_of(settings)), ended)
    finally:
        watch.close()
    log.info("worker_ended")


def give_way() -> None:
    """Let pages go first where there is more work than cores."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


def watch_of(settings: Settings, *, is_ended: Callable[[], bool]) -> Watch:
    """Return what sends reminders with these settings; nothing is opened yet."""
    guard = ClockGuard()
    return Watch(
        open_sender=lambda: SendingThread(sender_settings_of(settings)),
        writer=Composer(origin=settings.origin, icon=ICON),
        time=lambda: guard.time(datetime.now(UTC), steady_s()),
        is_ended=is_ended,
    )


def steady_s() -> float:
    """Return seconds by a clock that nobody sets, and that goes on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return monotonic()
