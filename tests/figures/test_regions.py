"""Highlighted regions: on every body, on the right side, and the same on the other side."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from figures import regions
from figures.body import NAMES as BODIES
from figures.body import OUTWARD, SIDES, SKIN, Body

ALMOST_NOWHERE = 0.02
"""Metres that the soft edge of a region may reach over the body's middle."""


@pytest.fixture(params=BODIES)
def body(request):
    return Body.load(request.param)


@pytest.mark.parametrize("name", regions.NAMES)
def test_every_region_exists_on_both_sides_of_every_body(body, name):
    for side in SIDES:
        field = regions.region(body, f"{name}.{side}")
        assert field.shape == (len(body.vertices),)
        assert field.min() >= 0
        assert field.max() > 0.6
        assert (field[body.part == SKIN] > 0.5).sum() > 15


@pytest.mark.parametrize("name", regions.NAMES)
def test_a_region_stays_on_its_side(body, name):
    for side in SIDES:
        other_side = body.vertices[:, 0] * OUTWARD[side] < -ALMOST_NOWHERE
        assert regions.region(body, f"{name}.{side}")[other_side].max() < 0.1


@pytest.mark.parametrize("name", regions.NAMES)
def test_the_two_sides_are_mirror_images(body, name):
    left, right = (regions.region(body, f"{name}.{side}") for side in SIDES)
    skin = np.flatnonzero(body.part == SKIN)
    points = body.vertices[skin]
    away, mirrored = cKDTree(points * [-1, 1, 1]).query(points)
    paired = away < 0.001
    assert paired.mean() > 0.9
    difference = np.abs(left[skin] - right[skin][mirrored])[paired]
    assert difference.max() < 0.15
    assert difference.mean() < 0.01


def test_without_a_side_both_sides_are_meant(body):
    both = regions.region(body, "low_back")
    assert both.max() > 0.95
    for side in SIDES:
        assert (both >= regions.region(body, f"low_back.{side}") - 1e-9).all()


def test_a_union_covers_each_of_its_regions(body):
    union = regions.union(body, ["calf.left", "sole.right"])
    assert (union >= regions.region(body, "calf.left")).all()
    assert (union >= regions.region(body, "sole.right")).all()
    assert not regions.union(body, []).any()


@pytest.mark.parametrize("name", ["spleen", "calf.top", ""])
def test_an_unknown_region_is_refused(name):
    with pytest.raises(regions.UnknownRegion):
        regions.region(Body.load("woman"), name)


def test_the_regions_of_the_app_name_highlights_that_exist():
    assert len(regions.BODY_REGIONS) == 16
    for names in regions.BODY_REGIONS.values():
        assert names
        assert set(names) <= set(regions.NAMES)
