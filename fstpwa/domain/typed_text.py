"""What people type into a line of text: without the signs that nobody sees and some misuse."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Hold letters of some scripts, and the parts of some emoji, together or apart."""


def one_line(text: str | None) -> str:
    """Return `text` as one line, without spaces around it.

    Control signs, and those that turn the direction of what stands after them, go: they would
    change how a page reads. Line breaks and tabs become spaces.
    """
    joined = " ".join((text or "").split())
    seen = "".join(letter for letter in joined if letter in JOINERS or not _is_hidden(letter))
    # A hidden sign may have kept two spaces apart.
    return " ".join(seen.split())


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs")
