"""Arrows: they begin and end where their path does, and grow with their thickness."""

import numpy as np
import pytest

from figures import arrows, solver
from figures.body import Body
from figures.poses import Drawing, Pose

PATH = [[0, 1, 0], [0.2, 1.2, 0.1], [0.5, 1.1, 0.1]]


def reach(meshes, place):
    """How near the meshes come to a place, metres."""
    return min(np.linalg.norm(mesh.vertices - place, axis=1).min() for mesh in meshes)


@pytest.mark.parametrize("path", [PATH, PATH[:2], [*PATH, [0.6, 0.9, 0.3]]])
def test_an_arrow_ends_at_its_last_point(path):
    _, head = arrows.meshes({"path": path})
    assert reach([head], path[-1]) < 1e-6


def test_the_head_is_wider_than_the_tube_and_looks_onwards():
    tube, head = arrows.meshes({"path": [[0, 1, 0], [0.5, 1, 0]]})
    assert np.ptp(head.vertices[:, 1]) > 2 * np.ptp(tube.vertices[:, 1])
    assert head.vertices[:, 0].max() == pytest.approx(0.5)
    assert tube.vertices[:, 0].max() < 0.5


def test_an_arrow_both_ways_has_a_head_at_either_end():
    _, last, first = arrows.meshes({"path": PATH, "both": True})
    assert reach([last], PATH[-1]) < 1e-6
    assert reach([first], PATH[0]) < 1e-6


def test_a_short_arrow_keeps_some_tube():
    tube, _ = arrows.meshes({"path": [[0, 1, 0], [0.08, 1, 0]]})
    assert np.ptp(tube.vertices[:, 0]) > 0.03


def test_thick_makes_it_thicker():
    thin, _ = arrows.meshes({"path": [[0, 1, 0], [0.5, 1, 0]]})
    thick, _ = arrows.meshes({"path": [[0, 1, 0], [0.5, 1, 0]], "thick": 0.022})
    assert np.ptp(thick.vertices[:, 1]) == pytest.approx(2 * np.ptp(thin.vertices[:, 1]), rel=0.05)


def test_an_arrow_from_the_skin_starts_just_off_it():
    body = Body.load("woman")
    joints = solver.solve(body, Pose("rest"))
    skin, _ = solver.point(body, joints, "knee.left")
    made = arrows.meshes({"path": ["knee.left", [0.1, 1.2, 0.5]]}, body, joints)
    assert 0.01 < reach(made, skin) < arrows.CLEAR_OF_SKIN + 0.001


def test_a_pose_has_its_own_arrows_and_those_of_every_pose():
    own, every, others = {"path": PATH, "on": "end"}, {"path": PATH}, {"path": PATH, "on": "start"}
    end = Pose("end")
    drawing = Drawing("x", "woman", "end", {}, (), (), (end,), (own, every, others), {})
    assert arrows.of_pose(drawing, end) == [own, every]
