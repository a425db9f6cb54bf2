"""A quick look at a drawing: every key pose as the picture shows it, from its side, front and top."""

import numpy as np
from PIL import Image

from figures import scene, shading
from figures.camera import Camera
from figures.framing import camera_of, framed_points

SIZE = (480, 384)


def preview(figure, drawing, size=SIZE):
    """Return one picture: a row for each pose (camera, side, front, top)."""
    own = camera_of(figure, drawing, size)
    everything = framed_points(figure, drawing)
    side = 90 if drawing.camera["around"] >= 0 else -90
    others = [
        Camera(around, above).fit(everything, *size, 0.06)
        for around, above in ((side, 3), (0, 3), (drawing.camera["around"], 75))
    ]
    rows = []
    for pose in drawing.poses:
        built = scene.build(figure, drawing, pose)
        pictures = [
            shading.flat(built, camera, *size, look=figure.look) for camera in (own, *others)
        ]
        rows.append(np.concatenate([np.asarray(picture) for picture in pictures], axis=1))
    return Image.fromarray(np.concatenate(rows, axis=0))
