"""People of browser tests, made without clicking, and what the database knows of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import selectinload

from fstpwa.domain.days import local_day
from fstpwa.domain.planning import Schedule
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import AppliedOperation, MovementLog, PlannedSession, SessionLog
from fstpwa.services import check_ins, devices, enrolments, people, planning
from fstpwa.services.enrolments import EnrolmentEntry
from fstpwa.services.safety import AnswerEntry, record_answers
from tests.screened import screen

EVERY_DAY = Schedule(weekdays=frozenset(range(7)), at_min=8 * 60)
COOKIE = "good-days"


def demo_person(app: Flask, name: str) -> "Somebody":
    """Return a demo person with some months of days, signed in on one more device."""
    with app.app_context():
        [public_id] = [each.public_id for each in people.demo_people() if each.name == name]
    return Somebody(app, demo=public_id)


class Somebody:
    """A person, seen from the side of the database: a new one, or one of the demo people.

    A new one has answered the questions about health, and nothing was found.
    """

    def __init__(self, app: Flask, time_zone: str = "UTC", *, demo: UUID | None = None) -> None:
        self.app = app
        with app.app_context():
            now = datetime.now(UTC)
            user = (
                people.demo_person(demo)
                if demo
                else people.start_without_account(time_zone, now=now)
            )
            if not demo:
                user.is_adult = True
                screen(user, now)
            self.token = devices.open_device(user, "Test", now=now)
            db.session.commit()
            self.id = user.id
            self.public_id = user.public_id
            self.time_zone = user.time_zone

    @property
    def today(self) -> date:
        """Their own calendar day."""
        return local_day(datetime.now(UTC), self.time_zone)

    def is_signed_out_everywhere(self) -> None:
        """End every device, as its time runs out; `signs_in` then is a new sign-in."""
        with self.app.app_context():
            now = datetime.now(UTC)
            db.session.execute(db.delete(DeviceSession).where(DeviceSession.user_id == self.id))
            self.token = devices.open_device(self._row(), "Test", now=now)
            db.session.commit()

    def signs_in(self, context: BrowserContext, origin: str) -> None:
        """Put the person's cookie into a browser profile."""
        context.add_cookies([{"name": COOKIE, "value": self.token, "url": origin}])

    def tells(self, question: str, *, regions: Iterable[str] = ()) -> None:
        """Store a yes to a question about health, for both sides."""
        with self.app.app_context():
            entry = AnswerEntry(question=question, yes=True, regions=frozenset(regions))
            record_answers(self._row(), [entry], Source.SCREENING, now=datetime.now(UTC))
            db.session.commit()

    def follows(self, programme: str, *, side: Any = "left") -> UUID:
        """Start a programme on every day. Returns the longest session of today."""
        with self.app.app_context():
            entry = EnrolmentEntry(programme=programme, schedule=EVERY_DAY, side=side)
            enrolments.enrol(self._row(), entry, now=datetime.now(UTC))
            db.session.commit()
            day = local_day(datetime.now(UTC), self.time_zone)
            planned = db.session.scalars(
                db.select(PlannedSession).filter_by(user_id=self.id, day=day)
            ).all()
            return max(planned, key=lambda each: len(each.items)).id

    def rated_before_sessions(self, *pain: int) -> None:
        """Store one session on each of the days before today, the last rating yesterday's."""
        with self.app.app_context():
            today = local_day(datetime.now(UTC), self.time_zone)
            for days_ago, rating in enumerate(reversed(pain), start=1):
                day = today - timedelta(days=days_ago)
                at = datetime.combine(day, time(9), UTC)
                db.session.add(
                    SessionLog(
                        id=uuid4(),
                        user_id=self.id,
                        name="Main session",
                        programme="low-back",
                        variant="usual",
                        day=day,
                        started_at=at,
                        finished_at=at,
                        done_s=540,
                        planned_s=600,
                        pain_before=rating,
                        recorded_at=at,
                        changed_at=at,
                        movements=[
                            MovementLog(position=0, slug="cat-cow", state="done", done_s=540)
                        ],
                    )
                )
            db.session.commit()

    def lives_in(self, country: str) -> None:
        """Set the country, which decides the emergency number."""
        with self.app.app_context():
            self._row().country = country
            db.session.commit()

    def logs(self) -> list[SessionLog]:
        """Return the stored sessions with their movements, oldest first."""
        with self.app.app_context():
            rows = db.session.scalars(
                db.select(SessionLog)
                .filter_by(user_id=self.id)
                .options(selectinload(SessionLog.movements))
                .order_by(SessionLog.started_at)
            ).all()
            db.session.expunge_all()
            return list(rows)

    def check_in_today(self) -> Any:
        """Return today's check-in as it is stored, or None."""
        with self.app.app_context():
            return check_ins.check_in_on(self._row(), local_day(datetime.now(UTC), self.time_zone))

    def has_an_account(self) -> None:
        """Give them an e-mail address: they can sign in again after a sign-out."""
        with self.app.app_context():
            self._row().email = f"{self.public_id}@example.org"
            db.session.commit()

    def is_signed_in(self) -> bool:
        """Whether the server still knows the sign-in that `signs_in` puts into a browser."""
        with self.app.app_context():
            now = datetime.now(UTC)
            return devices.device_of_token(self.token, now=now) is not None

    def check_in_on(self, day: date) -> dict[str, Any] | None:
        """Return what is answered about a day, question -> value, or None."""
        with self.app.app_context():
            record = check_ins.check_in_on(self._row(), day)
            return record and dict(record.answers())

    def operations(self) -> int:
        """Count what was sent with an identity of its own and was carried out."""
        with self.app.app_context():
            rows = db.select(db.func.count()).select_from(AppliedOperation)
            return int(db.session.scalar(rows.where(AppliedOperation.user_id == self.id)) or 0)

    def state_of(self, session_id: UUID) -> str:
        """Return the state of a planned session."""
        with self.app.app_context():
            return str(planning.planned_session(self._row(), session_id).state)

    def planned_later(self) -> int:
        """Count the sessions planned after today."""
        with self.app.app_context():
            tomorrow = local_day(datetime.now(UTC), self.time_zone) + timedelta(days=1)
            rows = db.select(db.func.count()).select_from(PlannedSession)
            mine = rows.where(PlannedSession.user_id == self.id, PlannedSession.day >= tomorrow)
            return int(db.session.scalar(mine) or 0)

    def _row(self) -> User:
        return db.session.get_one(User, self.id)
