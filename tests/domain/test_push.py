"""What an answer of a push service means, and when to ask again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import (
    LARGEST_PAYLOAD,
    LONGEST_WAIT_ASKED_S,
    PushMessage,
    PushTarget,
    asked_wait_s,
    speaks_of_trouble,
    topic_of,
    verdict_of,
    wait_before_retry_s,
)

NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
TARGET = PushTarget(
    "https://web.push.apple.com/secret-address", "secret-p256dh", "secret-auth", "k"
)


@pytest.mark.parametrize(
    ("verdict", "statuses"),
    [
        ("sent", (200, 201, 202, 204)),
        ("gone", (404, 410)),
        ("retry", (406, 408, 425, 429, 500, 502, 503, 504, 507, 599)),
        ("refused", (300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 405, 411, 413, 415, 451)),
    ],
)
def test_each_status_has_its_verdict(verdict, statuses):
    assert {status: verdict_of(status) for status in statuses} == dict.fromkeys(statuses, verdict)


def test_only_overload_and_failures_speak_of_trouble_and_never_what_is_gone():
    troubled = [status for status in range(200, 600) if speaks_of_trouble(status)]
    assert troubled == [429, *range(500, 600)]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("0000000000000000005", 5),
        ("86400", LONGEST_WAIT_ASKED_S),
        ("9" * 5000, LONGEST_WAIT_ASKED_S),
        ("Wed, 01 Jul 2026 08:01:30 GMT", 90),
        ("Wednesday, 01-Jul-26 08:01:30 GMT", 90),
        ("Wed Jul  1 08:01:30 2026", 90),
        ("Wed, 01 Jul 2026 08:01:30 -0000", 90),
        ("Wed, 01 Jul 2026 10:01:30 +0200", 90),
        ("Wed, 01 Jul 2026 07:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT_ASKED_S),
        ("-5", None),
        ("1.5", None),
        ("1e3", None),
        ("٣", None),
        ("soon", None),
        ("Wed, 99 Jul 2026 08:01:30 GMT", None),
    ],
)
def test_a_retry_after_is_read_as_seconds_or_a_date_and_never_believed_without_limit(
    header, seconds
):
    assert asked_wait_s(header, now=NOW) == seconds


@given(some.text(max_size=60))
def test_no_retry_after_breaks_the_reader(header):
    found = asked_wait_s(header, now=NOW)
    assert found is None or 0 <= found <= LONGEST_WAIT_ASKED_S


@given(some.integers(1, 60), some.sampled_from(["Mon", ""]), some.integers(0, 99999))
def test_no_date_like_text_breaks_the_reader(day, name, year):
    found = asked_wait_s(f"{name}, {day} Jul {year} 25:61:61 +9999", now=NOW)
    assert found is None or 0 <= found <= LONGEST_WAIT_ASKED_S


def test_waits_double_up_to_a_quarter_of_an_hour_and_half_of_each_is_by_chance():
    longest = [wait_before_retry_s(n, retry_after_s=None, chance=1.0) for n in range(1, 10)]
    shortest = [wait_before_retry_s(n, retry_after_s=None, chance=0.0) for n in range(1, 10)]
    assert longest == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    assert shortest == [wait / 2 for wait in longest]


@given(some.integers(-5, 10**9), some.none() | some.integers(0, 7200), some.floats(0, 1))
def test_a_wait_is_never_shorter_than_asked_for_and_never_endless(attempts, asked, chance):
    wait = wait_before_retry_s(attempts, retry_after_s=asked, chance=chance)
    assert 0 < wait <= max(900, 1.1 * (asked or 0))
    assert wait >= (asked or 0)


def test_what_was_asked_to_wait_equally_long_does_not_come_back_at_once():
    waits = {wait_before_retry_s(1, retry_after_s=600, chance=c / 10) for c in range(11)}
    assert len(waits) == 11
    assert (min(waits), max(waits)) == (600, pytest.approx(660))


def test_a_topic_is_32_letters_the_same_for_one_occurrence_and_other_for_another():
    topics = [topic_of(number) for number in range(500)]
    assert {len(topic) for topic in topics} == {32}
    assert len(set(topics)) == 500
    assert topic_of(7) == topic_of("7") == topics[7]
    # SHA-256 of "abc" begins with ba7816bf 8f01cfea 414140de ... (FIPS 180-2, appendix B.1).
    assert topic_of("abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qc"
    PushMessage(TARGET, b"x", 1, topics[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"payload": b""},
        {"payload": b"x" * (LARGEST_PAYLOAD + 1)},
        {"ttl_s": 0},
        {"ttl_s": -1},
        {"ttl_s": 28 * 24 * 3600 + 1},
        {"topic": "a" * 33},
        {"topic": "with space"},
        {"topic": "a=b"},
        {"topic": "a\r\nX: y"},
    ],
)
def test_a_message_that_services_would_refuse_is_none(changed):
    values = {"target": TARGET, "payload": b"x", "ttl_s": 60, "topic": ""}
    PushMessage(**values)
    with pytest.raises(InvalidValue):
        PushMessage(**{**values, **changed})


def test_neither_address_nor_keys_nor_text_show_when_a_message_is_printed():
    shown = repr(PushMessage(TARGET, b"secret text", 60, "topic"))
    assert "secret" not in shown
    assert "key_id='k'" in shown


def test_the_largest_payload_fills_a_record_of_4096_bytes():
    header, tag, delimiter = 16 + 4 + 1 + 65, 16, 1
    assert 4096 - header - tag - delimiter == LARGEST_PAYLOAD


def test_two_hours_are_the_longest_wait_that_is_believed():
    assert timedelta(seconds=LONGEST_WAIT_ASKED_S) == timedelta(hours=2)
