"""The surfaces a body rests on: where they look to be, and facing the right way."""

import numpy as np
import pytest

from figures.surfaces import surfaces


def test_the_floor_is_always_there():
    floor = surfaces([])["floor"]
    assert floor.gap([[3, 0.2, 1], [0, -0.1, 0]]) == pytest.approx([0.2, -0.1])


def test_a_wall_faces_whoever_looks_to_plus_z_and_turns_with_its_turn():
    wall = surfaces([{"kind": "wall", "at": [0, 0, 0.5]}])["wall"]
    assert wall.gap([[0.2, 1, 0.3], [0, 1, 0.6]]) == pytest.approx([0.2, -0.1])
    behind = surfaces([{"kind": "wall", "at": [0, 0, -0.2], "turn": 180}])["wall"]
    assert behind.gap([[0, 1, 0]]) == pytest.approx([0.2])
    assert behind.normal == pytest.approx([0, 0, 1])


def test_a_roller_is_round_and_pushes_upwards():
    turned = {"kind": "foam_roller", "at": [0, 0, 0.4], "turn": 90}
    roller = surfaces([turned])["foam_roller"]
    assert roller.gap([[0, 0.2, 0.4], [0.1, 0.075, 0.4]]) == pytest.approx([0.05, 0.025])
    assert roller.normal == pytest.approx([0, 1, 0])
    assert roller.margin(np.array([[0, 0.1, 0.4], [0, 0.1, 0.7]])) == pytest.approx([0.225, -0.075])


def test_things_are_told_apart_by_name():
    named = [{"kind": "step"}, {"kind": "step", "name": "second", "at": [1, 0, 0]}]
    assert set(surfaces(named)) == {"floor", "step", "second"}
