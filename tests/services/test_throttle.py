"""Limits: counted at once, never for ever, and two at the same moment are two."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from fstpwa.domain.errors import TooMany
from fstpwa.extensions import db
from fstpwa.models.accounts import Attempt
from fstpwa.services import throttle
from fstpwa.services.throttle import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, Counted, Limit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLAIN = Limit(kind="test_account", most=3, within=timedelta(minutes=10))


@pytest.fixture(autouse=True)
def _inside(app, rolled_back):
    with app.app_context():
        yield


def tries(limit: Limit, who: str, *instants: datetime) -> list[int]:
    """Try at each instant. Returns the seconds to wait, 0 where it was let through."""
    waits = []
    for now in instants:
        try:
            throttle.count(Counted(limit, who), now=now)
        except TooMany as error:
            waits.append(error.wait_s)
        else:
            waits.append(0)
    return waits


def test_so_many_go_and_the_next_waits_until_the_oldest_is_old_enough():
    at = [NOW + minute * timedelta(minutes=1) for minute in range(3)]
    assert tries(PLAIN, "ana", *at, at[-1]) == [0, 0, 0, 8 * 60]
    assert tries(PLAIN, "ana", NOW + timedelta(minutes=10) - SECOND) == [1]
    assert tries(PLAIN, "ana", NOW + timedelta(minutes=10)) == [0]


def test_a_refused_try_is_not_counted_so_that_nobody_is_kept_out_for_ever():
    tries(PLAIN, "ana", NOW, NOW, NOW)
    hammered = [NOW + second * SECOND for second in range(1, 600)]
    assert 0 not in tries(PLAIN, "ana", *hammered)
    assert tries(PLAIN, "ana", NOW + timedelta(minutes=10)) == [0]


def test_somebody_else_and_something_else_are_counted_apart():
    tries(PLAIN, "ana", NOW, NOW, NOW)
    assert tries(PLAIN, "bo", NOW) == [0]
    assert tries(Limit(kind="other_account", most=3, within=PLAIN.within), "ana", NOW) == [0]


def test_an_account_has_five_tries_in_a_quarter_of_an_hour_with_growing_delay():
    assert tries(SIGN_IN_ACCOUNT, "ana", NOW, NOW, NOW, NOW) == [0, 0, 0, 5]
    later = NOW + 5 * SECOND
    assert tries(SIGN_IN_ACCOUNT, "ana", later, later) == [0, 20]
    later += 20 * SECOND
    assert tries(SIGN_IN_ACCOUNT, "ana", later) == [0]
    assert tries(SIGN_IN_ACCOUNT, "ana", later + SECOND) == [15 * 60 - 26]


def test_an_address_block_has_twenty_tries_an_hour():
    block = throttle.address_block("192.0.2.1")
    assert tries(SIGN_IN_ADDRESS, block, *[NOW] * 21) == [0] * 20 + [3600]


def test_nobody_is_counted_where_there_is_nobody_to_count():
    assert tries(PLAIN, "", *[NOW] * 50) == [0] * 50
    assert db.session.query(Attempt).count() == 0


def test_one_refusal_counts_for_no_limit():
    for _ in range(3):
        throttle.count(Counted(PLAIN, "ana"), now=NOW)
    with pytest.raises(TooMany, match="10 minutes"):
        throttle.count(Counted(SIGN_IN_ADDRESS, "block"), Counted(PLAIN, "ana"), now=NOW)
    assert db.session.query(Attempt).filter_by(kind=SIGN_IN_ADDRESS.kind).count() == 0


def test_what_was_counted_stays_when_the_rest_is_undone():
    throttle.count(Counted(PLAIN, "ana"), now=NOW)
    db.session.rollback()
    assert db.session.query(Attempt).count() == 1


def test_success_clears_the_account_but_gives_an_address_block_only_this_one_back():
    block = "192.0.2.0/24"
    for _ in range(3):
        throttle.count(Counted(PLAIN, "ana"), Counted(SIGN_IN_ADDRESS, block), now=NOW)
    throttle.forgive(Counted(PLAIN, "ana"), Counted(SIGN_IN_ADDRESS, block))
    assert db.session.query(Attempt).filter_by(kind=PLAIN.kind).count() == 0
    assert db.session.query(Attempt).filter_by(kind=SIGN_IN_ADDRESS.kind).count() == 2


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2fe:aaaa::1", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("1.2.3.4, 5.6.7.8", "unknown"),
    ],
)
def test_neighbours_share_a_block(address, block):
    assert throttle.address_block(address) == block


def test_the_network_around_an_ipv6_block_is_counted_too_with_a_wider_limit():
    limit = Limit(kind="test_address", most=2, within=timedelta(hours=1))
    blocks = [throttle.address_block(f"2001:db8:1:{number:02x}00::1") for number in range(9)]
    assert [tries(limit, block, NOW, NOW, NOW) for block in blocks[:8]] == [[0, 0, 3600]] * 8
    assert tries(limit, blocks[8], NOW) == [3600]
    assert tries(limit, throttle.address_block("2001:db8:2::1"), NOW) == [0]
    throttle.forgive(Counted(limit, blocks[0]))
    assert tries(limit, blocks[8], NOW, NOW) == [0, 3600]


def test_neither_addresses_nor_blocks_stand_in_the_table():
    throttle.count(Counted(PLAIN, "ana@example.org"), now=NOW)
    row = db.session.query(Attempt).one()
    assert len(row.who_hash) == 32
    assert b"ana" not in row.who_hash


def test_old_ones_are_swept_and_young_ones_are_not():
    throttle.count(Counted(PLAIN, "ana"), now=NOW)
    assert throttle.sweep(now=NOW + throttle.KEPT_FOR) == 0
    assert throttle.sweep(now=NOW + throttle.KEPT_FOR + SECOND) == 1
    kinds = [each for each in vars(throttle).values() if isinstance(each, Limit)]
    assert all(each.within <= throttle.KEPT_FOR and len(each.kind) <= 24 for each in kinds)


def test_of_many_at_once_only_so_many_get_through(app, kept_rows):
    start = Barrier(8)
    let_through: list[int] = []

    def knock() -> None:
        with app.app_context():
            start.wait()
            try:
                throttle.count(Counted(PLAIN, "ana"), now=NOW)
            except TooMany:
                return
            let_through.append(1)

    threads = [Thread(target=knock) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(let_through) == PLAIN.most
