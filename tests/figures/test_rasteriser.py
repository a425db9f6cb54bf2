"""What each pixel shows: the nearest thing, its material and a highlight that lies behind it."""

import numpy as np
import pytest

from figures.camera import Camera
from figures.rasteriser import ARROW, EQUIPMENT, buffers
from figures.shading import flat, soft
from tests.figures.hand_made import HAIR, RUBBER, SKIN, scene, square

SIZE = (100, 80)
MIDDLE = (40, 50)
NEAR_THE_EDGE = (40, 35)
IN_FRONT = Camera(0, 0, target=np.array([0.0, 1.0, 0.0]), distance=6.0)


def drawn(*squares):
    return buffers(scene(*squares), IN_FRONT, *SIZE)


def test_the_nearer_of_two_things_is_seen() -> None:
    seen = drawn(square(0), square(0.5, 0.2, (RUBBER, RUBBER), EQUIPMENT))
    assert seen.material[MIDDLE] == RUBBER
    assert seen.material[NEAR_THE_EDGE] == SKIN
    assert seen.material[0, 0] == -1
    assert seen.depth[MIDDLE] == pytest.approx(5.5)


def test_the_sign_of_the_field_chooses_the_material() -> None:
    seen = drawn(square(0, material=(SKIN, HAIR), field=np.array([-1, -1, 1, 1])))
    assert seen.material[30, 50] == HAIR
    assert seen.material[50, 50] == SKIN


def test_clipped_cloth_shows_what_is_under_it() -> None:
    cloth = square(0.1, material=(RUBBER, RUBBER), clip=np.array([-1, -1, 1, 1]))
    seen = drawn(square(0), cloth)
    assert seen.material[30, 50] == RUBBER
    assert seen.material[50, 50] == SKIN


def test_a_highlight_behind_equipment_is_known() -> None:
    seen = drawn(square(0, region=1), square(0.1, 0.2, (RUBBER, RUBBER), EQUIPMENT))
    assert seen.hidden[MIDDLE] == pytest.approx(1)
    assert seen.hidden_gap[MIDDLE] == pytest.approx(0.1, abs=0.01)
    assert seen.region[MIDDLE] == 0
    assert seen.hidden[NEAR_THE_EDGE] == 0
    assert seen.region[NEAR_THE_EDGE] == pytest.approx(1)


def test_an_arrow_is_over_everything_and_hides_nothing() -> None:
    seen = drawn(square(0), square(-1, 0.2, layer=ARROW))
    assert seen.arrow[MIDDLE]
    assert seen.material[MIDDLE] == SKIN


def test_the_quick_picture_is_white_round_the_figure() -> None:
    picture = flat(scene(square(0)), IN_FRONT, *SIZE)
    assert picture.getpixel((0, 0)) == (255, 255, 255)
    assert picture.getpixel(MIDDLE[::-1]) != (255, 255, 255)


def test_the_picture_is_clear_round_the_figure_and_the_same_each_time() -> None:
    def picture():
        return soft(scene(square(0)), IN_FRONT, None, *SIZE, samples=8)

    assert picture().getpixel((0, 0))[3] == 0
    assert picture().getpixel(MIDDLE[::-1])[3] == 255
    assert picture().tobytes() == picture().tobytes()


def test_a_highlight_shows_through_a_roller() -> None:
    roller = square(0.1, 0.2, (RUBBER, RUBBER), EQUIPMENT)
    plain, lit = (
        soft(scene(square(0, region=region), roller), IN_FRONT, None, *SIZE, samples=8)
        for region in (0, 1)
    )
    assert lit.getpixel(MIDDLE[::-1])[0] > plain.getpixel(MIDDLE[::-1])[0] + 20
