"""Texts cut to what a phone shows in a line."""

import unicodedata

from fstpwa.domain.typed_text import JOINERS, one_line

_TIED_TO_THE_ONE_BEFORE = ("M", "Sk")
"""Categories of accents, and of what gives an emoji its form or its skin."""


def shortened(text: str, longest: int) -> str:
    """Return `text` as one line of at most `longest` letters, cut between words where it can be.

    What was cut ends in "…". An accent stays with its letter, an emoji stays whole, and a word is
    only broken where no space stands in the last third.
    """
    line = one_line(text)
    if len(line) <= longest:
        return line
    end = longest - 1
    while end > 0 and _belongs_together(line, end):
        end -= 1
    kept = line[:end]
    # A word that ends just here is whole.
    space = len(kept) if line[end] == " " else kept.rfind(" ")
    if space >= longest * 2 // 3:
        kept = kept[:space]
    return kept.rstrip(" ,;:.-–—·(/&") + "…"


def _belongs_together(line: str, at: int) -> bool:
    """Return whether a cut before the letter at `at` would break what is seen as one sign."""
    before, after = line[at - 1], line[at]
    if before in JOINERS or after in JOINERS:
        return True
    if unicodedata.category(after).startswith(_TIED_TO_THE_ONE_BEFORE):
        return True
    if not (_is_flag_letter(before) and _is_flag_letter(after)):
        return False
    # Two letters make a flag; the cut may only be after an even number of them.
    run = 0
    while run < at and _is_flag_letter(line[at - 1 - run]):
        run += 1
    return run % 2 == 1


def _is_flag_letter(letter: str) -> bool:
    return (
        "\N{REGIONAL INDICATOR SYMBOL LETTER A}"
        <= letter
        <= ("\N{REGIONAL INDICATOR SYMBOL LETTER Z}")
    )
