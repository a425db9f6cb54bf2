"""The dressed figure: a complete draw list, whole clothes, and nothing left behind in a pose."""

import numpy as np
import pytest

from figures import palette, regions
from figures.body import NAMES as BODIES
from figures.body import SKIN, Body
from figures.dressing import LOOKS, Figure
from figures.geometry import rotation
from figures.hair import STYLES
from figures.skeleton import Joints


@pytest.fixture(scope="module", params=BODIES)
def figure(request):
    return Figure(Body.load(request.param))


def at_rest(body):
    turned = np.tile(np.eye(3), (len(body.bones), 1, 1))
    return Joints(rotations=turned, positions=body.heads)


def drawn(figure, names=()):
    return figure.draw(figure.body.vertices, at_rest(figure.body), names)


def shown(figure_drawn, material):
    """Return the vertices of triangles of a material that are not clipped away."""
    chosen = figure_drawn.materials[:, 0] == palette.index(material)
    corners = np.unique(figure_drawn.triangles[chosen])
    return corners[figure_drawn.clip[corners] >= 0]


def test_every_body_has_a_look():
    assert set(LOOKS) == set(BODIES)
    assert {look.hair_style for look in LOOKS.values()} <= set(STYLES)


def test_every_material_of_a_figure_is_in_the_palette(figure):
    materials = drawn(figure).materials
    assert materials.min() >= 0
    assert materials.max() < len(palette.MATERIALS)


def test_the_arrays_of_a_draw_list_fit_together(figure):
    result = drawn(figure, ["calf.left"])
    count = len(result.vertices)
    for array in (result.normals, result.clip, result.field, result.tint, result.region):
        assert len(array) == count
        assert np.isfinite(array).all()
    assert result.triangles.min() >= 0
    assert result.triangles.max() < count
    assert len(result.materials) == len(result.triangles)


def test_the_vertices_of_the_body_come_first(figure):
    assert np.array_equal(drawn(figure).vertices[: len(figure.body.vertices)], figure.body.vertices)


def test_clothes_end_where_the_look_says(figure):
    result, hip = drawn(figure), figure.body.measures["left"].hip[1]
    shirt, trousers = (result.vertices[shown(result, name)] for name in ("top", "leggings"))
    assert shirt[:, 1].min() == pytest.approx(hip + figure.look.hem, abs=0.02)
    assert trousers[:, 1].max() > shirt[:, 1].min()
    assert trousers[:, 1].min() > figure.body.measures["left"].ankle[1]


def test_the_highlight_is_on_the_clothes_as_well(figure):
    result = drawn(figure, ["quadriceps.left"])
    lit = shown(result, "leggings")
    assert result.region[lit].max() > 0.8
    assert regions.region(figure.body, "quadriceps.left").max() > 0.8


def test_hair_never_lets_the_scalp_through(figure):
    result = drawn(figure)
    hair = result.vertices[shown(result, "hair")]
    top_of_skin = figure.body.vertices[figure.body.part == SKIN, 1].max()
    assert top_of_skin < hair[:, 1].max() < top_of_skin + 0.06


def test_hair_and_face_go_with_the_head(figure):
    body, turn, away = figure.body, rotation([0, 1, 0], 90), np.array([1.0, 0.5, -2.0])
    moved = Joints(
        rotations=np.tile(turn, (len(body.bones), 1, 1)), positions=body.heads @ turn.T + away
    )
    result = figure.draw(body.vertices @ turn.T + away, moved)
    assert np.allclose(result.vertices, drawn(figure).vertices @ turn.T + away, atol=1e-6)
