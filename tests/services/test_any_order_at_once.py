"""What two phones send at the same moment about one day, or one session, gives one state, too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

from sqlalchemy import select

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import Gone
from fstpwa.domain.session_changes import SessionChanges
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, ClearedDay, DeletedSession, SessionLog
from fstpwa.services import sessions
from fstpwa.services.check_ins import check_in_on, delete_check_in, merge_check_in
from tests.conftest import Person
from tests.whole_app import things_of

ROUNDS = 4
MINUTE = timedelta(minutes=1)


def at_once(person: Person, *acts: Callable[[Person], object]) -> None:
    """Let each act happen in a request of its own, all at the same moment."""
    begin = Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Callable[[Person], object]) -> None:
        with person.app.app_context():
            begin.wait()
            try:
                act(person)
                db.session.commit()
            except Gone:
                db.session.rollback()
            except Exception as error:  # told below, in the thread of the test
                failed.append(error)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []


def test_first_words_and_a_delete_of_one_day_at_once(kept_rows, her: Person) -> None:
    now = datetime.now(UTC)
    for back in range(ROUNDS):
        day = her.today() - timedelta(days=back + 1)

        def said(number: int) -> dict[str, object]:
            at = now - 9 * MINUTE + number * MINUTE
            return {"at": at, "operation_id": UUID(int=number), "now": now}

        def write(number: int, day=day, said=said, **answers: object):
            entry = CheckInEntry(day=day, answers=answers, bases={"note": ()})
            return lambda person: merge_check_in(person.user(), entry, **said(number))

        at_once(
            her,
            write(1, stiffness=4, note="before"),
            lambda person, day=day, said=said: delete_check_in(person.user(), day, **said(2)),
            write(3, note="one"),
            write(4, note="two", sleep=5),
        )
        with her.app.app_context():
            kept = check_in_on(her.user(), day)
            assert kept is not None
            assert kept.answers() == {"note": "one\n\ntwo", "sleep": 5}
            assert db.session.get(ClearedDay, (her.id, day)) is None
            clocks = db.session.scalar(select(CheckIn.clocks).filter_by(user_id=her.id, day=day))
            assert clocks.keys() == {"*", "note", "sleep"}


def test_a_delete_and_changes_of_one_session_at_once(kept_rows, her: Person) -> None:
    log_id = things_of(her).log
    now = datetime.now(UTC)

    def change(number: int):
        changes = SessionChanges(answers={"effort": number, "note": f"{number}"}, note_base=())
        said = {"at": now, "operation_id": UUID(int=number), "now": now}
        return lambda person: sessions.change_session(person.user(), log_id, changes, **said)

    at_once(her, *(change(number) for number in (1, 2, 3, 4)))
    with her.app.app_context():
        log = sessions.session_log(her.user(), log_id)
        assert log.effort == 4
        assert sessions.note_of(her.user(), log).endswith("1\n\n2\n\n3\n\n4")
    delete = lambda person: sessions.delete_session(person.user(), log_id, now=now)  # noqa: E731 - beside its like
    at_once(her, change(5), delete, delete, change(6))
    with her.app.app_context():
        assert db.session.get(SessionLog, log_id) is None
        assert db.session.get(DeletedSession, (her.id, log_id)) is not None
