"""Which pictures of a movement there are: files that the figure tool drew."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The addresses of one movement's pictures."""

    still_avif: str
    still_webp: str
    motion: str | None
    line_art: str | None


@cache
def figure_of(slug: str) -> Figure | None:
    """Return the pictures of the movement `slug`, None while it has no still picture."""
    if not (FOLDER / f"{slug}.avif").exists() or not (FOLDER / f"{slug}.webp").exists():
        return None
    return Figure(
        still_avif=f"/static/figures/{slug}.avif",
        still_webp=f"/static/figures/{slug}.webp",
        motion=_address_if_there(f"{slug}.anim.avif"),
        line_art=_address_if_there(f"{slug}.svg"),
    )


def _address_if_there(name: str) -> str | None:
    return f"/static/figures/{name}" if (FOLDER / name).exists() else None
