"""Straps and towels lie on the skin, and never in it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from figures import solver
from figures.body import SIDES
from figures.things import meshes


@pytest.mark.parametrize("kind", ["strap", "towel"])
@pytest.mark.parametrize("hands", [SIDES, SIDES[::-1], ("left", "left")])
def test_a_band_lies_on_the_sole_and_never_in_the_foot(lying, kind, hands):
    body, joints, skin = lying
    first, last = hands
    through = [f"palm.{first}", "ball_of_foot.left", f"palm.{last}"]
    (mesh,) = meshes({"kind": kind, "through": through}, body, joints, skin)
    sole, outward = solver.point(body, joints, "ball_of_foot.left")
    near = mesh.vertices[np.linalg.norm(mesh.vertices - sole, axis=1) < 0.03]
    assert len(near) > 10
    vertices, normals = skin
    _, index = cKDTree(vertices).query(near)
    gap = ((near - vertices[index]) * normals[index]).sum(axis=1)
    assert gap.min() > -0.001
    assert ((near - sole) @ outward).min() > -0.02
