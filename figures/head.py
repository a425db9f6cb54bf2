"""The head as hair and face see it: its own frame, its size, the shape of the scalp.

The frame of the head: its origin is the head bone's start (below and between the ears), x to the
left, y up, z ahead. Lengths are metres of a head that reaches 0.15 m above that point.
"""

from functools import cache

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from figures.body import FOLDER, SKIN

REFERENCE_TOP = 0.15
CENTRE = np.array([0.0, 0.055, -0.005])
"""From here the scalp is seen as a sphere (directions and radii), in the frame of the head."""


@cache
def masks(name):
    """Return the masks of a body's skin {lips, nails, ears, eyelids: (n,) 0 to 1}."""
    with np.load(FOLDER / f"{name}.npz") as data:
        return {
            key.removeprefix("mask_"): data[key] / 255 for key in data if key.startswith("mask_")
        }


class Head:
    """A body's head at rest."""

    def __init__(self, body):
        self.body = body
        self.origin = body.head_of("head")
        skin = body.part == SKIN
        self.size = (body.vertices[skin, 1].max() - self.origin[1]) / REFERENCE_TOP
        self.local = (body.vertices - self.origin) / self.size
        """All vertices of the body in the frame of the head."""
        self.masks = masks(body.name)
        self.share = body.weight_of(lambda bone: bone in ("head", "jaw", "neck03"))
        self._radius = self._measured_scalp()

    def world(self, points):
        """Return points of the head's frame in the rest frame of the body."""
        return self.origin + np.asarray(points) * self.size

    def scalp(self, directions):
        """Return the distance (n,) from CENTRE to the skin in unit directions (n, 3).

        The ears are left out: there the skull is what the hair lies on.
        """
        return self._radius(_flattened(directions))

    def elevation_and_azimuth(self):
        """Return both angles of all vertices seen from CENTRE, in degrees."""
        return angles(self.local - CENTRE)

    def _measured_scalp(self):
        away = self.local - CENTRE
        radius = np.linalg.norm(away, axis=1)
        elevation, azimuth = angles(away)
        face = (np.abs(azimuth) < 62) & (elevation < 8)
        wanted = (
            (self.body.part == SKIN)
            & (self.local[:, 1] > -0.14)
            & (elevation > -72)
            & (self.masks["ears"] < 0.05)
            & (self.body.weight_of(lambda bone: bone.startswith(("head", "jaw", "neck"))) > 0.5)
            & ~face
        )
        directions = away[wanted] / radius[wanted, None]
        return LinearNDInterpolator(_flattened(directions), radius[wanted], fill_value=0.1)


def angles(away):
    """Return elevation and azimuth (0 ahead, 90 left, -90 right) of directions in degrees."""
    flat = np.hypot(away[:, 0], away[:, 2])
    elevation = np.degrees(np.arctan2(away[:, 1], flat))
    return elevation, np.degrees(np.arctan2(away[:, 0], away[:, 2]))


def direction(elevation, azimuth):
    """Return the unit vectors of angles in degrees; the opposite of `angles`."""
    elevation, azimuth = np.radians(elevation), np.radians(azimuth)
    flat = np.cos(elevation)
    return np.stack([np.sin(azimuth) * flat, np.sin(elevation), np.cos(azimuth) * flat], axis=-1)


def _flattened(directions):
    """Return the sphere as a plane, stereographic from below, so that the crown is no seam."""
    return directions[..., [0, 2]] / (1 + directions[..., 1:2])
