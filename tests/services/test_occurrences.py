"""People answer a reminder: later, done, not today."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.services import occurrences as answers
from fstpwa.services.deliveries import Settlement, lease, settle
from fstpwa.services.reminder_ticks import tick
from tests.reminding import (
    EIGHT,
    MINUTE,
    SENT,
    TODAY,
    check_in,
    message_states,
    messages,
    occurrences,
    outcomes,
    remind,
    subscribe,
)


@pytest.fixture
def rang(user):
    """A reminder that was sent to a phone at eight; its identity."""
    subscribe(user)
    remind(user, once_more=True)
    tick(now=EIGHT)
    send(EIGHT)
    return occurrences()[0].id


def send(now):
    settle([Settlement(each, SENT) for each in lease(now=now)], now=now)


def snooze(user, occurrence_id, minutes=30, now=EIGHT):
    return answers.snooze(user, occurrence_id, minutes=minutes, now=now)


def close(occurrence_id, what):
    answers.close(answers.asked(occurrence_id).occurrence, what)


def test_put_off_it_rings_again_after_the_minutes(user, rang):
    snooze(user, rang)
    assert outcomes() == [(TODAY, "snoozed", "asked")]
    assert tick(now=EIGHT + 29 * MINUTE) == 0

    tick(now=EIGHT + 30 * MINUTE)

    assert outcomes() == [(TODAY, "due", "asked")]
    assert message_states() == ["todo"]
    (taken,) = lease(now=EIGHT + 30 * MINUTE)
    assert taken.attempt == 2


def test_it_rings_again_once_and_not_once_more_by_itself(user, rang):
    snooze(user, rang)
    tick(now=EIGHT + 30 * MINUTE)
    send(EIGHT + 30 * MINUTE)
    assert tick(now=EIGHT + 600 * MINUTE) == 0


def test_three_times_and_not_more(user, rang):
    now = EIGHT
    for _ in range(3):
        snooze(user, rang, now=now)
        now += 30 * MINUTE
        tick(now=now)
        send(now)
    with pytest.raises(Conflict, match="three times"):
        snooze(user, rang, now=now)
    assert [(each.snoozes, each.state) for each in occurrences()] == [(3, "due")]


def test_never_into_quiet_hours_nor_past_the_day(user, rang):
    user.quiet_start_min, user.quiet_end_min = 8 * 60 + 30, 9 * 60
    with pytest.raises(InvalidValue, match="quiet"):
        snooze(user, rang)
    with pytest.raises(InvalidValue, match="midnight"):
        snooze(user, rang, now=EIGHT + 15 * 60 * MINUTE + 45 * MINUTE)
    assert outcomes()[0][1] == "due"


def test_put_off_and_then_done_it_does_not_ring_again(user, rang):
    snooze(user, rang)
    check_in(user)
    tick(now=EIGHT + 30 * MINUTE)
    assert outcomes() == [(TODAY, "done", "done")]
    assert message_states() == ["sent"]


def test_put_off_past_a_standstill_it_is_missed(user, rang):
    snooze(user, rang)
    tick(now=EIGHT + timedelta(minutes=30 + 121))
    assert outcomes() == [(TODAY, "missed", "late")]


@pytest.mark.parametrize(
    ("what", "became"), [("done", ("done", "done")), ("not_today", ("skipped", "not_today"))]
)
def test_an_answer_closes_it(user, rang, what, became):
    close(rang, what)
    assert outcomes() == [(TODAY, *became)]
    assert tick(now=EIGHT + 600 * MINUTE) == 0


def test_what_was_not_sent_yet_is_not_sent_after_an_answer(user, rang):
    subscribe(user, "tablet")
    snooze(user, rang)
    tick(now=EIGHT + 30 * MINUTE)
    taken = lease(now=EIGHT + 30 * MINUTE, at_most=1)

    close(rang, "not_today")

    assert message_states() == ["expired", "expired"]
    assert lease(now=EIGHT + 60 * MINUTE) == []
    assert settle([Settlement(taken[0], SENT)], now=EIGHT + 31 * MINUTE) == 0
    assert [each.sent_at for each in messages()] == [None, None]


def test_what_is_over_cannot_be_put_off(user, rang):
    close(rang, "done")
    with pytest.raises(Conflict, match="over"):
        snooze(user, rang)


def test_nobody_puts_off_what_is_somebody_elses(user, rang, him):
    for occurrence_id in (rang, uuid4()):
        with pytest.raises(NotFound):
            snooze(him.user(), occurrence_id)
    assert outcomes() == [(TODAY, "due", "on_time")]


def test_opened_again_it_waits_until_its_day_is_over_and_does_not_ring(user, rang):
    close(rang, "not_today")
    answers.reopen(answers.asked(rang), now=EIGHT + MINUTE)
    assert outcomes() == [(TODAY, "due", "on_time")]
    assert tick(now=EIGHT + 15 * 60 * MINUTE) == 0
    tick(now=EIGHT + 16 * 60 * MINUTE)
    assert outcomes()[0] == (TODAY, "expired", "unanswered")
    assert message_states()[0] == "sent"


def test_opened_again_after_its_day_it_is_over_at_the_next_look(user, rang):
    late = EIGHT + 30 * 60 * MINUTE
    tick(now=late)
    occurrence = occurrences()[0]
    answers.close(occurrence, "done")
    answers.reopen(answers.asked(rang), now=late)
    tick(now=late)
    assert outcomes()[0] == (TODAY, "expired", "unanswered")


def test_put_off_and_opened_again_it_may_be_put_off_as_often_as_before(user, rang):
    snooze(user, rang)
    answers.reopen(answers.asked(rang), now=EIGHT + MINUTE)
    (occurrence,) = occurrences()
    assert (occurrence.snoozes, occurrence.ring_at) == (0, EIGHT + MINUTE)
    assert tick(now=EIGHT + 30 * MINUTE) == 0


def test_late_answers_close_what_is_over_already(user, rang):
    tick(now=EIGHT + 16 * 60 * MINUTE)
    occurrence = occurrences()[0]
    assert occurrence.state == "expired"
    answers.close(occurrence, "done")
    assert outcomes() == [(TODAY, "done", "done")]


def test_what_is_deleted_is_not_found(user, rang):
    with pytest.raises(NotFound):
        answers.asked(uuid4())
