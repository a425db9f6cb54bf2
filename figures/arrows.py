"""Arrows that show where a movement goes: smooth tubes with a cone for a head. Metres, world frame.

They are solid so that they turn with the camera; the renderer gives them one colour and draws
them over everything.
"""

from functools import partial

import numpy as np
from scipy.interpolate import CubicSpline

from figures.geometry import Y, aligning, unit
from figures.points import placed
from figures.shapes import smooth, tube, turned
from figures.skeleton import point

THICK = 0.011
"""Radius of the tube."""
HEAD_LENGTH, HEAD_RADIUS = 6.4, 3.1
"""Size of the head in radii of the tube."""
STEP = 0.012
"""Between two points of the line of an arrow, metres."""
CLEAR_OF_SKIN = 0.03
"""How far from a named point of the skin an arrow passes."""


def of_pose(drawing, pose):
    """Return the arrows of a drawing that belong to `pose`: its own, and those of no pose."""
    return [arrow for arrow in drawing.arrows if arrow.get("on") in (None, pose.name)]


def meshes(arrow, body=None, joints=None):
    """Return the meshes of an arrow: its tube and one head, or two if it is `both` ways.

    A path that names points of the skin needs the `body` and its posed `joints`.
    """
    locate = partial(point, body, joints)
    thick = arrow.get("thick") or THICK
    line = _curve(np.array([_place(entry, locate) for entry in arrow["path"]]))
    heads = []
    line, head = _headed(line, thick)
    heads.append(head)
    if arrow.get("both"):
        line, head = _headed(line[::-1], thick)
        heads.append(head)
    return [_rounded_tube(line, thick), *heads]


def _place(entry, locate):
    position, normal, _ = placed(entry, locate)
    return position if normal is None else position + normal * CLEAR_OF_SKIN


def _curve(points):
    """Return an even curve through points; through three it is an arc, without a kink."""
    if len(points) == 2:
        return smooth(points)
    passed = np.cumsum(np.linalg.norm(np.diff(points, axis=0, prepend=points[:1]), axis=1))
    count = max(8, int(passed[-1] / STEP))
    return CubicSpline(passed, points)(np.linspace(0, passed[-1], count + 1))


def _headed(line, thick):
    """Return the line without its last piece, and the head that stands in for that piece."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    left = np.concatenate([np.cumsum(steps[::-1])[::-1], [0]])
    # A short arrow keeps some tube: its head takes at most half of the way.
    length = min(HEAD_LENGTH * thick, left[0] / 2)
    cut = max(int(np.flatnonzero(left >= length)[-1]), 1)
    tip, base = line[-1], line[cut]
    head = _head(
        tip, unit(tip - base), length, HEAD_RADIUS * thick * length / (HEAD_LENGTH * thick)
    )
    return line[: cut + 1], head


def _head(tip, direction, length, radius):
    rim = radius * 0.06
    profile = [
        (-length, 0),
        (-length, radius - rim),
        (-length, radius - rim),
        (-length + rim, radius),
        (-length + 2.5 * rim, radius - 0.6 * rim),
        (-0.04 * length, 0.06 * radius),
        (-0.01 * length, 0.03 * radius),
        (0, 0),
    ]
    return turned(profile, "arrow", Y, 28).moved(tip, aligning(Y, direction))


def _rounded_tube(line, thick):
    """Return a tube whose ends are round, so that a tail looks soft."""
    swell = np.cos(np.linspace(0, np.pi / 2, 5))[1:]
    start, end = unit(line[0] - line[1]), unit(line[-1] - line[-2])
    ahead = np.sin(np.linspace(0, np.pi / 2, 5))[1:]
    path = np.concatenate(
        [
            line[0] + ahead[::-1, None] * thick * start,
            line,
            line[-1] + ahead[:, None] * thick * end,
        ]
    )
    radius = thick * np.concatenate([swell[::-1], np.ones(len(line)), swell])
    return tube(path, "arrow", np.maximum(radius, thick * 0.02))
