"""Materials and their colours. Colours are sRGB; shading is done in linear light."""

import numpy as np

COLOURS = {
    "skin": "#e6b896",
    "hair": "#5a443c",
    "top": "#4f9fa1",
    "leggings": "#56688c",
    "wood": "#dba56e",
    "metal": "#85828c",
    "foam": "#efb65c",
    "rubber": "#8273c0",
    "strap": "#7c69bb",
    "cloth": "#ecdfc9",
    "wall": "#c9c5bf",
    "mat": "#a3aecf",
    "ice": "#bfe2f1",
    "arrow": "#f0651a",
    "lash": "#3d2b27",
    "floor_edge": "#aaa49c",
}
"""Mid tones, so that a picture reads on a light and on a dark page."""

MATERIALS = tuple(COLOURS)
"""The order is the meaning of the numbers in `DrawList.materials`; append, never reorder."""

WORN = ("skin", "hair", "top", "leggings")
"""The materials whose colours belong to a person's look."""

HIGHLIGHT = "#ec3a2d"
HIGHLIGHT_RIM = "#ff8a4c"
HIGHLIGHT_EDGE = "#ffb199"
ARROW_EDGE = "#fffaf2"
SHADOW = "#0d1630"


def index(name):
    """Return the number of a material."""
    return MATERIALS.index(name)


def rgb(colour):
    """Return `#rrggbb` as three numbers from 0 to 1, still sRGB."""
    return np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])


def linear(colour):
    """Return `#rrggbb` as linear light, three numbers from 0 to 1."""
    return to_linear(rgb(colour))


def to_linear(value):
    """Return sRGB values (0 to 1) as linear light."""
    value = np.asarray(value, float)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def to_srgb(value):
    """Return linear light as sRGB values, clipped to 0..1."""
    value = np.clip(value, 0, 1)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)


def colours_of(look=None):
    """Return the colour of each material as `{name: "#rrggbb"}`, the look's own where it has one.

    A look gives its colours as attributes named like the material (`skin`, `hair`, `top`,
    `leggings`), each `#rrggbb`.
    """
    chosen = dict(COLOURS)
    for name in WORN:
        colour = getattr(look, name, None)
        if isinstance(colour, str) and colour.startswith("#"):
            chosen[name] = colour
    return chosen


def table(look=None):
    """Return the linear colours of all materials, one row each, in the order of MATERIALS."""
    return np.array([linear(colour) for colour in colours_of(look).values()])
