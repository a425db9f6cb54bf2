"""A due reminder becomes a message: discreet words, buttons that lead somewhere, a signed token."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import url_for
from flask_babel import get_domain

from fstpwa.domain.push import LARGEST_PAYLOAD, topic_of
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.services import enrolments, notices, push_subscriptions, reminder_tokens
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.notices import Composer
from fstpwa.services.reminder_checks import check
from fstpwa.services.reminder_ticks import tick
from fstpwa.services.reminder_tokens import ReminderToken
from tests.conftest import EVERY_DAY
from tests.reminding import (
    EARLY,
    EIGHT,
    MINUTE,
    SENT,
    check_in,
    new_user,
    plan_today,
    remind,
    subscribe,
)

ORIGIN = "https://days.example.org"
ICON = "/static/icons/icon-192.png"
HEALTH = ("stiff", "pain", "neck", "desk", "flare", "good day.", "min")


@pytest.fixture
def compose(context):
    return Composer(origin=ORIGIN, icon=ICON)


@pytest.fixture
def sessions(her, user):
    """What she is to do on the day of these tests, in order."""
    entry = enrolments.EnrolmentEntry(programme="neck-and-desk", schedule=EVERY_DAY, side="left")
    enrolments.enrol(user, entry, now=EARLY)
    return plan_today(user)


def ready(now=EIGHT):
    tick(now=now)
    return check(lease(now=now), now=now)


def shown(message) -> dict:
    return json.loads(message.payload)["notification"]


def words(message) -> str:
    told = shown(message)
    return f"{told['title']} {told['body']}".lower().replace("good days", "")


def test_a_check_in_reminder_asks_and_leads_to_its_page(user, phone, compose):
    remind(user)
    (one,) = ready()
    message = compose(one)
    told = shown(message)
    page = told["navigate"].removeprefix(ORIGIN)

    assert (message.ttl_s, message.urgency) == (120 * 60, "high")
    assert message.topic == topic_of(one.occurrence_id)
    assert message.target == one.target
    assert (told["tag"], told["lang"]) == (str(one.occurrence_id), "en-GB")
    assert told["data"] == {"kind": "check_in", "answer": page, "shown": f"{page}/shown"}
    assert {each["action"]: each["navigate"] for each in told["actions"]} == {
        "good_day": f"{ORIGIN}{page}?answer=good_day",
        "not_today": f"{ORIGIN}{page}?answer=not_today",
        "flare": f"{ORIGIN}{page}?answer=flare",
    }


def test_the_token_in_it_is_of_this_reminder_this_device_and_this_ring(user, phone, compose):
    remind(user)
    (one,) = ready()
    token = shown(compose(one))["data"]["answer"].rpartition("/")[2]
    meant = ReminderToken(occurrence_id=one.occurrence_id, subscription_id=phone.id, snoozes=0)
    assert reminder_tokens.read(token, now=EIGHT + timedelta(hours=47)) == meant


def test_the_addresses_in_it_are_those_of_the_app(app, user, phone, compose):
    remind(user)
    data = shown(compose(ready()[0]))["data"]
    token = data["answer"].rpartition("/")[2]
    with app.test_request_context():
        assert data["answer"] == url_for("reminders.answer_page", token=token)
        assert data["shown"] == url_for("reminders.shown", token=token)
        assert url_for("practice.today") == notices.TODAY_PATH
        assert url_for("reminders.index") == notices.REMINDERS_PATH
        session = "00000000-0000-0000-0000-000000000001"
        assert notices.session_path(session) == url_for("sessions.play", session_id=session)


def test_start_leads_to_the_session_that_waits(sessions, user, phone, compose):
    remind(user, kind="practice")
    (one,) = ready()
    first = sessions[0]
    assert (one.session_id, one.session_name) == (first.id, first.name)
    actions = {each["action"]: each["navigate"] for each in shown(compose(one))["actions"]}
    assert actions["start"] == f"{ORIGIN}/sessions/{first.id}"
    assert actions["later"].endswith("?answer=later")
    assert actions["skip"].endswith("?answer=skip")
    assert actions["flare"].endswith("?answer=flare")


def test_what_is_planned_goes_before_what_is_there_for_whoever_likes(
    sessions, user, phone, compose
):
    remind(user, kind="practice")
    first = sessions[0]
    for each in sessions:
        each.optional = True
    other = PlannedSession(
        id=phone.public_id,
        user_id=user.id,
        enrolment_id=first.enrolment_id,
        slot="another",
        day=first.day,
        at_min=first.at_min + 600,
        programme=first.programme,
        phase=first.phase,
        name="Evening",
        items=[],
        flare_items=[],
        state="planned",
        created_at=EARLY,
    )
    db.session.add(other)
    assert ready()[0].session_name == "Evening"


def test_without_a_session_start_leads_to_today(user, phone, compose):
    remind(user, kind="practice")
    actions = {each["action"]: each["navigate"] for each in shown(compose(ready()[0]))["actions"]}
    assert actions["start"] == f"{ORIGIN}/today"


@pytest.mark.parametrize("kind", ["practice", "check_in"])
def test_only_a_device_that_may_know_is_told_what_it_is_about(sessions, user, phone, compose, kind):
    open_tablet = subscribe(user, "tablet")
    open_tablet.discreet = False
    remind(user, kind=kind)
    by_device = {each.subscription_id: compose(each) for each in ready()}
    discreet, detailed = words(by_device[phone.id]), words(by_device[open_tablet.id])
    assert not [each for each in HEALTH if each in discreet]
    assert detailed != discreet
    name = sessions[0].name if kind == "practice" else "good day."
    assert name.lower() in detailed


def test_the_icon_counts_what_waits(user, phone, compose):
    remind(user, at_min=7 * 60)
    remind(user, kind="practice")
    (first,) = ready(EIGHT - 60 * MINUTE)
    settle([Settlement(first.lease, SENT)], now=EIGHT - 60 * MINUTE)
    (second,) = ready()
    assert (first.waiting, second.waiting) == (1, 2)
    message = json.loads(compose(second).payload)
    assert message["app_badge"] == message["notification"]["app_badge"] == 2


def test_what_was_done_since_it_rang_does_not_count(user, phone):
    remind(user, at_min=7 * 60)
    remind(user, kind="practice")
    (first,) = ready(EIGHT - 60 * MINUTE)
    settle([Settlement(first.lease, SENT)], now=EIGHT - 60 * MINUTE)
    check_in(user)
    assert [each.waiting for each in ready()] == [1]


def test_what_was_done_and_is_reminded_of_all_the_same_counts_itself(user, phone):
    check_in(user)
    remind(user, unless_done=False)
    assert [each.waiting for each in ready()] == [1]


def test_other_peoples_reminders_do_not_count_nor_their_sessions(sessions, user, phone, him):
    subscribe(him.user(), "his")
    remind(him.user(), kind="practice")
    remind(user, kind="practice")
    by_person = {each.user_public_id: each for each in ready()}
    assert by_person[him.public_id].session_id is None
    assert by_person[him.public_id].waiting == by_person[user.public_id].waiting == 1


def test_a_text_is_in_the_persons_language(app, user, phone, compose, tmp_path, monkeypatch):
    catalogue = Catalog(locale="de")
    catalogue.add("Time for your check-in", "Zeit für Ihren Eintrag")
    catalogue.add("Good day", "Guter Tag")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    written = BytesIO()
    write_mo(written, catalogue)
    (folder / "messages.mo").write_bytes(written.getvalue())
    domain = get_domain()
    monkeypatch.setattr(domain, "_translation_directories", [str(tmp_path)])
    monkeypatch.setattr(domain, "cache", {})
    user.language = "de"
    remind(user)

    told = shown(compose(ready()[0]))

    assert (told["body"], told["lang"]) == ("Zeit für Ihren Eintrag", "de")
    assert [each["title"] for each in told["actions"]] == ["Guter Tag", "Not today", "Lighter day"]


def test_the_longest_names_and_numbers_fit(sessions, user, phone, compose):
    phone.discreet = False
    for session in sessions:
        session.name = "👩🏽\u200d🦰" * 20
    remind(user, kind="practice")
    assert len(compose(ready()[0]).payload) <= LARGEST_PAYLOAD // 2


def test_a_test_message_opens_the_reminders_and_has_a_receipt(user, phone, compose):
    message = compose.test_message(phone, user, now=EIGHT)
    told = shown(message)
    assert message.target == push_subscriptions.target_of(user, phone)
    assert (message.ttl_s, message.urgency) == (300, "high")
    assert (told["navigate"], told["actions"]) == (f"{ORIGIN}/reminders", [])
    assert told["data"]["kind"] == "test"
    token = told["data"]["shown"].split("/")[-2]
    meant = ReminderToken(occurrence_id=None, subscription_id=phone.id)
    assert reminder_tokens.read(token, now=EIGHT) == meant


def test_a_later_test_takes_the_place_of_one_that_still_waits(user, phone, compose):
    first, second = (compose.test_message(phone, user, now=EIGHT + n * MINUTE) for n in (0, 1))
    other = compose.test_message(subscribe(user, "tablet"), user, now=EIGHT)
    assert first.topic == second.topic != other.topic


def test_the_queries_do_not_grow_with_the_messages_and_writing_them_needs_none(
    context, compose, queries
):
    with context():
        for number in range(3):
            someone = new_user()
            subscribe(someone, f"few {number}")
            remind(someone, kind="practice" if number % 2 else "check_in")
        tick(now=EIGHT)
        few = lease(now=EIGHT)
        db.session.expunge_all()
        with queries() as for_few:
            assert len(check(few, now=EIGHT)) == 3
        for number in range(30):
            someone = new_user()
            subscribe(someone, f"many {number}")
            remind(someone, kind="practice" if number % 2 else "check_in")
        tick(now=EIGHT)
        many = lease(now=EIGHT)
        db.session.expunge_all()
        with queries() as for_many:
            found = check(many, now=EIGHT)
        assert len(found) == 30
        assert len(for_many) == len(for_few)
        with queries() as for_words:
            assert all(len(compose(each).payload) > 100 for each in found)
        assert for_words == []
        db.session.rollback()
