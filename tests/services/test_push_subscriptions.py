"""A browser's address belongs to one person, is stored sealed, and ends with the sign-in there."""

import json

import pytest
from sqlalchemy import select

from fstpwa.domain.errors import Conflict, NotFound, Unreadable
from fstpwa.domain.push import PushTarget
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import devices, push_subscriptions
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    DAY,
    EARLY,
    EIGHT,
    messages,
    new_user,
    outcomes,
    remind,
    subscribe,
    target_named,
)


def test_it_opens_again_as_it_was_kept_and_is_discreet(user):
    phone = subscribe(user)
    assert push_subscriptions.target_of(user, phone) == target_named("phone")
    assert (phone.service, phone.key_id, phone.name) == ("push.example", "k1", "phone")
    assert phone.discreet


def test_the_table_holds_neither_address_nor_keys(user):
    subscribe(user)
    row = db.session.execute(select(PushSubscription.__table__)).mappings().one()
    stored = json.dumps({name: str(value) for name, value in row.items()})
    assert "p256dh of" not in stored
    assert "auth of" not in stored
    assert "push.example/" not in stored


def test_a_seal_of_somebody_else_does_not_open(user, him):
    phone = subscribe(user)
    with pytest.raises(Unreadable):
        push_subscriptions.target_of(him.user(), phone)


@pytest.mark.parametrize("text", ["not sealed", ""])
def test_what_was_never_sealed_is_no_target(user, text):
    phone = subscribe(user)
    phone.target = text
    with pytest.raises(Unreadable):
        push_subscriptions.target_of(user, phone)


def test_the_same_address_again_renews_its_keys_and_begins_anew(user):
    phone = subscribe(user)
    phone.failing = phone.unreceived = 3
    phone.discreet = False
    (device,) = db.session.scalars(
        select(DeviceSession).where(DeviceSession.id == phone.device_session_id)
    )
    renewed = PushTarget(target_named("phone").endpoint, "new", "newer", "k2")

    again = push_subscriptions.keep(device, renewed, now=EARLY + DAY)

    assert again.id == phone.id
    assert push_subscriptions.target_of(user, again) == renewed
    assert (again.key_id, again.failing, again.unreceived) == ("k2", 0, 0)
    assert (again.name, again.discreet) == ("phone", False)


def test_signing_in_again_on_a_phone_takes_its_subscription_along(user):
    phone = subscribe(user)
    old = db.session.get_one(DeviceSession, phone.device_session_id)
    again = subscribe(user)
    assert again.id == phone.id
    devices.end(old)
    assert push_subscriptions.subscriptions_of(user) == [again]


def test_on_a_shared_phone_it_moves_with_the_browsers_own_keys_and_what_waited_is_not_sent_there(
    user, him
):
    subscribe(user)
    remind(user)
    tick(now=EIGHT)

    moved = subscribe(him.user())

    assert push_subscriptions.subscriptions_of(user) == []
    assert push_subscriptions.subscriptions_of(him.user()) == [moved]
    assert messages() == []


def test_without_the_browsers_own_keys_it_does_not_move(user, him):
    subscribe(user)
    his = db.session.scalars(select(DeviceSession).filter_by(user_id=him.id)).one()
    stolen = PushTarget(target_named("phone").endpoint, "other", "other", "k1")
    with pytest.raises(Conflict):
        push_subscriptions.keep(his, stolen, now=EARLY)
    assert len(push_subscriptions.subscriptions_of(user)) == 1


def test_ten_browsers_and_not_more_but_each_can_be_renewed(user):
    for number in range(push_subscriptions.MOST):
        subscribe(user, f"phone-{number}")
    with pytest.raises(Conflict, match="ten"):
        subscribe(user, "one more")
    assert subscribe(user, "phone-3")
    assert subscribe(new_user(), "of somebody else")


def test_signing_out_ends_it_with_its_messages_and_the_reminder_stays(user):
    phone = subscribe(user)
    remind(user)
    tick(now=EIGHT)
    devices.end(db.session.get_one(DeviceSession, phone.device_session_id))
    assert push_subscriptions.subscriptions_of(user) == []
    assert messages() == []
    assert outcomes()[0][1] == "due"


def test_somebody_elses_is_not_found_and_ones_own_can_be_forgotten(user, him):
    phone = subscribe(user)
    with pytest.raises(NotFound):
        push_subscriptions.subscription_of(him.user(), phone.public_id)
    push_subscriptions.forget(push_subscriptions.subscription_of(user, phone.public_id))
    assert push_subscriptions.subscriptions_of(user) == []


def signed_in(phone: PushSubscription) -> DeviceSession:
    """Return where a subscription was made."""
    return db.session.get_one(DeviceSession, phone.device_session_id)


def test_a_browser_has_one_address_a_new_one_takes_the_place_of_the_old(user):
    phone = subscribe(user)
    phone.discreet = False
    again = push_subscriptions.keep(signed_in(phone), target_named("newer"), now=EARLY + DAY)
    assert (again.id, again.name, again.discreet) == (phone.id, "phone", False)
    assert push_subscriptions.target_of(user, again) == target_named("newer")
    assert push_subscriptions.of_address(user, target_named("phone").endpoint) is None


