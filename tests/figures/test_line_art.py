"""Line art: small, calm, without text, the highlight hatched or dashed where it is hidden."""

import gzip
import re
from functools import cache
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from figures import line_art, palette
from figures.camera import Camera

MOST_BYTES = 14_000
TAGS = {"svg", "g", "path"}


def ball(centre, radius, material, layer, *, lit=0.0):
    """A sphere as the arrays of a scene; `lit` is how strongly it is highlighted."""
    rows, columns = 24, 48
    down = np.linspace(0, np.pi, rows + 1)[:, None]
    round_ = np.linspace(0, 2 * np.pi, columns + 1)[None]
    normals = np.stack(
        np.broadcast_arrays(
            np.sin(down) * np.sin(round_), np.cos(down), np.sin(down) * np.cos(round_)
        ),
        axis=-1,
    ).reshape(-1, 3)
    first = np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)[None]
    a, b, c, d = (x.ravel() for x in (first, first + 1, first + columns + 1, first + columns + 2))
    triangles = np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)])
    count = len(normals)
    return SimpleNamespace(
        vertices=normals * radius + centre,
        normals=normals,
        triangles=triangles,
        clip=np.ones(count),
        field=np.full(count, -1.0),
        tint=np.ones((count, 3)),
        region=np.full(count, lit),
        materials=np.full((len(triangles), 2), palette.index(material)),
        layer=np.full(len(triangles), layer),
    )


def scene_of(*pieces):
    """Merge pieces into a scene; the figure looks to the front."""
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    merged = {
        name: np.concatenate([getattr(piece, name) for piece in pieces])
        for name in vars(pieces[0])
        if name != "triangles"
    }
    merged["triangles"] = np.concatenate(
        [piece.triangles + start for piece, start in zip(pieces, starts, strict=False)]
    )
    joints = SimpleNamespace(rotations=np.eye(3)[None])
    return SimpleNamespace(**merged, joints=joints)


BODY = {"centre": (0, 1, 0), "radius": 0.4, "material": "skin", "layer": 0}
CAMERA = {"above": 10, "target": np.array([0, 0.9, 0]), "distance": 6}


@cache
def drawing(kind):
    body = ball(**BODY)
    pieces = {
        "plain": [body],
        "lit": [ball(**BODY, lit=1.0)],
        "hidden": [ball((0, 1, -1), 0.3, "skin", 0, lit=1.0), ball((0, 1, 0.6), 0.6, "foam", 1)],
        "arrow": [body, ball((0, 1, 0), 0.1, "arrow", 2)],
        "hair": [body, ball((0, 1.5, 0), 0.2, "hair", 0)],
    }[kind]
    return line_art.line_art(scene_of(*pieces), Camera(**CAMERA))


def painted(kind):
    """The paints of the paths, in the order they are drawn."""
    return [
        path.get("fill")
        for path in ElementTree.fromstring(drawing(kind)).iter()
        if "d" in path.attrib
    ]


@pytest.mark.parametrize("kind", ["plain", "lit", "hidden", "arrow", "hair"])
def test_it_is_small_and_holds_nothing_but_paths(kind):
    text = drawing(kind)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
    assert tags <= TAGS
    assert 'viewBox="0 0 800 640"' in text
    assert len(gzip.compress(text.encode(), 9)) < MOST_BYTES
    assert not re.search(r"style=|id=|role=|href", text)


def test_every_colour_can_be_set_and_has_a_value_of_its_own():
    for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', drawing("lit")):
        assert colour == "none" or re.fullmatch(r"var\(--[a-z-]+,#[0-9a-f]{3,6}\)", colour)


def test_the_same_scene_gives_the_same_file():
    again = line_art.line_art(scene_of(ball(**BODY)), Camera(**CAMERA))
    assert again == drawing("plain")


def test_a_highlight_is_hatched():
    assert line_art.HIGHLIGHT not in drawing("plain")
    assert f'stroke="{line_art.HIGHLIGHT}"' in drawing("lit")
    assert "stroke-dasharray" not in drawing("lit")


def test_a_hidden_highlight_is_dashed():
    assert "stroke-dasharray" in drawing("hidden")


def test_an_arrow_lies_over_everything():
    assert painted("arrow")[-2:] == [line_art.PAPER, line_art.INK]


def test_hair_is_grey():
    assert line_art.HAIR in painted("hair")
    assert line_art.HAIR not in painted("plain")


def test_the_hatch_stays_in_its_mask():
    mask = np.zeros((90, 120), bool)
    mask[20:60, 30:80] = True
    strokes = re.findall(r"M(\d+) (\d+)l(\d+)-(\d+)", line_art.hatch(mask))
    assert len(strokes) > 5
    for x, y, right, up in np.array(strokes, int):
        assert right == up
        assert (x >= 30) & (x + right <= 80) & (y < 60) & (y - up >= 19)


def test_a_steady_slope_has_no_step_but_an_overlap_has():
    depth = np.tile(np.linspace(2, 3, 100), (40, 1))
    everywhere = np.ones(depth.shape, bool)
    assert not line_art.steps(depth, everywhere, 0.001).any()
    depth[:, 50:] += 0.2
    assert set(np.flatnonzero(line_art.steps(depth, everywhere, 0.001).any(axis=0))) == {49}


def test_the_edge_of_a_box_is_an_edge():
    normal = np.zeros((20, 40, 3))
    normal[:, :20, 2], normal[:, 20:, 0] = 1, 1
    found = line_art.edges(normal, np.ones((20, 40), bool))
    assert set(np.flatnonzero(found.any(axis=0))) == {19}
