"""Which pictures make the motion, in which order and how long."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from figures import motion


def drawing(*names: str, still: str | None = None, **said: object) -> SimpleNamespace:
    poses = tuple(SimpleNamespace(name=name) for name in names)
    return SimpleNamespace(poses=poses, still=still or names[-1], motion=said)


def seconds(frames) -> float:
    return sum(frame.milliseconds for frame in frames) / 1000


EVERY_KIND = [
    drawing("a"),
    drawing("a", "b"),
    drawing("a", "b", seconds=1.5),
    drawing("a", "b", "c", "d", seconds=8),
    drawing("a", "b", "c", "d", loop="round", seconds=6),
    drawing("a", "b", hold=30),
    drawing("a", "b", "c", still="b", hold=30),
    drawing("a", "b", "c", order=["b", "a", "b", "c"], loop="round"),
    drawing("a", "b", "c", "d", "e", "f", hold=20),
]


@pytest.mark.parametrize("moving", EVERY_KIND)
def test_a_few_pictures_are_enough_and_none_follows_itself(moving: SimpleNamespace) -> None:
    frames = motion.frames(moving)
    assert 3 <= len(motion.pictures(frames)) <= motion.MOST_PICTURES
    assert all(first.picture != second.picture for first, second in pairwise(frames))
    assert frames[0].picture != frames[-1].picture
    assert all(frame.milliseconds >= 40 for frame in frames)


def test_there_and_back_shows_each_end_once() -> None:
    frames = motion.frames(drawing("a", "b", seconds=5))
    shares = [frame.picture.share for frame in frames]
    assert [frame.picture.start for frame in frames].count("b") == 1
    assert shares.count(0) == 2
    assert len(set(frames)) < len(frames)
    assert seconds(frames) == pytest.approx(5, abs=0.05)


def test_a_round_comes_back_the_short_way() -> None:
    frames = motion.frames(drawing("a", "b", "c", loop="round", seconds=6))
    assert ("a", "c") in {(frame.picture.start, frame.picture.end) for frame in frames}
    assert seconds(frames) == pytest.approx(6, abs=0.05)


def test_a_hold_enters_breathes_twice_and_comes_back() -> None:
    frames = motion.frames(drawing("ready", "stretch", hold=30))
    breathing = [frame for frame in frames if frame.picture.breath > 0]
    assert {frame.picture.start for frame in breathing} == {"stretch"}
    assert [frame.picture.breath for frame in breathing].count(max(motion.BREATH)) == 2
    assert seconds(frames) == pytest.approx(2 + 8 + 2, abs=0.05)


def test_one_pose_only_breathes() -> None:
    frames = motion.frames(drawing("lying"))
    assert {frame.picture.share for frame in frames} == {0}
    assert max(frame.picture.breath for frame in frames) == 1
    assert seconds(frames) == pytest.approx(motion.BREATH_SECONDS, abs=0.05)
