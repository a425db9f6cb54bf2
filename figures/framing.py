"""Where the camera of a drawing stands: one place for all its poses, so that only the figure moves."""

import numpy as np

from figures import solver
from figures.body import SKIN
from figures.camera import Camera
from figures.things import meshes

FRAMED = (
    "chair",
    "foam_roller",
    "ball",
    "massage_ball",
    "step",
    "mat",
    "bottle",
    "cushion",
    "book",
)
"""Things the camera takes into the picture whole; walls, tables and beds may be cut."""


def framed_points(figure, drawing):
    """Return what must be in the picture in every pose, in the world: the crop's parts, else all."""
    body = figure.body
    crop = drawing.camera.get("crop")
    rows = (
        np.concatenate([body.parts[part] for part in crop])
        if crop
        else np.flatnonzero(body.part == SKIN)
    )
    found = []
    for pose in drawing.poses:
        things = drawing.things(pose)
        joints = solver.solve(body, pose, things)
        found.append(body.mesh(joints, pose)[rows])
        if not crop:
            for thing in things:
                if thing["kind"] in FRAMED:
                    found += [mesh.vertices for mesh in meshes(thing, body, joints)]
    return np.concatenate(found)


def camera_of(figure, drawing, size):
    """Return the drawing's camera, fitted so that all its poses stay in the picture."""
    given = drawing.camera
    camera = Camera(given["around"], given["above"], given.get("lens", 16))
    camera.fit(framed_points(figure, drawing), *size, given.get("margin", 0.05))
    right, up = given.get("shift", (0, 0))
    camera.target = camera.target + camera.right * right + camera.up * up
    return camera
