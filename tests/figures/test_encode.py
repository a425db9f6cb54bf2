"""The files: small enough, clear at the edges, playing for ever."""

import numpy as np
import pytest
from PIL import Image

from figures import encode


def disc(x: int, size: tuple[int, int] = (120, 96)):
    """Return a picture of an orange disc on nothing."""
    rows, columns = np.mgrid[: size[1], : size[0]]
    inside = (rows - 48) ** 2 + (columns - x) ** 2 < 30**2
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[inside] = [240, 150, 60, 255]
    return Image.fromarray(pixels)


def test_a_still_is_written_twice_and_stays_clear_round_the_figure(tmp_path) -> None:
    sizes = encode.write_still(disc(60), tmp_path, "calf")
    files = [tmp_path / "calf.avif", tmp_path / "calf.webp"]
    assert sizes == [file.stat().st_size for file in files]
    for file in files:
        picture = Image.open(file).convert("RGBA")
        assert picture.getpixel((2, 2))[3] == 0
        assert picture.getpixel((60, 48))[3] == 255
        assert picture.getpixel((60, 48))[0] == pytest.approx(240, abs=6)


def test_the_same_picture_gives_the_same_bytes(tmp_path) -> None:
    for folder in ("one", "two"):
        encode.write_still(disc(60), tmp_path / folder, "calf")
    one, two = (tmp_path / folder / "calf.avif" for folder in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_motion_keeps_its_times_and_plays_for_ever(tmp_path) -> None:
    size = encode.write_motion([disc(50), disc(60), disc(70)], [500, 100, 700], tmp_path, "calf")
    file = tmp_path / "calf.anim.avif"
    assert size == file.stat().st_size
    # The edit list's flag 1 says: again and again.
    assert b"elst\x01\x00\x00\x01" in file.read_bytes()
    with Image.open(file) as moving:
        assert moving.n_frames == 3
        times = []
        for frame in range(3):
            moving.seek(frame)
            moving.load()
            times.append(moving.info["duration"])
    assert times == [500, 100, 700]


def test_the_quality_goes_down_until_the_budget_is_met() -> None:
    assert encode._within(lambda quality: b"x" * quality, range(72, 29, -7), 60) == b"x" * 58


def test_a_picture_that_cannot_be_small_enough_is_an_error() -> None:
    with pytest.raises(encode.TooLarge, match="allowed are 10"):
        encode._within(lambda quality: b"x" * quality, range(72, 29, -7), 10)


def test_the_edge_colour_goes_on_under_what_is_clear() -> None:
    picture = encode.bled(disc(60))
    assert picture.getpixel((60 + 30, 48)) == (240, 150, 60, 0)
    assert picture.getpixel((2, 2)) == encode.HIDDEN
