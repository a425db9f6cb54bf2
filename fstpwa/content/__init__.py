"""The movement library, programmes, measures and safety data: files and their one loader."""

from functools import cache
from pathlib import Path

from fstpwa.content.checks import check
from fstpwa.content.files import read, to_library
from fstpwa.domain.errors import BrokenContent
from fstpwa.domain.library import Library

FOLDER = Path(__file__).parent

__all__ = ["FOLDER", "BrokenContent", "Library", "library", "load", "problems"]


def load(folder: Path = FOLDER) -> Library:
    """Read and check all content below `folder`.

    Raises:
        BrokenContent: the first problem, with its file, field and reason.
    """
    files, found = read(folder)
    if files is not None:
        found = check(files)
    if files is None or found:
        raise found[0]
    return to_library(files)


def problems(folder: Path = FOLDER) -> list[BrokenContent]:
    """Return everything that is wrong with the content below `folder`, for authors.

    Files are first read each by itself; only when all can be read are they checked against each
    other, so that one broken file does not cause a flood of follow-up complaints.
    """
    files, found = read(folder)
    return found if files is None else check(files)


@cache
def library() -> Library:
    """Return the product's own content, read and checked once a process."""
    return load()
