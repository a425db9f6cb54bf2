"""Draws all the pictures of one movement: still, motion and line art."""

import gzip

from figures import encode, motion, scene, shading
from figures.framing import camera_of
from figures.line_art import line_art

STILL_SAMPLES, MOTION_SAMPLES = 64, 24
LINE_ART_BUDGET = 14_000
"""Bytes, compressed as it travels."""


class TooLarge(ValueError):
    """A line drawing that does not fit its budget."""


def render(figure, drawing, folder):
    """Write the four files of a drawing into `folder`; TooLarge when one cannot fit its budget."""
    camera = camera_of(figure, drawing, encode.STILL_SIZE)
    still = scene.build(figure, drawing, drawing.pose(drawing.still))
    picture = shading.soft(still, camera, figure.look, *encode.STILL_SIZE, samples=STILL_SAMPLES)
    encode.write_still(picture, folder, drawing.slug)
    write_line_art(line_art(still, camera), folder, drawing.slug)
    write_motion(figure, drawing, camera, folder)


def write_line_art(svg, folder, slug):
    """Write `<slug>.svg`."""
    size = len(gzip.compress(svg.encode(), 9))
    if size > LINE_ART_BUDGET:
        raise TooLarge(f"{slug}.svg: {size} bytes compressed, allowed are {LINE_ART_BUDGET}")
    (folder / f"{slug}.svg").write_text(svg, encoding="utf-8")


def write_motion(figure, drawing, camera, folder):
    """Write `<slug>.anim.avif`; every different picture is drawn once."""
    frames = motion.frames(drawing)
    drawn = {
        picture: shading.soft(
            scene.build(figure, drawing, picture.pose(drawing), arrows=False),
            camera,
            figure.look,
            *encode.MOTION_SIZE,
            samples=MOTION_SAMPLES,
        )
        for picture in motion.pictures(frames)
    }
    encode.write_motion(
        [drawn[frame.picture] for frame in frames],
        [frame.milliseconds for frame in frames],
        folder,
        drawing.slug,
    )
