"""The camera: where things come to lie in the picture."""

import numpy as np
import pytest

from figures import camera

CORNERS = np.array([[x, y, z] for x in (-0.4, 0.4) for y in (0, 1.7) for z in (-0.3, 0.5)])


def test_from_the_front_the_figures_left_is_on_the_right_of_the_picture() -> None:
    left, _, _ = camera.Camera(around=0, above=0).project([[0.3, 0.9, 0]], 800, 640)[0]
    assert left > 400


def test_from_its_left_the_figure_faces_left() -> None:
    nose, _, _ = camera.Camera(around=90, above=0).project([[0, 0.9, 0.3]], 800, 640)[0]
    assert nose < 400


def test_what_is_higher_comes_further_up() -> None:
    head, feet = camera.Camera().project([[0, 1.7, 0], [0, 0, 0]], 800, 640)
    assert head[1] < feet[1]


@pytest.mark.parametrize("around", [0, 62, -112])
@pytest.mark.parametrize("above", [0, 25, 75])
def test_fitting_fills_the_picture_and_keeps_the_margin(around: float, above: float) -> None:
    fitted = camera.Camera(around, above).fit(CORNERS, 800, 640, margin=0.05)
    seen = fitted.project(CORNERS, 800, 640)[:, :2] / [800, 640]
    assert seen.min() == pytest.approx(0.05, abs=0.003)
    assert seen.max() == pytest.approx(0.95, abs=0.003)


def test_a_ray_leads_back_to_the_point_it_shows() -> None:
    fitted = camera.Camera(30, 12).fit(CORNERS, 80, 64)
    ray = fitted.rays(80, 64)[20, 30]
    x, y, depth = fitted.project([fitted.eye + 3 * ray], 80, 64)[0]
    assert (x, y, depth) == pytest.approx((30.5, 20.5, 3))
