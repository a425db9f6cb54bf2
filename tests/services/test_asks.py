"""What is asked again: whose time has run out, and what an answer does."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.domain.standing import Source
from fstpwa.services import asks
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from fstpwa.services.unlocks import Visit, record_seen
from tests.conftest import Person

SAID = datetime.now(UTC)
DAY = SAID.date()


@pytest.fixture
def user(app, rolled_back: None):
    her = Person(app, screened=False)
    with app.app_context():
        yield her.user()


def says(user, question: str, *regions: str, side="both", at: datetime = SAID) -> None:
    entry = AnswerEntry(question=question, yes=True, regions=frozenset(regions), side=side)
    record_answers(user, [entry], Source.WORRY, now=at)


def asked(user, days: int):
    return asks.asks_of(user, standing_of(user, DAY + timedelta(days=days)))


def answers(user, question: str, place: str, days: int, *, settled: bool) -> None:
    standing = standing_of(user, DAY + timedelta(days=days))
    now = SAID + timedelta(days=days)
    asks.answer_again(user, question, place, standing, settled=settled, now=now)


def test_nothing_is_asked_of_who_said_nothing(user):
    assert not asked(user, 100)


@pytest.mark.parametrize(("question", "days"), [("mo_acute", 3), ("mo_skin", 7), ("mo_preg", 84)])
def test_it_is_asked_on_its_day_and_settles(user, question, days):
    says(user, question)
    assert not asked(user, days - 1)
    [ask] = asked(user, days).again
    assert (ask.question, ask.way, ask.since) == (question, "settled", DAY)
    answers(user, question, ask.place, days, settled=True)
    assert standing_of(user, DAY + timedelta(days=days)).conditions == ()


def test_not_yet_asks_again_after_the_same_time_and_changes_nothing_else(user):
    says(user, "mo_acute", "knee", side="left")
    before = standing_of(user, DAY).conditions[0]
    answers(user, "mo_acute", "knee", 3, settled=False)
    [after] = standing_of(user, DAY + timedelta(days=3)).conditions
    assert (after.regions, after.side, after.since) == (before.regions, before.side, before.since)
    assert not asked(user, 5)
    assert asked(user, 6).again


def test_each_place_is_asked_about_by_itself(user):
    says(user, "mo_acute", "knee")
    says(user, "mo_acute", "neck", at=SAID + timedelta(minutes=1))
    says(user, "mo_acute", "foot", at=SAID + timedelta(days=2))
    assert [ask.place for ask in asked(user, 3).again] == ["knee", "neck"]
    answers(user, "mo_acute", "knee", 3, settled=True)
    left = standing_of(user, DAY + timedelta(days=3)).conditions
    assert {frozenset(each.regions) for each in left} == {frozenset({"neck"}), frozenset({"foot"})}


def test_an_operation_waits_for_a_clinician_however_often_it_is_asked(user):
    says(user, "as_surgery", "hip")
    [ask] = asked(user, 84).again
    assert ask.way == "agreed"
    with pytest.raises(Conflict):
        answers(user, "as_surgery", "hip", 84, settled=True)
    answers(user, "as_surgery", "hip", 84, settled=False)
    assert standing_of(user, DAY + timedelta(days=84)).conditions
    assert not asked(user, 85)


def test_told_to_wait_is_asked_to_be_seen_again(user):
    says(user, "ur_weak")
    visit = Visit(key="ur_weak", where="Clinic", day=DAY, outcome="told to wait")
    record_seen(user, visit, standing_of(user, DAY), now=SAID + timedelta(seconds=1))
    [ask] = asked(user, 7).again
    assert (ask.way, ask.where) == ("seen", "")
    for settled in (True, False):
        with pytest.raises(Conflict):
            answers(user, "ur_weak", "", 7, settled=settled)


@pytest.mark.parametrize("place", ["neck", "", "knee neck", "x"])
def test_another_place_than_the_one_that_is_asked_about_is_not_found(user, place):
    says(user, "mo_acute", "knee")
    with pytest.raises(NotFound):
        answers(user, "mo_acute", place, 3, settled=True)


def test_while_an_emergency_locks_nothing_is_asked(user):
    says(user, "mo_acute", "knee")
    says(user, "em_stroke")
    assert not asked(user, 3)


def test_a_pregnancy_is_asked_about_in_its_own_words(user):
    says(user, "mo_preg")
    [ask] = asked(user, 84).again
    assert "still pregnant" in ask.words
    assert ask.answers == (("not-yet", "Yes"), ("settled", "No"))


def test_nothing_is_asked_twice_when_all_the_questions_are_due(user):
    says(user, "mo_preg")
    says(user, "ur_weak")
    visit = Visit(key="ur_weak", where="GP", day=DAY, outcome="told to wait")
    record_seen(user, visit, standing_of(user, DAY), now=SAID + timedelta(seconds=1))
    standing = standing_of(user, DAY + timedelta(days=84))
    found = asks.asks_of(user, standing, rescreen_due=True)
    assert [each.question for each in found.again] == ["ur_weak"]
