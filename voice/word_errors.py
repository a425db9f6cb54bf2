"""Compares what was heard with what was said."""

from collections.abc import Sequence


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return how many words are wrong, left out or too many."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, start=1):
        above, row = row, [number]
        for place, other in enumerate(heard, start=1):
            wrong = above[place - 1] + (word != other)
            row.append(min(wrong, above[place] + 1, row[-1] + 1))
    return row[-1]
