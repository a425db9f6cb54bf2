"""A jump of the wall clock is believed only when it lasts."""

from datetime import UTC, datetime, timedelta

from fstpwa.domain.clock_guard import BELIEVED_AFTER_S, ClockGuard

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY_S = 86_400.0


def wall(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def started() -> ClockGuard:
    guard = ClockGuard()
    guard.time(START, 1000.0)
    return guard


def test_a_clock_that_goes_as_it_should_is_believed_also_after_a_long_pause():
    guard = started()
    assert guard.time(wall(15), 1015.0) == wall(15)
    assert guard.time(wall(DAY_S), 1000.0 + DAY_S) == wall(DAY_S)


def test_it_may_drift():
    guard = started()
    for round_number in range(1, 100):
        drifted = round_number * 17.0
        assert guard.time(wall(drifted), 1000.0 + round_number * 15.0) == wall(drifted)


def test_a_jump_forward_is_not_believed_before_two_minutes():
    guard = started()
    for seconds in range(15, 15 + int(BELIEVED_AFTER_S), 15):
        assert guard.time(wall(DAY_S + seconds), 1000.0 + seconds) == wall(seconds)
    seconds = 15 + BELIEVED_AFTER_S
    assert guard.time(wall(DAY_S + seconds), 1000.0 + seconds) == wall(DAY_S + seconds)
    assert guard.time(wall(DAY_S + seconds + 1), 1001.0 + seconds) == wall(DAY_S + seconds + 1)


def test_a_jump_that_is_taken_back_never_happened():
    guard = started()
    assert guard.time(wall(DAY_S + 15), 1015.0) == wall(15)
    assert guard.time(wall(30), 1030.0) == wall(30)
    # Its two minutes begin anew.
    assert guard.time(wall(DAY_S + 140), 1140.0) == wall(140)


def test_a_clock_that_jumps_again_and_again_is_not_believed():
    guard = started()
    for seconds in range(15, 600, 15):
        assert guard.time(wall(DAY_S * seconds), 1000.0 + seconds) == wall(seconds)


def test_a_jump_back_is_believed_at_once():
    assert started().time(wall(-3600), 1015.0) == wall(-3600)
