"""Somebody with a row in every table of therapists and clients, as either of the two."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from fstpwa.extensions import db
from fstpwa.models.care import (
    AccessEntry,
    Assignment,
    CareLink,
    CareMessage,
    CareNotice,
    CareNoticeItem,
    ClinicVisit,
    Invitation,
    PrivateNote,
    ReplyTemplate,
    Routine,
    RoutineEditor,
    RoutineVersion,
)
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, ProgrammeVersion
from fstpwa.models.reminders import Delivery, PushSubscription
from fstpwa.services import care_links, vault
from tests.caring import EVERYTHING

TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
FOR_THEMSELVES = "Doubts the exercises; ask about the job."
"""A therapist's private note: in no export but the therapist's."""
IN_THE_PROGRAMME = "Ana, mind the left knee."
"""What a therapist wrote to one client into what is followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What there is between two people."""

    link: CareLink
    routine: Routine
    assignment: Assignment


def care_between(client: User, therapist: User, words: str, note: str) -> Care:
    """Store everything that can be between a client and a therapist; flushed.

    Args:
        client: somebody who follows a programme already.
        therapist: somebody who lets others see them.
        words: what both wrote.
        note: what the therapist noted for themselves.
    """
    link = care_links.begin(client, therapist, EVERYTHING, now=NOW)
    routine = _routine_of(therapist)
    digest = uuid4().hex * 2
    db.session.add(
        ProgrammeVersion(
            digest=digest,
            slug=f"routine-{routine.public_id.hex}",
            data={"note": IN_THE_PROGRAMME},
            first_used_at=NOW,
        )
    )
    db.session.flush()
    assignment = _assignment(link, routine, digest, vault.seal(client, words))
    followed = db.session.scalars(db.select(Enrolment).filter_by(user_id=client.id).limit(1)).one()
    assignment.enrolment_id = followed.id
    theirs = {"user_id": client.id, "link_id": link.id}
    of_therapist = {"public_id": uuid4(), "user_id": therapist.id, "created_at": NOW}
    message = CareMessage(
        id=uuid4(), **theirs, author="client", text=vault.seal(client, words), sent_at=NOW
    )
    visit = ClinicVisit(public_id=uuid4(), **theirs, day=TODAY, recorded_at=NOW)
    visit.done = visit.response = vault.seal(client, words)
    look = {"day": TODAY, "what": "overview", "first_at": NOW, "last_at": NOW}
    sealed = vault.seal(therapist, note)
    db.session.add_all(
        [
            message,
            visit,
            AccessEntry(link_id=link.id, **look),
            PrivateNote(**of_therapist, link_id=link.id, text=sealed, changed_at=NOW),
            ReplyTemplate(**of_therapist, text=sealed),
            _invitation_of(therapist, "therapist", sealed),
            _invitation_of(client, "client", ""),
        ]
    )
    db.session.flush()
    for reader in (client, therapist):
        _notify(reader, link, message)
    return Care(link=link, routine=routine, assignment=assignment)


def share_routine(routine: Routine, colleague: User) -> None:
    """Let a colleague use and change a routine; flushed."""
    db.session.add(RoutineEditor(routine_id=routine.id, user_id=colleague.id, since=NOW))
    db.session.flush()


def _routine_of(therapist: User) -> Routine:
    routine = Routine(
        public_id=uuid4(), user_id=therapist.id, name="Desk", created_at=NOW, changed_at=NOW
    )
    version = RoutineVersion(
        version=1,
        name="Desk",
        purpose="For the afternoon.",
        lines=[{"slug": "neck-turns"}],
        flare_from="neck-and-desk",
        saved_by=therapist.id,
        saved_at=NOW,
    )
    routine.versions.append(version)
    db.session.add(routine)
    db.session.flush()
    return routine


def _assignment(link: CareLink, routine: Routine, digest: str, message: str) -> Assignment:
    assignment = Assignment(
        public_id=uuid4(),
        user_id=link.user_id,
        link_id=link.id,
        routine_version_id=routine.versions[0].id,
        programme_version=digest,
        name="Desk",
        given_by="Ines",
        message=message,
        weekdays=127,
        at_min=480,
        starts_on=TODAY,
        state="running",
        created_at=NOW,
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def _invitation_of(maker: User, side: str, label: str) -> Invitation:
    scopes = asdict(EVERYTHING) if side == "client" else {}
    return Invitation(
        public_id=uuid4(),
        user_id=maker.id,
        made_by=side,
        token_hash=uuid4().bytes * 2,
        code_hash=uuid4().bytes * 2,
        label=label,
        created_at=NOW,
        expires_at=NOW,
        **scopes,
    )


def _notify(reader: User, link: CareLink, message: CareMessage) -> None:
    notice = CareNotice(id=uuid4(), user_id=reader.id, state="sent", created_at=NOW, settled_at=NOW)
    db.session.add(notice)
    db.session.flush()
    item = CareNoticeItem(notice_id=notice.id, link_id=link.id, kind="message", created_at=NOW)
    item.message_id = message.id
    db.session.add(item)
    shows_on = db.select(PushSubscription.id).filter_by(user_id=reader.id).limit(1)
    subscription_id = db.session.scalar(shows_on)
    if subscription_id is not None:
        delivery = {"subscription_id": subscription_id, "state": "sent", "sent_at": NOW}
        db.session.add(Delivery(notice_id=notice.id, **delivery))
    db.session.flush()
