"""Hair: a smooth shell over the scalp, seen from the middle of the head like a globe.

Directions are angles in degrees: azimuth 0 ahead, 90 left, 180 behind; elevation 90 at the crown.
Thicknesses are metres of the reference head (see `head.py`). A style says where the hair begins
(its hairline), how thick it is and from where its strands run.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from figures.attachment import Attachment
from figures.draw_list import draw_list
from figures.head import CENTRE, angles, direction
from figures.regions import step

COLUMNS, ROWS = 388, 72
RAGGED = 0.45
"""By how many degrees the edge of the hair goes up and down."""


@dataclass(frozen=True)
class HairStyle:
    """How hair is worn.

    Attributes:
        hairline: (azimuth, elevation) of the edge of the hair; azimuth from -180 to 180, or from
            0 to 180 for a hairline that is the same on both sides.
        top: Thickness on the crown.
        sides: Thickness at the sides.
        back: Thickness behind.
        taper: Degrees from the hairline within which the full thickness is reached.
        whorl: (azimuth, elevation) that the strands run from or to.
        relief: How far single strands stand out.
        shade: By how much the tint of the strands differs.
        wave: How wavy the strands are, in radians about the whorl.
        hangs: The hair falls over the ears and hangs free below this elevation, or None.
        bun: Radius of the bun at the whorl, 0 = none.
        grey: By how much the hair is greyer at the temples.
        curls: Share of short curls in the texture, the rest are strands.
        swell: 1 = full right behind the hairline, more = combed back flat.
    """

    hairline: tuple
    top: float
    sides: float
    back: float
    taper: float
    whorl: tuple
    relief: float = 0.0006
    shade: float = 0.14
    wave: float = 0.0
    hangs: float | None = None
    bun: float = 0.0
    grey: float = 0.0
    swell: float = 1.0
    curls: float = 0.0


STYLES = {
    "bun": HairStyle(
        hairline=(
            (0, 38), (15, 37), (30, 33), (43, 26), (53, 16), (59, 6), (63, -5), (67, -15),
            (71, -20), (76, -16), (82, -4), (88, 4), (100, 3), (110, -13), (122, -33), (145, -46),
            (180, -48),
        ),
        top=0.011, sides=0.0075, back=0.009, taper=26, swell=1.6, whorl=(180, 50), bun=0.035,
        shade=0.24,
    ),
    "crop": HairStyle(
        hairline=(
            (0, 38), (12, 38), (24, 38), (34, 35), (44, 27), (52, 18), (58, 8), (62, -3),
            (66, -17), (70, -24), (76, -22), (83, 0), (90, 5), (100, 4), (110, -12), (121, -32),
            (145, -41), (180, -43),
        ),
        top=0.013, sides=0.0055, back=0.0065, taper=20, whorl=(165, 58), relief=0.0005,
        swell=1.35, shade=0.2, grey=0.12, curls=0.6,
    ),
    "bob": HairStyle(
        hairline=(
            (-180, -47), (-140, -46), (-110, -46), (-84, -46), (-70, -43), (-63, -27), (-57, -3),
            (-46, 13), (-30, 22), (-8, 32), (14, 40), (28, 38), (42, 28), (52, 14), (59, -6),
            (65, -30), (74, -44), (90, -46), (110, -46), (140, -46), (180, -47),
        ),
        top=0.020, sides=0.013, back=0.016, taper=18, whorl=(17, 58), relief=0.0012, shade=0.22,
        wave=0.05, hangs=4.0,
    ),
}  # fmt: skip


class Hair:
    """The hair of one head in one style."""

    def __init__(self, head, style):
        self.head = head
        self.style = style
        self._hairline = _closed_curve(style.hairline)
        pieces = [self._shell()]
        if style.bun:
            pieces.append(self._bun())
        starts = np.cumsum([0, *(len(points) for points, _, _ in pieces[:-1])])
        points = head.world(np.concatenate([points for points, _, _ in pieces]))
        self.triangles = np.concatenate(
            [triangles + start for (_, triangles, _), start in zip(pieces, starts, strict=True)]
        )
        self.tint = np.concatenate([tint for _, _, tint in pieces])
        if style.hangs is None:
            self._attachment = Attachment.to_skin(head.body, points)
        else:
            self._attachment = Attachment.to_bone(head.body, points, "head")

    def draw(self, joints):
        """Return the hair as a draw list."""
        points = self._attachment.posed(joints)
        return draw_list(points, self.triangles, "hair", tint=self.tint)

    def above_hairline(self):
        """Return for each vertex of the body by how many degrees it lies inside the hair.

        Vertices that are not of the head are far outside.
        """
        elevation, azimuth = self.head.elevation_and_azimuth()
        above = elevation - self._hairline(azimuth)
        return np.where(self.head.share > 0.3, above, -90.0)

    def covers_ears(self):
        """Return whether the ears are under the hair."""
        return self.style.hangs is not None

    def _shell(self):
        azimuth = np.linspace(-180, 180, COLUMNS, endpoint=False)
        edge = self._hairline(azimuth)
        # Rows are closer together at the hairline, where the hair rises.
        share = np.linspace(0, 1, ROWS, endpoint=False)[:, None] ** 1.35
        away = direction(edge + (89 - edge) * share, np.broadcast_to(azimuth, (ROWS, COLUMNS)))
        away = np.concatenate([away.reshape(-1, 3), [[0, 1, 0]]])
        strand = self._strands(away)
        # Single hairs end a little higher or lower.
        elevation, at = angles(away)
        fade = 1 - step(elevation - self._hairline(at), 0, 5)
        away = direction(elevation + fade * RAGGED * _noise(at, _SINGLE_HAIRS), at)
        points = CENTRE + away * self._radius(away, strand)[:, None]
        return points, _globe_triangles(), self._tint(away, strand)

    def _depth(self, elevation, azimuth):
        """Return how many degrees a direction lies inside the hairline, squarely measured."""
        line = self._hairline(azimuth)
        slope = np.clip(self._hairline(azimuth, 1) / np.cos(np.radians(line)), -3, 3)
        return (elevation - line) / np.sqrt(1 + slope**2)

    def _radius(self, away, strand):
        """Return how far the hair's surface is from CENTRE."""
        style = self.style
        elevation, azimuth = angles(away)
        inside = self._depth(elevation, azimuth)
        behind = step(np.abs(azimuth), 85, 150)
        sides = style.sides + (style.back - style.sides) * behind
        full = sides + (style.top - sides) * step(elevation, 5, 65)
        # What hangs is rounder at its lower end than at the forehead.
        rounder = step(np.abs(azimuth), 62, 80) * (style.hangs is not None)
        inward = np.clip(inside / (style.taper * (1 + rounder)), 0, 1)
        rise = np.sqrt(1 - (1 - inward) ** 2) ** style.swell
        relief = style.relief * strand * rise
        if style.hangs is None:
            return self.head.scalp(away) + 0.0009 + full * rise + relief
        return self._hanging(away, full, rise) + relief

    def _hanging(self, away, full, rise):
        """Return the radius of hair that falls straight down from the height of the temples."""
        elevation, azimuth = angles(away)
        start = np.maximum(elevation, self.style.hangs)
        over_ear = 0.012 * np.exp(-(((np.abs(azimuth) - 95) / 24) ** 2))
        over_ear *= 1 - step(elevation, 5, 45)
        lying = self.head.scalp(direction(start, azimuth)) + full + over_ear
        fall = np.cos(np.radians(start)) / np.cos(np.radians(elevation))
        outer = lying * np.where(elevation < self.style.hangs, fall, 1)
        skin = self.head.scalp(away) + 0.0012
        # The edge lies on the skin beside the face and curls in towards the neck elsewhere.
        below_ears = step(np.abs(azimuth), 66, 95)
        edge = skin + below_ears * 0.35 * np.maximum(outer - 0.012 - skin, 0)
        return np.maximum(edge + (outer - edge) * rise, skin)

    def _strands(self, away):
        """Return for each direction how far its strand stands out, about -1 to 1."""
        azimuth, elevation = self.style.whorl
        around, distance = _polar(away, direction(elevation, azimuth))
        angle = around + self.style.wave * np.sin(distance * 7) * step(distance, 0.3, 1.2)
        strands = step(distance, 0.05, 0.5) * _noise(angle)
        stirred = away + 0.05 * np.sin(away[:, [1, 2, 0]] * 23 + [0.3, 1.9, 4.0])
        curls = np.prod(np.sin(stirred @ _CURLS), axis=-1) * 2.0
        return strands * (1 - self.style.curls) + curls * self.style.curls

    def _tint(self, away, strand):
        """Return the tint of the shell: strands, a soft sheen, a darker edge, grey temples."""
        elevation, azimuth = angles(away)
        sheen = np.exp(-(((elevation - 58) / 13) ** 2))
        edge = 1 - step(elevation - self._hairline(azimuth), 0, 9)
        bright = 1 + self.style.shade * strand + 0.16 * sheen - 0.08 * edge
        tint = np.repeat(bright[:, None], 3, axis=1)
        temples = np.exp(-(((np.abs(azimuth) - 75) / 32) ** 2)) * (1 - step(elevation, 8, 34))
        grey = np.array([1.35, 1.5, 1.6])
        return tint * (1 + self.style.grey * temples[:, None] * (grey - 1) * 2.2)

    def _bun(self):
        azimuth, elevation = self.style.whorl
        axis = direction(elevation, azimuth)
        away = _sphere(axis)
        around, distance = _polar(away, axis)
        coil = _noise(around + 1.7 * distance, _COILS) * step(distance, 0.1, 0.5)
        seat = self.head.scalp(axis[None])[0] + self.style.back + 0.42 * self.style.bun
        radius = self.style.bun * (1 + 0.03 * coil)
        flat = away - 0.14 * np.outer(away @ axis, axis)
        points = CENTRE + axis * seat + flat * radius[:, None]
        root = step(away @ axis, -0.75, -0.1)
        bright = (0.72 + 0.28 * root) * (1 + self.style.shade * coil)
        return points, _sphere_triangles(), np.repeat(bright[:, None], 3, axis=1)


