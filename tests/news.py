"""What tests of news share: two people with a link, and what one of them sends the other."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.care import (
    Assignment,
    CareLink,
    CareMessage,
    CareNotice,
    Routine,
    RoutineVersion,
    Side,
)
from fstpwa.models.people import Role, User
from fstpwa.models.practice import ProgrammeVersion
from fstpwa.models.reminders import Delivery
from fstpwa.services import care_links, care_notices
from fstpwa.services.notices import Composer
from fstpwa.services.reminder_dispatch import Inline
from tests.caring import EVERYTHING
from tests.reminding import EARLY, EIGHT, PushService, new_user

ORIGIN = "https://days.example.org"


def new_therapist(name: str = "Ines") -> User:
    """Store a therapist in UTC."""
    someone = new_user(name)
    someone.role = Role.THERAPIST
    db.session.flush()
    return someone


@dataclass
class Pair:
    """A client, a therapist and their link."""

    client: User
    therapist: User
    link: CareLink

    def writes(self, *, at: datetime = EIGHT) -> CareMessage:
        """Let the therapist write to the client."""
        message = self._message(Side.THERAPIST, at)
        care_notices.tell(self.client, self.link, "message", message=message, now=at)
        db.session.commit()
        return message

    def asks(self, *, at: datetime = EIGHT) -> CareMessage:
        """Let the client ask the therapist something."""
        message = self._message(Side.CLIENT, at)
        care_notices.tell(self.therapist, self.link, "question", message=message, now=at)
        db.session.commit()
        return message

    def assigns(
        self, name: str = "Shoulder morning", *, is_routine: bool = True, at: datetime = EIGHT
    ) -> Assignment:
        """Let the therapist give the client a routine, or a programme."""
        assignment = Assignment(
            public_id=uuid4(),
            user_id=self.client.id,
            link_id=self.link.id,
            routine_version_id=_routine_version(self.therapist) if is_routine else None,
            programme_version=_any_version(),
            name=name,
            given_by=self.therapist.name,
            weekdays=127,
            at_min=480,
            starts_on=date(2026, 3, 4),
            state="running",
            created_at=at,
        )
        db.session.add(assignment)
        db.session.flush()
        care_notices.tell(self.client, self.link, "assigned", assignment=assignment, now=at)
        db.session.commit()
        return assignment

    def _message(self, author: Side, at: datetime) -> CareMessage:
        message = CareMessage(
            id=uuid7(),
            user_id=self.client.id,
            link_id=self.link.id,
            author=author,
            text="sealed",
            sent_at=at,
        )
        db.session.add(message)
        db.session.flush()
        return message


def new_pair(client: str = "Maya", therapist: User | None = None) -> Pair:
    """Store two people with a link; nobody has a device."""
    one, other = new_user(client), therapist or new_therapist()
    link = care_links.begin(one, other, EVERYTHING, now=EARLY)
    db.session.commit()
    return Pair(one, other, link)


def teller(service: PushService, now: datetime | Callable[[], datetime]) -> Inline:
    """Return a dispatcher that writes what the worker writes; its clock stands still."""
    return Inline(
        sender=service,
        compose=Composer(origin=ORIGIN, icon="/icon.png"),
        clock=now if callable(now) else lambda: now,
        pause_s=0,
    )


def shown(service: PushService) -> list[dict[str, Any]]:
    """Return the notifications that a service took, in their order."""
    return [json.loads(message.payload)["notification"] for _, message in service.got]


def words(service: PushService) -> list[tuple[str, str]]:
    """Return title and body of the notifications that a service took."""
    return [(each["title"], each["body"]) for each in shown(service)]


def notices() -> list[CareNotice]:
    """Return all notices, oldest first, as the database has them."""
    db.session.expire_all()
    return list(db.session.scalars(select(CareNotice).order_by(CareNotice.id)))


def notice_states() -> list[str]:
    """Return the states of all notices."""
    return [each.state for each in notices()]


def deliveries() -> list[Delivery]:
    """Return all messages about news, oldest first, as the database has them."""
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Delivery).where(Delivery.notice_id.is_not(None)).order_by(Delivery.id)
        )
    )


def _routine_version(therapist: User) -> int:
    about = {"name": "Shoulder morning"}
    routine = Routine(
        public_id=uuid4(), user_id=therapist.id, created_at=EARLY, changed_at=EARLY, **about
    )
    version = RoutineVersion(version=1, lines=[], flare_from="x", saved_at=EARLY, **about)
    routine.versions.append(version)
    db.session.add(routine)
    db.session.flush()
    return version.id


def _any_version() -> str:
    found = db.session.scalar(select(ProgrammeVersion.digest).limit(1))
    if found is not None:
        return str(found)
    db.session.add(
        ProgrammeVersion(digest="0" * 64, slug="routine-1", data={}, first_used_at=EARLY)
    )
    db.session.flush()
    return "0" * 64
