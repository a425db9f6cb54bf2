"""A camera that turns round the figure. World: metres, y up; angles in degrees.

`around` 0 looks from the front (+z), 90 from the figure's left (+x); `above` is the elevation.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Camera:
    """Where the picture is taken from. Call `fit` before drawing.

    Attributes:
        around: Degrees about y, 0 = from the front, 90 = from the figure's left.
        above: Degrees above the horizon.
        lens: Vertical field of view in degrees; a small one flattens the perspective.
        target: The point in the middle of the picture.
        distance: From the eye to the target, in metres.
    """

    around: float = 0.0
    above: float = 8.0
    lens: float = 16.0
    target: np.ndarray = field(default_factory=lambda: np.array([0.0, 0.9, 0.0]))
    distance: float = 7.0

    @property
    def direction(self):
        """The unit vector from the target to the eye."""
        around, above = np.radians([self.around, self.above])
        flat = np.cos(above)
        return np.array([np.sin(around) * flat, np.sin(above), np.cos(around) * flat])

    @property
    def right(self):
        """The world direction that points to the right in the picture."""
        around = np.radians(self.around)
        return np.array([np.cos(around), 0.0, -np.sin(around)])

    @property
    def up(self):
        """The world direction that points upwards in the picture."""
        return np.cross(self.direction, self.right)

    @property
    def eye(self):
        """The place of the camera."""
        return self.target + self.direction * self.distance

    def focal(self, height):
        """Return the focal length in pixels of a picture `height` pixels high."""
        return height / 2 / np.tan(np.radians(self.lens) / 2)

    def project(self, points, width, height):
        """Return points (n, 3) as pixel x (right), pixel y (down) and depth in metres."""
        offset = np.asarray(points, float) - self.eye
        depth = -(offset @ self.direction)
        scale = self.focal(height) / depth
        x = width / 2 + scale * (offset @ self.right)
        y = height / 2 - scale * (offset @ self.up)
        return np.stack([x, y, depth], axis=-1)

    def rays(self, width, height):
        """Return for each pixel (height, width, 3) the way from the eye to depth 1."""
        focal = self.focal(height)
        across = ((np.arange(width) + 0.5 - width / 2) / focal)[None, :, None]
        down = ((np.arange(height) + 0.5 - height / 2) / focal)[:, None, None]
        return across * self.right - down * self.up - self.direction

    def fit(self, points, width, height, margin=0.06):
        """Move so that all points fill the picture, `margin` (a share of each side) left free.

        Returns the camera itself.
        """
        points = np.asarray(points, float)
        room = np.array([width, height]) * (1 - 2 * margin)
        for _ in range(12):  # perspective makes it implicit; this converges in a few steps
            seen = self.project(points, width, height)
            low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
            shift = (low + high) / 2 - np.array([width, height]) / 2
            metres = shift * seen[:, 2].mean() / self.focal(height)
            self.target = self.target + self.right * metres[0] - self.up * metres[1]
            self.distance = self.distance * float(((high - low) / room).max())
        return self
