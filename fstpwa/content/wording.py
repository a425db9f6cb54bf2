"""Checks the words people read: no author's remark, no claim, only known placeholders."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fstpwa.content.files import ContentFiles, every_file, file_of
from fstpwa.domain.errors import BrokenContent

Problems = Iterator[BrokenContent]

REMARK = re.compile(
    r"""
    \( (?: [^()]* [\s,;:] )? [VKNE] (?: / [VKNE] )* \)   # (V), (K/E), (convention, K)
    | [(\[] [VKNE] :                                     # (K: Bennett 2009), [V: Vernon]
    | \b [VKNE] : \s                                     # K: re-check
    | \b tag (?: ged )? \s [VKNE] \b
    | \b [Rr]e-?check (?: ed )? \b
    | \b (?: TODO | FIXME | TBC | XXX ) \b
    | \b [Aa]uthor (?: s?'? s? )? [ _-] (?: note | remark ) s? \b
    | \b [Aa]uthor :
    | \b from \s memory [,;:] \s check
    | \b check \s before \s (?: quoting | release )
    """,
    re.VERBOSE,
)
"""What authors write for each other; such words belong in author_notes."""

CLAIM = re.compile(
    r"""
    \b break (?: s | ing )? \s (?: up | down ) \b
    | \b adhesion s? \b
    | \b knot s? \b
    | \b toxin s? \b
    | \b detox
    | \b realign
    | \b melt
    | \b hydrat
    | (?<! not \s ) \b proven \b
    | \b cur (?: e s? | ed | ing ) \b
    | \b fix (?: es )? \s (?: your | pain | stiff | postur )
    | \b fixes \b
    | \b releas (?: e | es | ing ) \s (?: the \s | your \s )? (?: fascia | tension | tightness )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Words that promise or explain what is not shown (content G); self-release is a kind's name."""

PLACEHOLDERS = {"{emergency_number}"}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")

NEVER_VISIBLE = {"author_notes", "everyday_words", "src", "tag", "sources", "scoring_tests"}
"""Fields that no page shows."""

FOR_CLINICIANS = {"evidence", "evidence_note"}
"""Fields in which a claim may be quoted, to say what is not shown."""

FILES_WITHOUT_WORDS = {"order", "sources", "measure_rules", "statistics_tests", "programme_rules"}


def check_wording(files: ContentFiles) -> Problems:
    """Yield each author's remark, claim and unknown placeholder in what people can read."""
    unread = {file_of(kind) for kind in FILES_WITHOUT_WORDS}
    for name, item in every_file(files):
        if name in unread:
            continue
        held_back = set(getattr(item, "hold_back", ()))
        for path, text in _texts(item.model_dump(mode="python", by_alias=True)):
            if path[0] in held_back or NEVER_VISIBLE & set(path):
                continue
            yield from _check_text(name, path, text)


def _check_text(name: str, path: tuple[str, ...], text: str) -> Problems:
    field = ".".join(path)
    remark, claim, unknown = _faults(text)
    if remark:
        yield BrokenContent(name, field, f"has an author's remark: {remark!r}")
    if claim and not FOR_CLINICIANS & set(path):
        yield BrokenContent(name, field, f"has a word to avoid: {claim!r}")
    for placeholder in unknown:
        yield BrokenContent(name, field, f"has an unknown placeholder: {placeholder}")


@lru_cache(maxsize=20_000)
def _faults(text: str) -> tuple[str, str, tuple[str, ...]]:
    # Cached because programmes repeat the same sentences in every phase.
    remark, claim = REMARK.search(text), CLAIM.search(text)
    unknown = tuple(each for each in _PLACEHOLDER.findall(text) if each not in PLACEHOLDERS)
    return remark.group().strip() if remark else "", claim.group() if claim else "", unknown


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text inside `value` with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from _texts(inner, (*path, str(place)))