def _closed_curve(points):
    """Return the function azimuth -> elevation through the points of a hairline."""
    azimuth, elevation = np.array(points, float).T
    if azimuth.min() >= 0:
        azimuth = np.concatenate([-azimuth[:0:-1], azimuth])
        elevation = np.concatenate([elevation[:0:-1], elevation])
    return PchipInterpolator(azimuth, elevation, extrapolate=True)


def _polar(away, axis):
    """Return the angle about `axis` and the angle from it, both in radians."""
    first = np.cross(axis, [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    around = np.arctan2(away @ second, away @ first)
    return around, np.arccos(np.clip(away @ axis, -1, 1))


# Whole numbers, so that the noise closes round the whorl; the phases are arbitrary but fixed.
_STRANDS = ((9, 0.4, 0.5), (17, 2.1, 0.7), (29, 5.0, 0.9), (47, 1.2, 1.0), (71, 3.3, 0.8))


# Directions and fineness of the waves whose product looks like short curls.
_CURLS = np.array([[41.0, -22.0, 13.0], [8.0, 37.0, 29.0], [-27.0, 11.0, 43.0]]).T * 1.7
_COILS = ((5, 0.5, 1.0), (11, 2.2, 0.8), (19, 4.0, 0.6))
# The same for degrees of azimuth; the ends of single hairs are finer than strands.
_SINGLE_HAIRS = tuple(
    (np.pi / 180 * count, phase, size)
    for count, phase, size in ((31, 0.3, 0.6), (67, 2.0, 0.8), (113, 4.1, 0.9), (151, 1.0, 0.7))
)


def _noise(angle, waves=_STRANDS):
    total = sum(size * np.sin(count * angle + phase) for count, phase, size in waves)
    return total / 2.2


def _globe_triangles():
    """Return the triangles of ROWS rings of COLUMNS points and one point at the crown."""
    row, column = np.mgrid[0 : ROWS - 1, 0:COLUMNS]
    a = (row * COLUMNS + column).ravel()
    b = (row * COLUMNS + (column + 1) % COLUMNS).ravel()
    last = (ROWS - 1) * COLUMNS + np.arange(COLUMNS)
    crown = np.full(COLUMNS, ROWS * COLUMNS)
    cap = np.stack([last, np.roll(last, -1), crown], axis=1)
    return np.concatenate(
        [
            np.stack([a, b, b + COLUMNS], axis=1),
            np.stack([a, b + COLUMNS, a + COLUMNS], axis=1),
            cap,
        ]
    )


RINGS, SPOKES = 28, 64


def _sphere(axis):
    """Return the points of a unit sphere in rings about `axis`."""
    first = np.cross(axis, [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    tilt, around = np.mgrid[0:RINGS, 0:SPOKES]
    tilt = (np.pi * tilt / (RINGS - 1)).ravel()
    around = (2 * np.pi * around / SPOKES).ravel()
    return (
        np.outer(np.cos(tilt), axis)
        + np.outer(np.sin(tilt) * np.cos(around), first)
        + np.outer(np.sin(tilt) * np.sin(around), second)
    )


def _sphere_triangles():
    row, column = np.mgrid[0 : RINGS - 1, 0:SPOKES]
    a = (row * SPOKES + column).ravel()
    b = (row * SPOKES + (column + 1) % SPOKES).ravel()
    first, second = np.stack([a, b, b + SPOKES], 1), np.stack([a, b + SPOKES, a + SPOKES], 1)
    return np.concatenate([first, second])
