"""Draw the app's mark and render every icon into fstpwa/static/icons (a maintainers' tool).

Run it with `.venv/bin/python frontend/draw_icons.py` after changing the drawing; it needs Chromium.
"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ICONS = HERE.parent / "fstpwa" / "static" / "icons"
LUCIDE = HERE / "node_modules" / "lucide-static" / "icons"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

SKY, HILL, SUN, ARC = "#0e6a64", "#4aa79b", "#f6c453", "#a6e0d6"


def mark(*, corner: int, scale: float = 1.0) -> str:
    """Return the mark as SVG: a sun over a soft horizon, under the arc of a side bend.

    Args:
        corner: radius of the tile's corners, of 512; 0 where the system cuts the shape.
        scale: size of the drawing within the tile; a maskable icon keeps to the middle 80 %.
    """
    shift = 256 * (1 - scale)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
        f'<clipPath id="tile"><rect width="512" height="512" rx="{corner}"/></clipPath>'
        f'<g clip-path="url(#tile)"><rect width="512" height="512" fill="{SKY}"/>'
        f'<g transform="translate({shift:g} {shift:g}) scale({scale:g})">'
        f'<path d="M84 284A176 176 0 0 1 428 284" fill="none" stroke="{ARC}" '
        'stroke-width="32" stroke-linecap="round"/>'
        f'<circle cx="256" cy="332" r="116" fill="{SUN}"/>'
        f'<path d="M-200 430C-20 376 118 346 256 346S532 376 712 430V800H-200Z" fill="{HILL}"/>'
        "</g></g></svg>"
    )


def shortcut(name: str) -> str:
    """Return lucide icon `name` in white on a round tile."""
    source = (LUCIDE / f"{name}.svg").read_text(encoding="utf-8")
    shapes = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        f'<rect width="96" height="96" rx="48" fill="{SKY}"/>'
        '<g transform="translate(24 24) scale(2)" fill="none" stroke="#fff" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{shapes}</g></svg>'
    )


def badge() -> str:
    """Return the mark in white on nothing: Android draws it in one colour in the status bar."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'
        '<path d="M12 56A36 36 0 0 1 84 56" fill="none" stroke="#fff" stroke-width="8" '
        'stroke-linecap="round"/><path d="M26 66A22 22 0 0 1 70 66Z" fill="#fff"/>'
        '<path d="M8 78H88" stroke="#fff" stroke-width="8" stroke-linecap="round"/></svg>'
    )


def main() -> None:
    """Write the SVG and render the rest."""
    pictures = {
        "icon-192.png": (192, mark(corner=116)),
        "icon-512.png": (512, mark(corner=116)),
        "icon-maskable-512.png": (512, mark(corner=0, scale=0.88)),
        "apple-touch-icon.png": (180, mark(corner=0, scale=0.94)),
        "badge-96.png": (96, badge()),
        "shortcut-check-in.png": (96, shortcut("clipboard-check")),
        "shortcut-today.png": (96, shortcut("play")),
    }
    ICONS.mkdir(parents=True, exist_ok=True)
    (ICONS / "favicon.svg").write_text(mark(corner=116) + "\n", encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (size, svg) in pictures.items():
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block;width:{size}px}}</style>{svg}"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
