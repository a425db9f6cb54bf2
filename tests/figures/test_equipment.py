"""Equipment: closed shapes, surfaces where they look to be, straps and balls on the skin."""

from collections import Counter

import numpy as np
import pytest
from scipy.spatial import cKDTree

from figures import equipment, palette, solver
from figures.body import SIDES, SKIN, Body, vertex_normals
from figures.equipment import KINDS, Thing
from figures.pose_files import Pose

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


@pytest.fixture(scope="module")
def lying():
    """A body on its back with the left sole up, its joints, and its posed skin with normals."""
    body = Body.load("woman")
    leg = {"thigh": [0.02, 0.98, 0.1], "shin": [0, 1, 0.06], "knee": [0, 1, -0.6]}
    joints = solver.solve(body, Pose("up", pelvis={"at": [0, 0.1, 0], "pitch": -90}, left_leg=leg))
    vertices = body.skinned(joints)
    normals = vertex_normals(vertices, body.triangles)
    skin = body.part == SKIN
    return body, joints, (vertices[skin], normals[skin])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_of_closed_finite_meshes_that_face_outwards(kind):
    made = equipment.meshes(thing(kind))
    assert sum(len(mesh.triangles) for mesh in made) < MOST_TRIANGLES
    for mesh in made:
        assert np.isfinite(mesh.vertices).all()
        edges = edges_of(mesh)
        assert all(edges[b, a] == times for (a, b), times in edges.items())
        assert volume_of(mesh) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_known_materials(kind):
    assert {mesh.material for mesh in equipment.meshes(thing(kind))} <= set(palette.MATERIALS)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"massage_ball", "ball", "strap", "towel"}))
def test_what_stands_on_the_floor_neither_sinks_nor_floats(kind):
    lowest = min(mesh.vertices[:, 1].min() for mesh in equipment.meshes(thing(kind)))
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
    surface = equipment.surfaces([placed])[kind]
    assert surface.gap([placed.to_world([0, height + 0.1, 0])]) == pytest.approx(0.1)
    assert surface.gap([placed.to_world([0, height - 0.02, 0])]) == pytest.approx(-0.02)
    highest = max(height_of(mesh, surface.point[[0, 2]]) for mesh in equipment.meshes(placed))
    assert highest == pytest.approx(height, abs=0.003)


def test_the_floor_is_always_there():
    floor = equipment.surfaces([])["floor"]
    assert floor.gap([[3, 0.2, 1], [0, -0.1, 0]]) == pytest.approx([0.2, -0.1])


def test_a_wall_faces_whoever_looks_to_plus_z_and_turns_with_its_turn():
    wall = equipment.surfaces([{"kind": "wall", "at": [0, 0, 0.5]}])["wall"]
    assert wall.gap([[0.2, 1, 0.3], [0, 1, 0.6]]) == pytest.approx([0.2, -0.1])
    behind = equipment.surfaces([{"kind": "wall", "at": [0, 0, -0.2], "turn": 180}])["wall"]
    assert behind.gap([[0, 1, 0]]) == pytest.approx([0.2])
    assert behind.normal == pytest.approx([0, 0, 1])


def test_a_roller_is_round_and_pushes_upwards():
    turned = {"kind": "foam_roller", "at": [0, 0, 0.4], "turn": 90}
    roller = equipment.surfaces([turned])["foam_roller"]
    assert roller.gap([[0, 0.2, 0.4], [0.1, 0.075, 0.4]]) == pytest.approx([0.05, 0.025])
    assert roller.normal == pytest.approx([0, 1, 0])
    assert roller.margin(np.array([[0, 0.1, 0.4], [0, 0.1, 0.7]])) == pytest.approx([0.225, -0.075])


def test_things_are_told_apart_by_name():
    named = [{"kind": "step"}, {"kind": "step", "name": "second", "at": [1, 0, 0]}]
    assert set(equipment.surfaces(named)) == {"floor", "step", "second"}


def test_an_option_that_a_kind_does_not_have_is_refused():
    with pytest.raises(ValueError, match="mat has no radius"):
        Thing.read({"kind": "mat", "radius": 1})


@pytest.mark.parametrize("kind", ["massage_ball", "ball"])
@pytest.mark.parametrize("name", ["arch.left", "glute.right", "chest.left"])
def test_a_ball_on_the_skin_touches_it_from_outside(lying, kind, name):
    body, joints, _ = lying
    ball = thing(kind, on=name)
    (mesh,) = equipment.meshes(ball, body, joints)
    skin, outward = solver.point(body, joints, name)
    centre = mesh.vertices.mean(axis=0)
    assert np.linalg.norm(centre - skin) == pytest.approx(0.9 * ball.options["radius"], rel=0.02)
    assert (centre - skin) @ outward > 0


@pytest.mark.parametrize("kind", ["strap", "towel"])
@pytest.mark.parametrize("hands", [SIDES, SIDES[::-1], ("left", "left")])
def test_a_band_lies_on_the_sole_and_never_in_the_foot(lying, kind, hands):
    body, joints, skin = lying
    first, last = hands
    through = [f"palm.{first}", "ball_of_foot.left", f"palm.{last}"]
    (mesh,) = equipment.meshes(thing(kind, through=through), body, joints, skin)
    sole, outward = solver.point(body, joints, "ball_of_foot.left")
    near = mesh.vertices[np.linalg.norm(mesh.vertices - sole, axis=1) < 0.03]
    assert len(near) > 10
    vertices, normals = skin
    _, index = cKDTree(vertices).query(near)
    gap = ((near - vertices[index]) * normals[index]).sum(axis=1)
    assert gap.min() > -0.001
    assert ((near - sole) @ outward).min() > -0.02


def test_a_line_through_points_meets_them_all():
    line = equipment.smooth(THROUGH)
    for place in THROUGH:
        assert np.linalg.norm(line - place, axis=1).min() < 1e-9
