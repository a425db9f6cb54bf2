"""The surfaces a body can rest on: the floor, and what things have of flat and round.

Metres in the frame of the world (y up, floor y=0).
"""

from dataclasses import dataclass

import numpy as np

from figures.equipment import DOORWAY_DEPTH, MAT_THICKNESS, SEAT_DEPTH, SEAT_WIDTH, Thing
from figures.geometry import X, Y, Z, unit


@dataclass(frozen=True)
class Plane:
    """A flat surface. `normal` leads away from the solid: the way to push a body out.

    `half_sides` are two vectors from `point` to the middles of its edges; None has no edge.
    """

    point: np.ndarray
    normal: np.ndarray
    half_sides: tuple | None = None

    def gap(self, points):
        """Return how far each point is outside (+) or inside (-), edges disregarded."""
        return (np.asarray(points, float) - self.point) @ np.asarray(self.normal, float)

    def normals(self, points):
        """Return at each point the direction away from the surface."""
        return np.broadcast_to(self.normal, np.shape(points))

    def margin(self, points):
        """Return how far each point is inside the nearest edge, in metres; + is over the thing."""
        points = np.asarray(points, float)
        if self.half_sides is None:
            return np.full(len(points), np.inf)
        return np.min(
            [
                np.linalg.norm(side) - np.abs((points - self.point) @ unit(side))
                for side in self.half_sides
            ],
            axis=0,
        )


@dataclass(frozen=True)
class Cylinder:
    """A round surface about `axis` through `centre`; `length` None has no ends."""

    centre: np.ndarray
    axis: np.ndarray
    radius: float
    length: float | None = None

    @property
    def normal(self):
        """The way to push a body out: up, square to the axis."""
        return unit(Y - (Y @ self.axis) * self.axis)

    def _from_axis(self, points):
        away = np.asarray(points, float) - self.centre
        return away - np.outer(away @ self.axis, self.axis)

    def gap(self, points):
        """Return how far each point is outside (+) or inside (-), ends disregarded."""
        return np.linalg.norm(self._from_axis(points), axis=1) - self.radius

    def normals(self, points):
        """Return at each point the direction away from the axis."""
        away = self._from_axis(points)
        return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)

    def margin(self, points):
        """Return how far each point is inside the nearer end, in metres."""
        points = np.asarray(points, float)
        if self.length is None:
            return np.full(len(points), np.inf)
        return self.length / 2 - np.abs((points - self.centre) @ self.axis)


Surface = Plane | Cylinder
FLOOR = Plane(np.zeros(3), Y)


def surfaces(things):
    """Return by name what a body can rest on: the floor, and the surface of each thing."""
    found = {"floor": FLOOR}
    for thing in map(Thing.read, things):
        surface = _surface(thing)
        if surface is not None:
            found[thing.name] = surface
    return found


def _surface(thing):
    options = thing.options
    if thing.kind in {"foam_roller", "bottle"}:
        radius = options["radius"]
        return Cylinder(thing.at + radius * Y, thing.rotation @ X, radius, float(options["length"]))
    if thing.kind == "wall":
        middle = [0, options["height"] / 2, 0]
        return _flat(thing, middle, -Z, (options["width"] / 2 * X, options["height"] / 2 * Y))
    if thing.kind == "doorway":
        middle = [0, options["height"] / 2, -DOORWAY_DEPTH / 2]
        return _flat(thing, middle, -Z, (options["width"] / 2 * X, options["height"] / 2 * Y))
    top = _top(thing)
    if top is None:
        return None
    width, height, depth = top
    return _flat(thing, [0, height, 0], Y, (width / 2 * X, depth / 2 * Z))


def _flat(thing, middle, normal, half_sides):
    turned = tuple(thing.rotation @ side for side in half_sides)
    return Plane(thing.to_world(middle), thing.rotation @ normal, turned)


def _top(thing):
    """Return width, height and depth of the block whose top a body rests on, if it is one."""
    options = thing.options
    if thing.kind == "mat":
        return options["width"], MAT_THICKNESS, options["length"]
    if thing.kind == "chair":
        return SEAT_WIDTH, options["seat"], SEAT_DEPTH
    if thing.kind in {"table", "worktop", "bed", "step", "folded_towel", "cushion", "book"}:
        return tuple(options["size"])
    return None
