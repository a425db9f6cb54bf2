"""Which word may follow which, learnt from our own lines: what a recogniser expects to hear.

Half of every guess is open to any word of any line, so that a word that is left out, wrong or too
many is heard as such; a grammar of whole lines would hear the nearest line whatever was said.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

START, END = "<s>", "</s>"
_DISCOUNT = 0.5
"""Taken from each pair that was seen and given to those that were not."""


def arpa(sentences: Collection[Sequence[str]]) -> str:
    """Return a language model of word pairs in the ARPA format (logarithms to base 10)."""
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        bounded = [START, *sentence, END]
        words.update(bounded)
        pairs.update(itertools.pairwise(bounded))
    single = _chances(words)
    followed: Counter[str] = Counter()
    followers: Counter[str] = Counter()
    covered: defaultdict[str, float] = defaultdict(float)
    for (first, second), times in pairs.items():
        followed[first] += times
        followers[first] += 1
        covered[first] += single[second]
    lines = ["\\data\\", f"ngram 1={len(words)}", f"ngram 2={len(pairs)}", "", "\\1-grams:"]
    for word in sorted(words):
        chance = -99.0 if word == START else math.log10(single[word])
        back_off = ""
        if followers[word]:
            given = _DISCOUNT * followers[word] / followed[word]
            back_off = f" {math.log10(given / (1 - covered[word])):.5f}"
        lines.append(f"{chance:.5f} {word}{back_off}")
    lines += ["", "\\2-grams:"]
    for (first, second), times in sorted(pairs.items()):
        chance = math.log10((times - _DISCOUNT) / followed[first])
        lines.append(f"{chance:.5f} {first} {second}")
    return "\n".join([*lines, "", "\\end\\", ""])


def _chances(words: Counter[str]) -> dict[str, float]:
    """Return each word's chance by itself: half by how often it is said, half alike for all."""
    spoken = {word: times for word, times in words.items() if word != START}
    total = sum(spoken.values())
    return {word: 0.5 * times / total + 0.5 / len(spoken) for word, times in spoken.items()}
