"""What may be said about a session that was done."""

from uuid import UUID

import pytest

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.session_changes import Held, SessionChanges, check_changes, felt_kind

KINDS = ("stretching", "sharp", "tingling_numb")
OWN = UUID(int=7)


def checked(changes: SessionChanges) -> SessionChanges:
    return check_changes(changes, positions={0, 1}, kinds=KINDS)


def test_what_was_said_is_tidied_and_nothing_is_added() -> None:
    said = {"note": " a\r\nb ", "pain_kinds": ("sharp", "stretching", "sharp"), "effort": None}
    found = checked(SessionChanges(answers=said, note_base=(str(OWN).upper(),)))
    assert found.answers == {
        "note": "a\nb",
        "pain_kinds": ("stretching", "sharp"),
        "effort": None,
    }
    assert found.note_base == (str(OWN),)
    assert checked(SessionChanges()) == SessionChanges()


def test_each_field_is_merged_for_itself_and_near_falls_with_their_day() -> None:
    changes = SessionChanges(
        answers={"felt_in": 1, "near_falls": "2"},
        movements={0: "part"},
        stances={
            0: Held(seconds=12, support="none"),
            1: Held(seconds=None, support=None),
        },
    )
    assert checked(changes).fields() == {
        "felt_in": 1,
        "movement_0": "part",
        "stance_0": (12, "none"),
        "stance_1": None,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": {"mood": 3}},
        {"answers": {"effort": 11}},
        {"answers": {"worst_pain": -1}},
        {"answers": {"pain_before": True}},
        {"answers": {"effort": "3"}},
        {"answers": {"pain_kinds": ("itching",)}},
        {"answers": {"pain_kinds": "sharp"}},
        {"answers": {"felt_in": 2}},
        {"answers": {"felt_in": "1"}},
        {"answers": {"near_falls": "9"}},
        {"answers": {"note": "a" * 2001}},
        {"answers": {"note": "a\x1eb"}},
        {"answers": {"note": 5}},
        {"movements": {2: "done"}},
        {"movements": {0: "begun"}},
        {"stances": {2: Held(seconds=1, support="none")}},
        {"stances": {0: Held(seconds=601, support="none")}},
        {"stances": {0: Held(seconds=-1, support="none")}},
        {"stances": {0: Held(seconds=1, support=None)}},
        {"stances": {0: Held(seconds=None, support="none")}},
        {"stances": {0: Held(seconds=1, support="rope")}},  # type: ignore[arg-type]  # as sent
        {"note_base": ("x",)},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        checked(SessionChanges(**wrong))  # type: ignore[arg-type]  # as sent


def test_sharp_goes_before_tingling() -> None:
    assert felt_kind(("tingling_numb", "sharp")) == "sharp"
    assert felt_kind(("tingling_numb", "stretching")) == "tingling_numb"
    assert felt_kind(("stretching",)) is None
