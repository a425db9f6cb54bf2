"""Equipment: kinds and their options."""

import pytest

from figures.equipment import Thing


def test_an_option_that_a_kind_does_not_have_is_refused():
    with pytest.raises(ValueError, match="mat has no radius"):
        Thing.read({"kind": "mat", "radius": 1})
