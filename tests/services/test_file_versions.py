"""A version changes with the bytes of a file, and only with them."""

import os
import re
from pathlib import Path

import pytest

from fstpwa.services.file_versions import version_of


def test_another_content_has_another_version(tmp_path: Path) -> None:
    path = tmp_path / "bridge.avif"
    path.write_text("before")
    before = version_of(path)
    assert re.fullmatch("[0-9a-f]{10}", before)
    path.write_text("after!")
    os.utime(path, ns=(1, 1))
    assert version_of(path) != before
    path.write_text("before")
    assert version_of(path) == before


def test_what_is_not_there_has_no_version(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        version_of(tmp_path / "nothing.avif")
