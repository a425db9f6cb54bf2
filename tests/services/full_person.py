"""Somebody with a row of theirs in every table that can hold one."""

from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import delete

from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode, Passkey, RecoveryCode
from fstpwa.models.care import Assignment, CareNotice
from fstpwa.models.health import HealthAnswer, HealthReport, HealthUnlock, PendingCheck, Screening
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.models.practice import (
    AppliedOperation,
    CheckIn,
    CheckInRegion,
    ClearedDay,
    DeletedSession,
    PlanDecision,
    PlanEvent,
    Preference,
    RedDay,
    SetbackCard,
)
from fstpwa.models.reminders import Delivery, Occurrence, PushSubscription, Reminder
from fstpwa.services import programme_versions, vault
from tests.conftest import Person
from tests.services.full_care import FOR_THEMSELVES, care_between, share_routine
from tests.whole_app import Things, things_of

TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
WORDS = "Only for my own eyes."
NOT_HERS = "What a client of hers wrote."


def fill(person: Person) -> Person:
    """Give `person` something in every table; what they wrote is `WORDS`, sealed.

    Returns:
        Who is new: their therapist, and in what a therapist has, their client.
    """
    _take_therapist_of(things_of(person), person)
    other = Person(person.app, Role.THERAPIST)
    other.follows("low-back")
    with person.app.app_context():
        db.session.execute(delete(User).where(User.is_demo.is_(True)))
        user = person.user()
        user.email = f"{uuid4().hex}@example.org"
        user.password_hash = "a hash of a password"
        sealed = vault.seal(user, WORDS)
        user.totp_secret = vault.seal(user, "a secret", purpose="totp")
        db.session.add_all(
            [
                *_health_of(user, sealed),
                *_keys_of(user),
                *_days_of(user, sealed),
                *_plan_of(user, sealed),
            ]
        )
        _add_reminder_of(user)
        given = care_between(user, other.user(), WORDS, FOR_THEMSELVES)
        share_routine(given.routine, user)
        role, user.role = user.role, Role.THERAPIST
        care_between(other.user(), user, NOT_HERS, WORDS)
        user.role = role
        db.session.commit()
    return other


def _take_therapist_of(things: Things, person: Person) -> None:
    """Take their therapist again, and what was given: what is tested here is made here."""
    with person.app.app_context():
        given = programme_versions.digests_of(person.user())
        db.session.execute(delete(Assignment).where(Assignment.user_id == person.id))
        db.session.execute(delete(CareNotice).where(CareNotice.user_id == person.id))
        db.session.execute(delete(User).where(User.id == things.care.therapist.id))
        programme_versions.forget_unused(given)
        db.session.commit()


def _health_of(user: User, sealed: str) -> list[object]:
    ours = {"user_id": user.id}
    return [
        HealthAnswer(
            **ours, question="q", yes=True, source="correction", day=TODAY, answered_at=NOW
        ),
        HealthUnlock(
            **ours, key="k", way="seen", who=sealed, reason=sealed, day=TODAY, recorded_at=NOW
        ),
        PendingCheck(**ours, day=TODAY, items=["pc_flare"], ticked_at=NOW),
        HealthReport(id=uuid4(), **ours, day=TODAY, reported_at=NOW),
        Screening(**ours, reason="after_care", care_where=sealed, started_at=NOW),
    ]


def _keys_of(user: User) -> list[object]:
    code = {
        "code_hash": b"c" * 32,
        "asker_hash": b"a" * 32,
        "created_at": NOW,
        "expires_at": NOW,
        "purpose": "claim",
    }
    return [
        Passkey(
            public_id=uuid4(),
            user_id=user.id,
            credential_id=uuid4().bytes,
            public_key=b"key",
            created_at=NOW,
        ),
        RecoveryCode(user_id=user.id, code_hash=b"r" * 32),
        OneTimeCode(**code, user_id=user.id, email=user.email),
        OneTimeCode(**code, user_id=None, email=user.email),
    ]


def _days_of(user: User, sealed: str) -> list[object]:
    return [
        RedDay(user_id=user.id, day=TODAY, set_at=NOW),
        ClearedDay(user_id=user.id, day=TODAY, clocks={}, changed_at=NOW),
        DeletedSession(user_id=user.id, log_id=uuid4(), deleted_at=NOW),
        AppliedOperation(user_id=user.id, operation_id=uuid4(), applied_at=NOW),
        CheckIn(
            user_id=user.id,
            day=TODAY,
            stiffness=3,
            note=sealed,
            managed=sealed,
            clocks={},
            recorded_at=NOW,
            changed_at=NOW,
            regions=[CheckInRegion(region="neck", stiffness=5, pain=None)],
        ),
    ]


def _plan_of(user: User, sealed: str) -> list[object]:
    return [
        PlanEvent(user_id=user.id, day=TODAY, kind="kept_usual", at=NOW),
        PlanDecision(
            user_id=user.id, day=TODAY, rule="flare", sentence="s", facts={}, decided_at=NOW
        ),
        Preference(user_id=user.id, avoided=["neck-turns"], changed_at=NOW),
        SetbackCard(user_id=user.id, early_signs=sealed, changed_at=NOW),
    ]


def _add_reminder_of(user: User) -> None:
    changed = {"created_at": NOW, "changed_at": NOW}
    device = db.select(DeviceSession.id).filter_by(user_id=user.id).limit(1)
    reminder = Reminder(
        **changed, public_id=uuid4(), user_id=user.id, kind="practice", at_min=480, days_mask=127
    )
    subscription = PushSubscription(
        **changed,
        public_id=uuid4(),
        user_id=user.id,
        device_session_id=db.session.scalars(device).one(),
        endpoint_hash=uuid4().bytes * 2,
        target=vault.seal(user, "an address with keys", purpose="push"),
        service="push.example",
        key_id="first",
    )
    db.session.add_all([reminder, subscription])
    db.session.flush()
    occurrence = Occurrence(
        id=uuid4(),
        reminder_id=reminder.id,
        occ_key=TODAY,
        due_at=NOW,
        ring_at=NOW,
        state="done",
        reason="done",
    )
    db.session.add(occurrence)
    db.session.flush()
    db.session.add(
        Delivery(occurrence_id=occurrence.id, subscription_id=subscription.id, state="sent")
    )
