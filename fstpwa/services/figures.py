"""Which pictures of a movement there are, and what they show in words: files that the figure tool drew."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fstpwa.domain.movement import Movement
from fstpwa.services.file_versions import version_of

FOLDER = Path(__file__).resolve().parent.parent / "static" / "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The pictures of one movement; at least one of the stills is there.

    An address changes with the bytes behind it, so that what it names can be kept for ever.
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
    still_avif = _address_if_there(folder / f"{slug}.avif")
    still_webp = _address_if_there(folder / f"{slug}.webp")
    if still_avif is None and still_webp is None:
        return None
    return Figure(
        still_avif=still_avif,
        still_webp=still_webp,
        motion=_address_if_there(folder / f"{slug}.anim.avif"),
        line_art=_address_if_there(folder / f"{slug}.svg"),
    )


def in_words(movement: Movement) -> str:
    """Return what the picture of a movement shows, for whoever does not see it.

    One rule for all: the movement, where it starts, and the place that is marked in colour. The
    sides are left out, because the picture can be turned round without a script.
    """
    start, felt = (
        text[0].lower() + text[1:] for text in (movement.start_position, movement.feel_it_here)
    )
    return f"{movement.name}, starting like this: {start} You feel it here: {felt}"


def _address_if_there(path: Path) -> str | None:
    return f"/static/figures/{path.name}?v={version_of(path)}" if path.is_file() else None
