"""A line of text: what is seen stays, what only turns or hides other letters goes."""

import pytest

from fstpwa.domain.typed_text import one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        ("  Ana \t Maria\r\n", "Ana Maria"),
        ("Ana\u202eairaM", "AnaairaM"),
        ("A\u0007n\u200ba\u2066", "Ana"),
        ("\ud800Ana", "Ana"),
        ("Ana \x1b Maria", "Ana Maria"),
        ("👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"),
        ("José ❤\ufe0f <b>", "José ❤\ufe0f <b>"),
    ],
)
def test_a_line_keeps_what_can_be_seen(typed, kept):
    assert one_line(typed) == kept
    assert one_line(kept) == kept
