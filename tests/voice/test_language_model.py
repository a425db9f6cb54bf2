"""What the recogniser expects to hear: our words, in any order, likelier in ours."""

import re

import pytest

from voice import language_model

SENTENCES = [["left", "side"], ["right", "side"], ["switch", "sides"]]


@pytest.fixture
def chances() -> tuple[dict[str, tuple[float, float]], dict[str, dict[str, float]]]:
    """Chance and back-off weight of each word; chance of each pair."""
    text = language_model.arpa(SENTENCES)
    words, pairs = text.split("\\1-grams:\n")[1].split("\\2-grams:\n")
    single = {}
    for line in words.strip().splitlines():
        chance, word, *back_off = line.split()
        single[word] = (10 ** float(chance), 10 ** float(back_off[0]) if back_off else 1.0)
    double: dict[str, dict[str, float]] = {}
    for chance, first, second in re.findall(r"^(-\S+) (\S+) (\S+)$", pairs, re.MULTILINE):
        double.setdefault(first, {})[second] = 10 ** float(chance)
    return single, double


def test_all_that_may_follow_a_word_adds_up_to_one(chances) -> None:
    single, double = chances
    for first, seen in double.items():
        open_to = sum(chance for word, (chance, _) in single.items() if word not in seen)
        assert sum(seen.values()) + single[first][1] * open_to == pytest.approx(1, abs=1e-4)


def test_a_pair_of_ours_is_likelier_than_another(chances) -> None:
    single, double = chances
    assert double["left"]["side"] > 3 * single["left"][1] * single["sides"][0]


def test_every_word_may_follow_every_other(chances) -> None:
    single, _ = chances
    words = {word for sentence in SENTENCES for word in sentence}
    assert all(single[word][0] > 0.05 and single[word][1] > 0.1 for word in words)
