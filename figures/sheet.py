"""Contact sheets of the committed pictures, light and dark, at the size a phone shows them."""

import gzip

from PIL import Image, ImageDraw, ImageFont

CELL = (358, 286)
"""A picture on a phone 390 px wide, in pixels."""
CAPTION = 20
COLUMNS, ROWS = 4, 4
SCHEMES = {"light": ("#fdfcfa", "#3b3a37"), "dark": ("#14161b", "#d8dae0")}
"""Background and writing."""


def sheets(slugs, pictures, folder):
    """Write the sheets of the movements `slugs` into `folder`; returns the files' paths.

    A movement without a picture gets an empty cell with its name.
    """
    written = []
    each = COLUMNS * ROWS
    for scheme, colours in SCHEMES.items():
        for first in range(0, len(slugs), each):
            page = _sheet(slugs[first : first + each], pictures, *colours)
            target = folder / f"sheet-{scheme}-{first // each + 1}.png"
            page.save(target)
            written.append(target)
    return written


def _sheet(slugs, pictures, background, ink):
    width, height = CELL[0], CELL[1] + CAPTION
    rows = -(-len(slugs) // COLUMNS)
    page = Image.new("RGB", (width * min(COLUMNS, len(slugs)), height * rows), background)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(12)
    for place, slug in enumerate(slugs):
        left, top = place % COLUMNS * width, place // COLUMNS * height
        still = pictures / f"{slug}.webp"
        if still.is_file():
            picture = Image.open(still).convert("RGBA").resize(CELL, Image.Resampling.LANCZOS)
            page.paste(picture, (left, top), picture)
        pen.text((left + 6, top + CELL[1]), f"{slug} {_sizes(slug, pictures)}", ink, font)
    return page


def _sizes(slug, pictures):
    """Return the kilobytes of still (AVIF and WebP), motion and line art (compressed)."""
    found = []
    for ending in (".avif", ".webp", ".anim.avif", ".svg"):
        path = pictures / f"{slug}{ending}"
        if path.is_file():
            data = path.read_bytes()
            size = len(gzip.compress(data)) if ending == ".svg" else len(data)
            found.append(str(round(size / 1000)))
    return "/".join(found) + " KB" if found else "(no picture)"
