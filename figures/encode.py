"""Writes the picture files of a movement within their budgets: stills and motions."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt

STILL_SIZE = (800, 640)
MOTION_SIZE = (480, 384)
STILL_BUDGET = 25_000
MOTION_BUDGET = 60_000
"""Bytes a file."""

STILL_QUALITIES = range(58, 29, -7)
MOTION_QUALITIES = range(44, 19, -6)
"""Tried from the best on until the file is small enough."""

ALPHA_LEVEL = "40"
"""Quantiser of a motion's outline, 0 best to 63: it needs less than the colours."""

BLEED = 2
"""Pixels: the codec keeps one colour for two by two pixels."""
HIDDEN = (20, 30, 60, 0)
"""What lies under the transparent rest; the shadow's colour."""

SPEED = 6
"""Of the AV1 encoder, 0 slow to 10 fast; slower saves some 3 %."""


class TooLarge(ValueError):
    """A picture does not fit its budget even at the lowest quality we show."""


def write_still(image, folder, slug):
    """Write `<slug>.avif` and `<slug>.webp` of an RGBA picture; returns their sizes in bytes."""
    image = bled(image)
    avif = _within(lambda quality: _avif([image], [0], quality), STILL_QUALITIES, STILL_BUDGET)
    webp = _within(lambda quality: _webp(image, quality), STILL_QUALITIES, STILL_BUDGET)
    return [
        _written(Path(folder) / f"{slug}.avif", avif),
        _written(Path(folder) / f"{slug}.webp", webp),
    ]


def write_motion(images, milliseconds, folder, slug):
    """Write `<slug>.anim.avif`, which plays for ever; returns its size in bytes.

    Args:
        images: RGBA pictures in the order they are shown; one that comes again is cheap.
        milliseconds: How long each is shown.
        folder: Where to.
        slug: Of the movement.
    """
    clean = {id(image): bled(image) for image in images}
    images = [clean[id(image)] for image in images]
    data = _within(
        lambda quality: _avif(images, milliseconds, quality), MOTION_QUALITIES, MOTION_BUDGET
    )
    return _written(Path(folder) / f"{slug}.anim.avif", data)


def bled(image):
    """Return the picture with the colours of its edges carried a little into what is transparent.

    A codec mixes the colours of neighbouring pixels, seen or not; another colour under alpha 0
    would show as a rim. Further out one colour is cheapest, in every frame the same.
    """
    pixels = np.asarray(image)
    away, nearest = distance_transform_edt(pixels[..., 3] == 0, return_indices=True)
    out = pixels[nearest[0], nearest[1]]
    out[away > BLEED] = HIDDEN
    out[..., 3] = pixels[..., 3]
    return Image.fromarray(out)


def _avif(images, milliseconds, quality):
    data = BytesIO()
    advanced = {"alpha:cq-level": ALPHA_LEVEL} if len(images) > 1 else {}
    several = {"save_all": True, "append_images": images[1:], "duration": list(milliseconds)}
    images[0].save(
        data,
        "AVIF",
        quality=quality,
        speed=SPEED,
        range="limited",  # Chromium shows a full-range motion with too much contrast
        max_threads=1,  # the same bytes on every machine
        advanced=advanced,
        **(several if len(images) > 1 else {}),
    )
    return data.getvalue()


def _webp(image, quality):
    data = BytesIO()
    image.save(data, "WEBP", quality=quality, alpha_quality=80, method=6, exact=True)
    return data.getvalue()


def _within(encoded, qualities, budget):
    """Return what `encoded(quality)` gives at the first quality that fits the budget."""
    size = 0
    for quality in qualities:
        data = encoded(quality)
        if len(data) <= budget:
            return data
        size = len(data)
    raise TooLarge(f"{size} bytes at quality {qualities[-1]}, allowed are {budget}")


def _written(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)
