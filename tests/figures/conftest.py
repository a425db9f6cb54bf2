"""What several tests of the drawing tool begin with."""

import pytest

from figures import solver
from figures.body import SKIN, Body, vertex_normals
from figures.poses import Pose


@pytest.fixture(scope="session")
def lying():
    """A body on its back with the left sole up, its joints, and its posed skin with normals."""
    body = Body.load("woman")
    leg = {"thigh": [0.02, 0.98, 0.1], "shin": [0, 1, 0.06], "knee": [0, 1, -0.6]}
    joints = solver.solve(body, Pose("up", pelvis={"at": [0, 0.1, 0], "pitch": -90}, left_leg=leg))
    vertices = body.skinned(joints)
    normals = vertex_normals(vertices, body.triangles)
    skin = body.part == SKIN
    return body, joints, (vertices[skin], normals[skin])
