"""Tracing: paths that follow their field closely, keep corners and stay small."""

import re

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from figures.tracing import enclosed_area, fit_closed, trace


def disc(radius=60, size=200, at=(100, 100)):
    y, x = np.mgrid[0:size, 0:size] + 0.5
    return radius - np.hypot(x - at[0], y - at[1])


def corners(data):
    """The end points of the curves of the first shape of path data."""
    pieces = re.findall(r"([Mlc])([^Mlcz]*)", data.split("z")[0])
    here, found = np.zeros(2, int), []
    for command, numbers in pieces:
        values = np.array(re.findall(r"-?\d+", numbers), int).reshape(-1, 2)
        steps = values if command in "Ml" else values[2::3]
        for step in steps:
            here = here + step
            found.append(here)
    return np.array(found)


def test_a_disc_takes_few_curves_and_all_lie_on_its_rim():
    points = corners(trace(disc(), 0.0, tolerance=0.5))
    assert 4 <= len(points) <= 12
    assert np.abs(np.hypot(*(points - 100).T) - 60).max() < 1


def test_a_square_keeps_its_corners():
    mask = np.zeros((120, 120))
    mask[30:90, 20:100] = 1
    points = corners(trace(gaussian_filter(mask, 0.7)))
    for corner in ((20, 30), (100, 30), (100, 90), (20, 90)):
        assert np.hypot(*(points - corner).T).min() < 3


def test_a_hole_is_a_second_shape_and_specks_are_left_out():
    field = np.minimum(disc(70), -disc(30))
    field[:4, :3] = 1
    assert trace(field, 0.0).count("M") == 2


def test_scale_multiplies_the_units():
    once, twice = (corners(trace(disc(), 0.0, scale=scale)) for scale in (1, 2))
    assert np.ptp(twice) == pytest.approx(2 * np.ptp(once), abs=2)


def test_what_is_cut_by_the_border_is_closed_there():
    points = corners(trace(disc(at=(0, 100)), 0.0))
    assert points[:, 0].min() <= 1
    assert np.ptp(points[:, 1]) == pytest.approx(120, abs=3)


def test_nothing_above_the_level_is_an_empty_path():
    assert trace(np.zeros((20, 20))) == ""


def test_a_fit_stays_within_its_tolerance():
    turn = np.linspace(0, 2 * np.pi, 400)
    radius = 50 + 6 * np.sin(5 * turn)
    outline = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    curves = fit_closed(outline, 0.4)
    share = np.linspace(0, 1, 12)[:, None]
    drawn = np.concatenate(
        [
            (1 - share) ** 3 * a
            + 3 * share * (1 - share) ** 2 * b
            + 3 * share**2 * (1 - share) * c
            + share**3 * d
            for a, b, c, d in curves
        ]
    )
    gaps = np.linalg.norm(drawn[:, None] - outline[None], axis=2).min(axis=1)
    assert gaps.max() < 1
    assert len(curves) < 60


def test_the_area_of_an_outline():
    square = np.array([[0, 0], [4, 0], [4, 3], [0, 3], [0, 0]], float)
    assert enclosed_area(square) == 12