def test_two_addresses_of_one_browser_become_one(user):
    first, second = subscribe(user, "first"), subscribe(user, "second")
    here = signed_in(first)
    # It signed in again, and its push service gave it another address meanwhile.
    push_subscriptions.keep(
        here,
        target_named("second"),
        replaces=target_named("first").endpoint,
        now=EARLY + DAY,
    )
    assert push_subscriptions.subscriptions_of(user) == [second]
    assert second.device_session_id == here.id


def test_the_address_before_is_given_up_for_the_new_one_also_after_signing_in_again(user):
    before = subscribe(user, "before")
    devices.open_device(user, "again", now=EARLY)
    newest = select(DeviceSession).order_by(DeviceSession.id.desc()).limit(1)
    here = db.session.scalars(newest).one()
    kept = push_subscriptions.keep(
        here, target_named("after"), replaces=target_named("before").endpoint, now=EARLY
    )
    assert (kept.id, kept.name) == (before.id, "before")
    assert kept.device_session_id == here.id


def test_nobody_gives_up_somebody_elses_address(user, him):
    hers = subscribe(user, "hers")
    his = subscribe(him.user(), "his")
    push_subscriptions.keep(
        signed_in(his), target_named("new"), replaces=target_named("hers").endpoint, now=EARLY
    )
    assert push_subscriptions.subscriptions_of(user) == [hers]


def test_it_knows_what_is_just_as_it_was_kept(user, him):
    phone = subscribe(user)
    here = signed_in(phone)
    assert push_subscriptions.is_kept(here, target_named("phone"))
    assert not push_subscriptions.is_kept(here, target_named("other"))
    other_keys = PushTarget(target_named("phone").endpoint, "new", "newer", "k1")
    assert not push_subscriptions.is_kept(here, other_keys)
    elsewhere = signed_in(subscribe(user, "elsewhere"))
    assert not push_subscriptions.is_kept(elsewhere, target_named("phone"))
    his = signed_in(subscribe(him.user(), "his"))
    assert not push_subscriptions.is_kept(his, target_named("phone"))
    phone.target = "not sealed"
    assert not push_subscriptions.is_kept(here, target_named("phone"))


def test_what_was_removed_gets_nothing_and_what_waited_is_not_sent(user):
    phone = subscribe(user)
    remind(user)
    tick(now=EIGHT)
    assert len(messages()) == 1
    push_subscriptions.remove(phone, now=EIGHT)
    assert messages() == []
    assert push_subscriptions.subscriptions_of(user) == []
    assert "push.example" not in phone.target
    tick(now=EIGHT + DAY)
    assert messages() == []
    assert outcomes()[-1][1:] == ("skipped", "no_device")


def test_what_was_removed_takes_no_place_of_the_ten_and_needs_one_to_come_back(user):
    phones = [subscribe(user, f"phone-{number}") for number in range(push_subscriptions.MOST)]
    push_subscriptions.remove(phones[0], now=EARLY)
    subscribe(user, "one more")
    with pytest.raises(Conflict, match="ten"):
        push_subscriptions.keep(signed_in(phones[0]), target_named("phone-0"), now=EARLY)


def test_what_she_removed_can_be_his_with_keys_of_its_own(user, him):
    push_subscriptions.remove(subscribe(user), now=EARLY)
    his = subscribe(him.user())
    assert push_subscriptions.subscriptions_of(him.user()) == [his]


def test_deleting_a_person_deletes_theirs_and_nobody_elses(user, him):
    subscribe(user)
    kept = subscribe(him.user(), "his")
    db.session.delete(user)
    db.session.flush()
    assert list(db.session.scalars(select(PushSubscription))) == [kept]


def test_ending_all_other_devices_leaves_this_one(user):
    here, _there = subscribe(user, "here"), subscribe(user, "there")
    devices.end_others(user, signed_in(here))
    db.session.expire_all()
    assert push_subscriptions.subscriptions_of(user) == [here]


def test_a_sign_in_that_ran_out_gets_nothing(user):
    phone = subscribe(user)
    remind(user)
    signed_in(phone).idle_expires_at = EIGHT
    tick(now=EIGHT)
    assert messages() == []
    assert outcomes()[0][1:] == ("skipped", "no_device")


def test_browsers_that_nobody_is_signed_in_to_any_more_make_room(user):
    phones = [subscribe(user, f"phone-{number}") for number in range(push_subscriptions.MOST)]
    for phone in phones[:2]:
        signed_in(phone).idle_expires_at = EARLY
    new = subscribe(user, "new", now=EARLY)
    assert push_subscriptions.subscriptions_of(user) == [*phones[2:], new]


def test_a_demo_person_has_room_for_every_visitor(user):
    user.is_demo = True
    phones = [subscribe(user, f"phone-{number}") for number in range(push_subscriptions.MOST)]
    new = subscribe(user, "new")
    assert push_subscriptions.subscriptions_of(user) == [*phones[1:], new]
