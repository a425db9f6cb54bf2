"""A push service in trouble is left alone, and used again as soon as it is back."""

import pytest

from fstpwa.outbound.push.breaker import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    LOOKED_AT,
    OPENS_AT,
    Breaker,
)

FCM, APPLE = "fcm.googleapis.com", "web.push.apple.com"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


def trouble(breaker: Breaker, times: int = 1, **asked) -> None:
    for _ in range(times):
        breaker.wait_s(FCM)
        breaker.note_trouble(FCM, **asked)


def answers(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.wait_s(FCM)
        breaker.note_answer(FCM)


def test_a_service_that_answers_is_never_left_alone(breaker):
    for _ in range(1000):
        assert breaker.wait_s(FCM) == 0
        breaker.note_answer(FCM)


def test_ten_troubles_pause_a_service_and_only_that_one(breaker):
    trouble(breaker, OPENS_AT - 1)
    assert breaker.wait_s(FCM) == 0
    trouble(breaker)
    assert breaker.wait_s(FCM) == FIRST_PAUSE_S
    assert breaker.wait_s(APPLE) == 0


def test_troubles_between_answers_pause_it_where_they_are_half_of_the_last_twenty(breaker):
    for _ in range(LOOKED_AT):
        answers(breaker, 2)
        trouble(breaker)
    assert breaker.wait_s(FCM) == 0
    for _ in range(LOOKED_AT // 2):
        answers(breaker)
        trouble(breaker)
    assert breaker.wait_s(FCM) > 0


def test_a_request_that_came_to_nothing_counts_neither_way(breaker):
    for _ in range(100):
        breaker.wait_s(FCM)
        breaker.note_nothing(FCM)
    assert breaker.wait_s(FCM) == 0
    trouble(breaker, OPENS_AT)
    assert breaker.wait_s(FCM) > 0


def test_after_the_pause_one_request_tries_and_an_answer_ends_it(breaker, clock):
    trouble(breaker, OPENS_AT)
    clock.now += FIRST_PAUSE_S
    assert breaker.wait_s(FCM) == 0
    assert breaker.wait_s(FCM) > 0  # the others wait for the one that tries
    breaker.note_answer(FCM)
    assert breaker.wait_s(FCM) == 0
    # And it begins anew: it takes ten again.
    trouble(breaker, OPENS_AT - 1)
    assert breaker.wait_s(FCM) == 0


@pytest.mark.parametrize("ending", ["note_trouble", "note_nothing"])
def test_each_try_that_fails_doubles_the_pause_up_to_a_quarter_of_an_hour(breaker, clock, ending):
    trouble(breaker, OPENS_AT)
    pauses = []
    for _ in range(8):
        pauses.append(breaker.wait_s(FCM))
        clock.now += pauses[-1]
        assert breaker.wait_s(FCM) == 0
        getattr(breaker, ending)(FCM)
    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    assert LONGEST_PAUSE_S == 900


def test_what_was_under_way_when_the_pause_began_changes_nothing(breaker):
    for _ in range(100):
        assert breaker.wait_s(FCM) == 0
    for _ in range(100):
        breaker.note_trouble(FCM)
    assert breaker.wait_s(FCM) == FIRST_PAUSE_S
    breaker.note_answer(FCM)
    breaker.note_nothing(FCM)
    assert breaker.wait_s(FCM) == FIRST_PAUSE_S


def test_a_service_that_says_how_long_is_left_alone_that_long_within_limits(breaker, clock):
    trouble(breaker, OPENS_AT, retry_after_s=200)
    assert breaker.wait_s(FCM) == 200
    clock.now += 200
    trouble(breaker, retry_after_s=7200)
    assert breaker.wait_s(FCM) == LONGEST_PAUSE_S
