"""Which pictures of a movement there are: files that the figure tool drew."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The addresses of one movement's pictures; at least one of the stills is there.

    One done left and right is drawn on the left; turned round, it is the right side.
    """

    still_avif: str | None
    still_webp: str | None
    motion: str | None
    """The movement in motion."""
    line_art: str | None
    """A line drawing, to print."""


@cache
def figure_of(slug: str, folder: Path = FOLDER) -> Figure | None:
    """Return the pictures of the movement `slug`, None while it has no still picture.

    Looked up once a process: a picture that is added later shows after the next start.
    """
    still_avif = _address_if_there(folder, f"{slug}.avif")
    still_webp = _address_if_there(folder, f"{slug}.webp")
    if still_avif is None and still_webp is None:
        return None
    return Figure(
        still_avif=still_avif,
        still_webp=still_webp,
        motion=_address_if_there(folder, f"{slug}.anim.avif"),
        line_art=_address_if_there(folder, f"{slug}.svg"),
    )


def _address_if_there(folder: Path, name: str) -> str | None:
    return f"/static/figures/{name}" if (folder / name).is_file() else None
