"""The body map: every region is there, in one piece of the body each, and none overlap."""

import gzip
import re

import numpy as np
import pytest
from scipy.ndimage import label as pieces_of

from figures import body_map, regions
from figures.body_map import HEAD, NAMES, REGIONS

SEEN = {
    "front": {
        "jaw", "neck", "shoulder", "chest", "forearm_hand", "abdomen", "hip", "thigh_front",
        "thigh_inner", "knee", "calf_ankle", "foot",
    },
    "back": {
        "neck", "shoulder", "upper_back", "forearm_hand", "low_back", "glutes", "hip",
        "thigh_back", "thigh_inner", "knee", "calf_ankle", "foot",
    },
}  # fmt: skip
IN_ONE_PIECE = {"jaw", "neck", "chest", "abdomen", "upper_back", "low_back", "glutes"}
SMALLEST = 1500
"""Pixels, of the 770,000 of a view."""


@pytest.fixture(scope="module")
def views():
    return body_map.views()


@pytest.fixture(scope="module")
def shapes(views):
    return body_map.shapes(views)


def test_it_has_the_products_regions():
    assert set(REGIONS) == set(regions.BODY_REGIONS)


@pytest.mark.parametrize("view", ["front", "back"])
def test_a_view_shows_its_regions_and_no_others(views, view):
    found, sizes = np.unique(views[view].label, return_counts=True)
    sized = {NAMES[i]: size for i, size in zip(found, sizes, strict=True) if i >= 0}
    assert set(sized) - {HEAD} == SEEN[view]
    assert min(sized.values()) > SMALLEST


@pytest.mark.parametrize("view", ["front", "back"])
def test_regions_hang_together(views, view):
    for name in SEEN[view]:
        found, _ = pieces_of(views[view].label == NAMES.index(name))
        large = (np.bincount(found.ravel())[1:] > 150).sum()
        if name in IN_ONE_PIECE or (view, name) == ("front", "hip"):
            assert large == 1, name
        else:
            assert large == 2, name


@pytest.mark.parametrize("view", ["front", "back"])
def test_left_and_right_are_alike(views, view):
    label = views[view].label
    assert (label == label[:, ::-1]).mean() > 0.97


def test_a_tap_on_a_region_means_it(views):
    for view in views.values():
        nearest = body_map.nearest_regions(view.label)
        on_region = (view.label >= 0) & (view.label < len(REGIONS))
        assert (nearest[on_region] == view.label[on_region]).all()


def test_a_tap_on_the_face_means_the_jaw_and_one_on_the_back_of_the_head_the_neck(views):
    for view, name in (("front", "jaw"), ("back", "neck")):
        label = views[view].label
        found = body_map.nearest_regions(label)[label == NAMES.index(HEAD)]
        assert (found == REGIONS.index(name)).mean() > 0.9


def test_the_file_is_small_and_names_its_command(shapes):
    text = body_map.macro_file(shapes)
    assert "python -m figures body-map" in text
    assert len(gzip.compress(text.encode(), 9)) < 6 * 1024
    for name in REGIONS:
        assert len(re.findall(rf'  "{name}": "M[^"]+z"', text)) == 2


def test_the_same_body_gives_the_same_file(shapes):
    assert body_map.shapes(body_map.views()) == shapes
