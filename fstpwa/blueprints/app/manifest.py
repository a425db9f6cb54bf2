"""What the browser needs to know to install the app."""

from pathlib import Path
from typing import Any

from fstpwa.assets import STATIC

ICONS = STATIC / "icons"
NAME = "Good Days"
# The light theme's page and accent; a manifest cannot follow the dark one (the pages' meta tags do).
BACKGROUND = "#faf7f2"
THEME = "#faf7f2"

SCREENSHOTS = (
    ("screenshot-today.png", "narrow", "Today's session"),
    ("screenshot-session.png", "narrow", "A guided session"),
    ("screenshot-progress.png", "narrow", "How it has been going"),
    ("screenshot-wide.png", "wide", "Today on a wide screen"),
)
"""Pictures of the running app, in static/icons: narrow 390x844, wide 1280x800, at any density.

Put the files there and they are listed, with their true size; all of one form factor must have
the same shape. Browsers want 320 to 3840 px a side, the longer at most 2.3 times the shorter.
"""


def web_manifest() -> dict[str, Any]:
    """Return the web app manifest."""
    return {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "description": "A guided stretching session at home, and a few words on how the day was.",
        "lang": "en-GB",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": THEME,
        "categories": ["health", "fitness", "lifestyle"],
        "launch_handler": {"client_mode": "navigate-existing"},
        "icons": [
            _icon("icon-192.png", "192x192", "any"),
            _icon("icon-512.png", "512x512", "any"),
            _icon("icon-maskable-512.png", "512x512", "maskable"),
            _icon("favicon.svg", "any", "any"),
        ],
        "shortcuts": [
            {
                "name": "Check in",
                "description": "Say how today is",
                "url": "/check-in",
                "icons": [_icon("shortcut-check-in.png", "96x96", "any")],
            },
            {
                "name": "Start today's session",
                "short_name": "Today",
                "url": "/today",
                "icons": [_icon("shortcut-today.png", "96x96", "any")],
            },
        ],
        "screenshots": [
            shown
            for name, form_factor, label in SCREENSHOTS
            if (shown := _screenshot(name, form_factor, label))
        ],
    }


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": f"/static/icons/{name}", "sizes": sizes, "type": kind, "purpose": purpose}


def _screenshot(name: str, form_factor: str, label: str) -> dict[str, str] | None:
    """Describe a picture for the install dialogue, None where it has not been taken yet."""
    try:
        width, height = png_size(ICONS / name)
    except FileNotFoundError:
        return None
    return {
        "src": f"/static/icons/{name}",
        "sizes": f"{width}x{height}",
        "type": "image/png",
        "form_factor": form_factor,
        "label": label,
    }


def png_size(file: Path) -> tuple[int, int]:
    """Return width and height in pixels, read from the head of a PNG file."""
    with file.open("rb") as opened:
        head = opened.read(24)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
