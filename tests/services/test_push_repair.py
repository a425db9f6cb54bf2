"""What a browser that says how it is doing is told to do."""

import pytest
from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.services import push_subscriptions
from fstpwa.services.push_repair import BrowserState, reconcile
from tests.reminding import EARLY, subscribe, target_named


@pytest.fixture
def phone(her, context):
    """Her phone, and where she is signed in on it."""
    with context():
        made = subscribe(her.user())
        yield made, db.session.get_one(DeviceSession, made.device_session_id)
        db.session.rollback()


def told(device: DeviceSession, name: str | None, **more: object) -> str:
    """Return what a browser with the subscription of that name is told."""
    said = {"is_allowed": True, "is_wanted": True, "has_subscription": bool(name), **more}
    state = BrowserState(target=target_named(name) if name else None, **said)
    return reconcile(device, state, current_key_id="k1", now=EARLY)


def test_all_is_well(phone):
    _, device = phone
    assert told(device, "phone") == "kept"
    assert told(device, "phone", is_wanted=False) == "kept"


def test_lost_it_subscribes_again_and_the_old_one_stays_until_then(phone):
    made, device = phone
    assert told(device, None) == "subscribe"
    assert push_subscriptions.subscriptions_of(device.user) == [made]


def test_the_workers_word_for_what_was_there_before_is_enough(phone):
    made, device = phone
    push_subscriptions.forget(made)
    assert told(device, "new", is_wanted=False) == "nothing"
    again = subscribe(device.user)
    here = db.session.get_one(DeviceSession, again.device_session_id)
    before = target_named("phone").endpoint
    assert told(here, "new", is_wanted=False, old_endpoint=before) == "kept"
    [kept] = push_subscriptions.subscriptions_of(device.user)
    assert push_subscriptions.target_of(device.user, kept) == target_named("new")


def test_not_allowed_any_more_it_is_forgotten_but_what_was_removed_stays_removed(phone):
    made, device = phone
    push_subscriptions.remove(made, now=EARLY)
    assert told(device, "phone") == "nothing"
    assert told(device, None, is_allowed=False) == "nothing"
    assert told(device, None) == "nothing"
    assert told(device, "another") == "nothing"
    assert push_subscriptions.of_device(device) == made


def test_removed_in_one_browser_the_others_go_on(phone):
    made, device = phone
    push_subscriptions.remove(made, now=EARLY)
    other = subscribe(device.user, "other")
    there = db.session.get_one(DeviceSession, other.device_session_id)
    assert told(there, "other") == "kept"


def test_signed_in_anew_it_may_be_turned_on_by_its_mark(her, phone):
    made, device = phone
    push_subscriptions.remove(made, now=EARLY)
    db.session.delete(device)
    db.session.flush()
    db.session.expunge_all()
    user = her.user()
    again = subscribe(user, "elsewhere")
    there = db.session.scalars(select(DeviceSession).filter_by(id=again.device_session_id)).one()
    assert told(there, "phone") == "kept"


def test_what_a_browser_denies_for_a_moment_while_it_has_a_subscription_stays(phone):
    made, device = phone
    assert told(device, None, is_allowed=False, has_subscription=True) == "nothing"
    assert push_subscriptions.subscriptions_of(device.user) == [made]
    assert told(device, None, is_allowed=False) == "nothing"
    assert push_subscriptions.subscriptions_of(device.user) == []
