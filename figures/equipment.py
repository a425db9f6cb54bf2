"""Things the figure uses: their kinds with the options of each, and where they stand.

Metres and degrees in the frame of the world (y up, floor y=0). A thing is made about its own
origin, turned by `turn` about y, then put at `at`. For things that stand or lie on something,
the origin is the middle of their underside; for balls the centre; for a wall its surface.
"""

from dataclasses import dataclass, field

import numpy as np

from figures.geometry import Y, rotation

KINDS = {
    "mat": {"length": 1.8, "width": 0.62},
    "foam_roller": {"radius": 0.075, "length": 0.45},
    "massage_ball": {"radius": 0.033, "on": None},
    "ball": {"radius": 0.09, "on": None},
    "wall": {"width": 1.6, "height": 2.1},
    "doorway": {"opening": 0.86, "width": 1.7, "height": 2.05},
    "chair": {"seat": 0.45, "back": True, "arms": False},
    "table": {"size": [1.1, 0.73, 0.6]},
    "worktop": {"size": [1.4, 0.9, 0.6]},
    "bed": {"size": [1.0, 0.5, 2.0], "headboard": True},
    "step": {"size": [0.5, 0.16, 0.32]},
    "strap": {"through": [], "width": 0.035},
    "towel": {"through": [], "width": 0.12},
    "folded_towel": {"size": [0.3, 0.04, 0.2]},
    "cushion": {"size": [0.4, 0.12, 0.3]},
    "bottle": {"radius": 0.033, "length": 0.2, "frozen": True},
    "book": {"size": [0.2, 0.03, 0.27]},
}
PLACE = ("name", "kind", "at", "turn")

MAT_THICKNESS = 0.008
SEAT_WIDTH, SEAT_DEPTH = 0.44, 0.42
DOORWAY_DEPTH = 0.1


@dataclass(frozen=True)
class Thing:
    """One thing of a drawing; `options` holds every option of its kind."""

    kind: str
    name: str = ""
    at: np.ndarray = field(default_factory=lambda: np.zeros(3))
    turn: float = 0.0
    options: dict = field(default_factory=dict)

    @classmethod
    def read(cls, entry):
        """Return the thing that an entry of a drawing's `equipment` describes."""
        if isinstance(entry, cls):
            return entry
        kind = entry["kind"]
        options = {key: value for key, value in entry.items() if key not in PLACE}
        unknown = options.keys() - KINDS[kind].keys()
        if unknown:
            raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}")
        at = np.array(entry.get("at") or (0, 0, 0), float)
        options = KINDS[kind] | options
        return cls(kind, entry.get("name") or kind, at, entry.get("turn") or 0.0, options)

    @property
    def rotation(self):
        """The rotation from the thing's own frame to the world."""
        return rotation(Y, self.turn)

    def to_world(self, points):
        """Return points of the thing's own frame in the world."""
        return np.asarray(points, float) @ self.rotation.T + self.at
