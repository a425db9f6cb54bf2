"""The tool speaks what the player says."""

from fstpwa.content import library
from fstpwa.services import player_plan
from voice import lines


def test_the_words_after_every_stop_are_spoken() -> None:
    said = set(player_plan._stop_advice().values())
    assert said <= set(lines.stop_advice())
    assert said <= set(lines.all_lines())


def test_every_movement_is_announced() -> None:
    spoken = set(lines.all_lines())
    assert {movement.name for movement in library().movements.values()} <= spoken


def test_no_line_is_there_twice() -> None:
    assert len(set(lines.all_lines())) == len(lines.all_lines())
