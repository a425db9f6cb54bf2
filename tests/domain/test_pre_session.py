"""The check before a session: a tick opens its questions."""

import pytest

from fstpwa.content import library
from fstpwa.domain.pre_session import (
    AFTER,
    in_words,
    known_items,
    may_be_emergency,
    questions_behind,
)

SAFETY = library().safety
ITEMS = SAFETY.pre_session.items
OPENED = questions_behind([item.id for item in ITEMS], SAFETY)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_of_the_check_opens_questions_that_exist(item):
    questions = questions_behind([item.id], SAFETY)
    assert [question.id for question in questions] == list(dict.fromkeys(item.opens))
    assert questions


def test_nothing_ticked_opens_nothing_and_unknown_ticks_neither():
    assert questions_behind([], SAFETY) == ()
    assert questions_behind(["", "unknown", "__class__"], SAFETY) == ()


def test_a_question_behind_two_ticks_is_asked_once():
    ids = [question.id for question in OPENED]
    assert len(ids) == len(set(ids))
    twice = questions_behind([ITEMS[0].id, ITEMS[0].id], SAFETY)
    assert twice == questions_behind([ITEMS[0].id], SAFETY)


def test_known_items_come_once_in_the_order_of_the_check():
    ids = [item.id for item in ITEMS]
    assert known_items([*reversed(ids), ids[0], "unknown"], SAFETY) == tuple(ids)


def test_what_may_be_an_emergency_is_known_from_the_questions():
    urgent = {item.id for item in ITEMS if may_be_emergency([item.id], SAFETY)}
    assert urgent == {"pc_emergency", "pc_head_neck", "pc_nerves", "pc_injury"}


def test_what_is_said_after_a_session_opens_the_questions_that_the_content_names():
    kinds = SAFETY.after_session
    for question in AFTER["after_tingling"].opens:
        assert question in kinds.kind("tingling_numb").do
    for question in AFTER["after_signs"].opens:
        assert question in kinds.kind("other").do
    opened = questions_behind(["after_tingling"], SAFETY)
    assert tuple(each.id for each in opened) == AFTER["after_tingling"].opens
    assert may_be_emergency(["after_signs"], SAFETY)
    assert not may_be_emergency(["after_tingling"], SAFETY)


def test_what_was_ticked_and_what_was_said_after_are_named_in_one_order():
    ids = [ITEMS[0].id, "after_tingling"]
    assert known_items([*reversed(ids), "unknown"], SAFETY) == tuple(ids)
    assert in_words(reversed(ids), SAFETY) == (ITEMS[0].short, AFTER["after_tingling"].short)
