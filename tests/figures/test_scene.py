"""The scene: figure, equipment and arrows in one, and flesh that gives way to what it rests on."""

from types import SimpleNamespace

import numpy as np
import pytest

from figures import palette, scene
from figures.body import SKIN, Body, vertex_normals
from figures.draw_list import draw_list
from figures.equipment import Thing
from figures.poses import Drawing, Pose
from figures.surfaces import FLOOR, surfaces

SITTING = Pose(
    "sitting",
    pelvis={"at": [0, 0.55, -0.02]},
    left_leg={"heel_at": [0.13, 0, 0.32]},
    right_leg={"heel_at": [-0.13, 0, 0.32]},
    contacts=({"part": "seat", "on": "chair"},),
    equipment={"step": {"at": [0, 0, 0.9]}},
)
EQUIPMENT = ({"kind": "chair", "at": [0, 0, -0.08]}, {"kind": "step", "at": [2, 0, 0]})


def bare(name):
    """A figure without clothes or hair."""
    body = Body.load(name)
    skin = body.triangles[body.triangle_part == SKIN]
    return SimpleNamespace(body=body, draw=lambda vertices, *_: draw_list(vertices, skin, "skin"))


def drawing(*arrows, pose=SITTING):
    return Drawing("x", "woman", pose.name, {}, (), EQUIPMENT, (pose,), arrows, {})


def ball(centre, radius=0.1, count=40):
    """A round piece of flesh."""
    angle = np.linspace(0, np.pi, count)
    turn = np.arange(2 * count) * np.pi / count
    rings = np.stack(
        [
            np.outer(np.sin(angle), np.cos(turn)),
            np.outer(-np.cos(angle), np.ones(2 * count)),
            np.outer(np.sin(angle), np.sin(turn)),
        ],
        axis=-1,
    )
    start = np.arange(2 * count)
    after = (start + 1) % (2 * count)
    quads = np.concatenate(
        [
            ring * 2 * count
            + np.stack([start, start + 2 * count, after + 2 * count, after], axis=1)
            for ring in range(count - 1)
        ]
    )
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    vertices = rings.reshape(-1, 3) * radius + centre
    return vertices, (vertices - centre) / radius, triangles


@pytest.fixture(scope="module")
def sitting():
    figure = bare("woman")
    return scene.build(figure, drawing({"path": [[0, 1, 0.5], [0, 1.3, 0.5]]}), SITTING)


def test_a_scene_holds_the_figure_first_then_equipment_then_arrows(sitting):
    assert set(sitting.layer) == {scene.FIGURE, scene.EQUIPMENT, scene.ARROW}
    assert (np.diff(sitting.layer) >= 0).all()
    assert sitting.triangles[sitting.layer == scene.FIGURE].max() < sitting.figure_vertices
    assert sitting.triangles[sitting.layer > scene.FIGURE].min() >= sitting.figure_vertices
    arrow = sitting.materials[sitting.layer == scene.ARROW]
    assert (arrow == palette.index("arrow")).all()


def test_all_arrays_of_a_scene_fit_together(sitting):
    count = len(sitting.vertices)
    for each in ("normals", "clip", "field", "tint", "region"):
        assert len(getattr(sitting, each)) == count
    assert len(sitting.materials) == len(sitting.layer) == len(sitting.triangles)
    assert sitting.triangles.max() < count
    assert np.isfinite(sitting.vertices).all()


def test_arrows_are_left_out_when_not_wanted():
    arrow = {"path": [[0, 1, 0.5], [0, 1.3, 0.5]]}
    built = scene.build(bare("woman"), drawing(arrow), SITTING, arrows=False)
    assert scene.ARROW not in built.layer


def test_a_pose_can_move_a_thing(sitting):
    wood = sitting.triangles[sitting.layer == scene.EQUIPMENT]
    places = sitting.vertices[np.unique(wood)]
    assert places[:, 0].max() < 1
    assert places[:, 2].max() == pytest.approx(0.9 + 0.16, abs=0.01)


def test_who_sits_lies_on_the_seat_and_not_in_it(sitting):
    seat = surfaces([Thing.read(EQUIPMENT[0])])["chair"]
    figure = sitting.vertices[Body.load("woman").parts["seat"]]
    over = figure[seat.margin(figure) > 0.02]
    assert (seat.gap(over) < 0.008).sum() > 20
    assert seat.gap(over).min() > -0.001


def test_flesh_in_a_surface_is_pressed_onto_it_and_comes_out_beside():
    vertices, normals, triangles = ball([0, 0.08, 0])
    flat, turned = scene.pressed(vertices, normals, triangles, [FLOOR])
    assert flat[:, 1].min() >= 0
    low = np.abs(vertices[:, 1] - 0.02) < 0.02
    assert np.hypot(*flat[low][:, [0, 2]].T).max() > np.hypot(*vertices[low][:, [0, 2]].T).max()
    assert turned[vertices[:, 1].argmin()] @ [0, -1, 0] > 0.99


def test_flesh_that_touches_nothing_stays_as_it_is():
    vertices, normals, triangles = ball([0, 0.2, 0])
    same, _ = scene.pressed(vertices, normals, triangles, [FLOOR])
    assert np.array_equal(same, vertices)


def test_flesh_deeper_than_it_can_give_is_left_where_it_is():
    vertices, normals, triangles = ball([0, -0.2, 0], radius=0.08)
    same, _ = scene.pressed(vertices, normals, triangles, [FLOOR])
    assert np.array_equal(same, vertices)


def test_flesh_beside_a_thing_is_not_pressed_by_its_top():
    step = surfaces([{"kind": "step"}])["step"]
    vertices, normals, triangles = ball([0.5, 0.14, 0])
    same, _ = scene.pressed(vertices, normals, triangles, [step])
    assert np.array_equal(same, vertices)


def test_flesh_on_a_roller_takes_its_round_shape():
    roller = surfaces([{"kind": "foam_roller"}])["foam_roller"]
    vertices, normals, triangles = ball([0, 0.15 + 0.085, 0])
    round_now, _ = scene.pressed(vertices, normals, triangles, [roller])
    assert roller.gap(round_now).min() >= -1e-4
    pressed_flat = np.linalg.norm(round_now - vertices, axis=1) > 0.005
    assert roller.gap(round_now[pressed_flat]).max() < 0.012


def test_normals_stay_those_of_the_figure_where_nothing_presses(sitting):
    figure = bare("woman").body
    head = figure.parts["head"]
    skin = figure.triangles[figure.triangle_part == SKIN]
    posed = vertex_normals(sitting.vertices[: sitting.figure_vertices], skin)
    assert np.allclose(posed[head], sitting.normals[: sitting.figure_vertices][head], atol=1e-6)
