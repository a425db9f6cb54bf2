"""What was heard is compared with what was said."""

import pytest

from voice.word_errors import word_errors


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        pytest.param("hands on it", 0, id="the same"),
        pytest.param("hands on a", 1, id="a wrong word"),
        pytest.param("hands on", 1, id="a word left out"),
        pytest.param("both hands on it", 1, id="a word too many"),
        pytest.param("", 3, id="nothing"),
        pytest.param("sit", 3, id="something else"),
    ],
)
def test_wrong_missing_and_extra_words_are_counted(heard: str, errors: int) -> None:
    assert word_errors(["hands", "on", "it"], heard.split()) == errors
