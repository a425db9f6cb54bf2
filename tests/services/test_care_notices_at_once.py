"""Whatever dies, and however many work at once: what is new is told, and told once."""

from collections import Counter
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from fstpwa.extensions import db
from fstpwa.models.care import CareLink, CareMessage, CareNotice, CareNoticeItem
from fstpwa.models.people import User
from fstpwa.models.reminders import Delivery
from fstpwa.services import care_checks, care_looks, deliveries, erasure, reminder_dispatch
from fstpwa.services.deliveries import LEASE, Settlement
from tests import news
from tests.news import new_pair, new_therapist, notice_states, shown, teller, words
from tests.reminding import EIGHT, MINUTE, SENT, TODAY, subscribe

TOLD_AT = EIGHT + 5 * MINUTE


def dies(*_arguments: object, **_named: object) -> None:
    raise SystemExit


class TestDying:
    @pytest.mark.parametrize(
        ("module", "step"),
        [
            pytest.param(care_looks, "make_news_ready", id="while it took it up"),
            pytest.param(deliveries, "lease", id="after it took it up"),
            pytest.param(care_checks, "check", id="after it took the message"),
            pytest.param(reminder_dispatch.Inline, "_send", id="before it sent"),
        ],
    )
    def test_before_it_sent_nothing_is_lost_and_nothing_comes_twice(
        self, monkeypatch, pair, service, module, step
    ):
        pair.writes()
        with monkeypatch.context() as dying:
            dying.setattr(module, step, dies)
            with pytest.raises(SystemExit):
                teller(service, TOLD_AT).run()
        db.session.rollback()
        teller(service, TOLD_AT + LEASE).run()
        teller(service, TOLD_AT + 2 * LEASE).run()
        assert words(service) == [("Ines wrote to you", "Tap to read it.")]

    def test_after_it_sent_it_is_sent_again_as_the_same(self, monkeypatch, pair, service):
        pair.writes()
        with monkeypatch.context() as dying:
            dying.setattr(deliveries, "settle", dies)
            with pytest.raises(SystemExit):
                teller(service, TOLD_AT).run()
        db.session.rollback()
        teller(service, TOLD_AT + LEASE).run()
        assert len({each["tag"] for each in shown(service)}) == 1
        assert [each.state for each in news.deliveries()] == ["sent"]


def at_once(app, works) -> None:
    """Do all of these at the same time, each in a context of its own."""
    start, failures = Barrier(len(works)), []

    def do(work) -> None:
        with app.app_context():
            start.wait()
            try:
                work()
            except BaseException as problem:
                failures.append(problem)

    threads = [Thread(target=do, args=[work]) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


def test_four_dispatchers_at_once_tell_each_thing_once(app, kept_rows, monkeypatch, service):
    people = 40
    monkeypatch.setattr(reminder_dispatch, "CHUNK", 7)
    monkeypatch.setattr(reminder_dispatch, "CLAIMED_AT_ONCE", 5)
    with app.app_context():
        ines = new_therapist()
        for number in range(people):
            pair = new_pair("Maya", ines)
            subscribe(pair.client, f"phone-{number:03}")
            pair.writes()
            pair.assigns()

    at_once(app, [lambda: teller(service, TOLD_AT).run()] * 4)

    with app.app_context():
        # Whoever found all rows in other hands may have stopped early: what is left is done here.
        teller(service, TOLD_AT).run()
        assert set(db.session.scalars(select(CareNotice.state))) == {"sent"}
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == people
        assert set(db.session.scalars(select(Delivery.attempts))) == {1}
    assert Counter(service.names()) == {f"phone-{number:03}": 1 for number in range(people)}


def test_what_is_said_at_the_same_moment_is_one_notice(app, kept_rows):
    with app.app_context():
        pair = new_pair()
        ids = pair.client.id, pair.link.id

    def tells() -> None:
        user, link = db.session.get_one(User, ids[0]), db.session.get_one(CareLink, ids[1])
        news.Pair(user, link.therapist, link).writes()

    at_once(app, [tells] * 6)

    with app.app_context():
        assert notice_states() == ["waiting"]
        assert db.session.scalar(select(func.count()).select_from(CareNoticeItem)) == 6


def test_what_is_said_while_others_are_told_is_told_too(app, kept_rows, service):
    """Nothing falls between a notice that is being sent and the next one."""
    rounds = 12
    with app.app_context():
        pair = new_pair()
        subscribe(pair.client)
        db.session.commit()
        ids = pair.client.id, pair.link.id

    def tells() -> None:
        for _ in range(rounds):
            user, link = db.session.get_one(User, ids[0]), db.session.get_one(CareLink, ids[1])
            news.Pair(user, link.therapist, link).writes()

    def sends() -> None:
        for _ in range(rounds):
            teller(service, TOLD_AT).run()

    at_once(app, [tells, tells, sends, sends])

    with app.app_context():
        teller(service, TOLD_AT).run()
        items = select(CareNoticeItem.id).join(CareNotice).where(CareNotice.state == "sent")
        assert len(db.session.scalars(items).all()) == 2 * rounds
        assert len(service.got) == len(notice_states())


@pytest.mark.parametrize("backwards", [False, True])
def test_people_are_deleted_while_they_are_told(app, kept_rows, backwards):
    with app.app_context():
        ines = new_therapist()
        ids = []
        for number in range(12):
            pair = new_pair("Maya", ines)
            for name in ("phone", "tablet"):
                subscribe(pair.client, f"{name}-{number:03}")
            pair.writes()
            ids.append(pair.client.id)
        db.session.commit()

    def tells() -> None:
        for at in (TOLD_AT, TOLD_AT + 3 * MINUTE):
            care_looks.look(now=at)
            db.session.commit()
            leases = deliveries.lease(now=at)
            # What is read while it is on its way is written down as void.
            db.session.execute(
                update(CareMessage).where(CareMessage.id.in_(some_messages())).values(read_at=at)
            )
            db.session.commit()
            ready = care_checks.check(leases, now=at)
            db.session.commit()
            deliveries.settle([Settlement(each.lease, SENT) for each in ready], now=at)
            db.session.commit()

    def deletes() -> None:
        for user_id in reversed(ids) if backwards else ids:
            erasure.erase(db.session.get_one(User, user_id), today=TODAY)
            db.session.commit()

    at_once(app, [tells, deletes])

    with app.app_context():
        assert notice_states() == []
        assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def some_messages() -> list[UUID]:
    return list(db.session.scalars(select(CareMessage.id).order_by(CareMessage.id).limit(4)))
