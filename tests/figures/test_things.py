"""Things: closed shapes, tops where they look to be, balls on the skin."""

from collections import Counter

import numpy as np
import pytest

from figures import palette, solver
from figures.equipment import KINDS, Thing
from figures.surfaces import surfaces
from figures.things import meshes

THROUGH = [[-0.3, 0.2, 0], [0, 0.9, 0.1], [0.3, 0.2, 0]]
MOST_TRIANGLES = 8000


def thing(kind, **options):
    if kind in {"strap", "towel"}:
        options = {"through": THROUGH} | options
    return Thing.read({"kind": kind} | options)


def edges_of(mesh):
    """Count the directed edges of a mesh, vertices at one place taken as one."""
    _, place = np.unique(mesh.vertices.round(6), axis=0, return_inverse=True)
    corners = place.ravel()[mesh.triangles]
    corners = corners[[len(set(triangle)) == 3 for triangle in corners.tolist()]]
    turns = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    return Counter(map(tuple, turns.tolist()))


def volume_of(mesh):
    a, b, c = mesh.vertices[mesh.triangles].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c))) / 6


def height_of(mesh, place):
    """Return the height of the mesh over a place [x, z] of the floor, or minus infinity."""
    a, b, c = mesh.vertices[mesh.triangles].transpose(1, 0, 2)
    sides = np.stack([(b - a)[:, [0, 2]], (c - a)[:, [0, 2]]], axis=-1)
    upright = np.abs(np.linalg.det(sides)) < 1e-12
    sides[upright] = np.eye(2)
    share = np.linalg.solve(sides, (place - a[:, [0, 2]])[..., None])[..., 0]
    inside = ~upright & (share >= -1e-6).all(axis=1) & (share.sum(axis=1) <= 1 + 1e-6)
    height = a[:, 1] + (share * np.stack([(b - a)[:, 1], (c - a)[:, 1]], axis=-1)).sum(axis=1)
    return height[inside].max(initial=-np.inf)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_of_closed_finite_meshes_that_face_outwards(kind):
    made = meshes(thing(kind))
    assert sum(len(mesh.triangles) for mesh in made) < MOST_TRIANGLES
    for mesh in made:
        assert np.isfinite(mesh.vertices).all()
        edges = edges_of(mesh)
        assert all(edges[b, a] == times for (a, b), times in edges.items())
        assert volume_of(mesh) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_known_materials(kind):
    assert {mesh.material for mesh in meshes(thing(kind))} <= set(palette.MATERIALS)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"massage_ball", "ball", "strap", "towel"}))
def test_what_stands_on_the_floor_neither_sinks_nor_floats(kind):
    lowest = min(mesh.vertices[:, 1].min() for mesh in meshes(thing(kind)))
    assert lowest == pytest.approx(0, abs=0.002)


@pytest.mark.parametrize(
    ("kind", "height"),
    [
        *[("chair", 0.45), ("table", 0.73), ("worktop", 0.9), ("bed", 0.5), ("step", 0.16)],
        *[("mat", 0.008), ("folded_towel", 0.04), ("cushion", 0.12), ("book", 0.03)],
    ],
)
def test_a_top_is_where_its_shape_ends(kind, height):
    placed = thing(kind, at=[0.3, 0, -0.2], turn=25)
    surface = surfaces([placed])[kind]
    assert surface.gap([placed.to_world([0, height + 0.1, 0])]) == pytest.approx(0.1)
    assert surface.gap([placed.to_world([0, height - 0.02, 0])]) == pytest.approx(-0.02)
    highest = max(height_of(mesh, surface.point[[0, 2]]) for mesh in meshes(placed))
    assert highest == pytest.approx(height, abs=0.003)


@pytest.mark.parametrize("kind", ["massage_ball", "ball"])
@pytest.mark.parametrize("name", ["arch.left", "glute.right", "chest.left"])
def test_a_ball_on_the_skin_touches_it_from_outside(lying, kind, name):
    body, joints, _ = lying
    ball = thing(kind, on=name)
    (mesh,) = meshes(ball, body, joints)
    skin, outward = solver.point(body, joints, name)
    centre = mesh.vertices.mean(axis=0)
    assert np.linalg.norm(centre - skin) == pytest.approx(0.9 * ball.options["radius"], rel=0.02)
    assert (centre - skin) @ outward > 0
