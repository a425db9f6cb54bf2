"""Take the pictures of the README and the manifest from a running demo.

Start `make run`, then: .venv/bin/python docs/take_pictures.py http://localhost:8000
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "pictures"
ICONS = ROOT / "fstpwa" / "static" / "icons"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, WIDE = (390, 844), (1280, 800)
HALFWAY_MS = 150_000


def signed_in(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Page:
    """Open Today as the demo person Maya."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        timezone_id="Europe/London",
        device_scale_factor=2 if size == PHONE else 1,
    )
    page.clock.install()
    page.goto(address)
    page.get_by_role("button", name="Maya").click()
    page.wait_for_url("**/today")
    return page


def show_session(page: Page) -> None:
    """Play the first session of the day for some minutes."""
    page.get_by_role("link", name="Start").first.click()
    page.locator("[data-player=start]").click()
    page.clock.run_for(HALFWAY_MS)


def main(address: str) -> None:
    """Write every picture."""
    DOCS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for scheme in ("light", "dark"):
            page = signed_in(browser, address, PHONE, scheme)
            page.screenshot(path=DOCS / f"today-{scheme}.png")
            page.goto(f"{address}/progress")
            page.screenshot(path=DOCS / f"progress-{scheme}.png")
            page.goto(f"{address}/today")
            show_session(page)
            page.screenshot(path=DOCS / f"session-{scheme}.png")
            page.context.close()
        page = signed_in(browser, address, WIDE, "light")
        page.screenshot(path=ICONS / "screenshot-wide.png")
        browser.close()
    for name in ("today", "session", "progress"):
        (ICONS / f"screenshot-{name}.png").write_bytes((DOCS / f"{name}-light.png").read_bytes())


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
