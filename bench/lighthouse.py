"""Lighthouse (mobile) on the pages people open, with demo data under gunicorn."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chromium import QUIET_FLAGS
from npm import NODE, NODE_ROOT, install
from people import settings_of
from serving import machine, served

from fstpwa import create_app
from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import demo, devices
from fstpwa.services.schema import upgrade_schema

HERE = Path(__file__).resolve().parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")

FIRST_VISIT_KB = 60.0
JAVASCRIPT_KB = 30.0
PLAYER_JAVASCRIPT_KB = 45.0
LCP_MS = 1300.0
LCP_WITH_PICTURES_MS = 1800.0
WITH_PICTURES = ("/movements", "/movements/neck-turns", "player")
CLS = 0.01
TBT_MS = 50.0
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run found on one page."""

    page: str
    scores: tuple[int, ...]
    lcp_ms: float
    cls: float
    tbt_ms: float
    transferred_kb: float
    """Everything a first visit asks for until the page has loaded, but pictures of movements."""
    javascript_kb: float
    """Compressed, with headers, whenever it is loaded; the service worker is no part of the visit."""
    later_kb: float
    """What it asks for after that, pictures again left out: htmx, what is looked after, recordings."""
    faults: tuple[str, ...]
    """Audits that did not pass, whether or not they count for a score."""

    def misses(self) -> list[str]:
        """Return the goals that are missed."""
        most_js = PLAYER_JAVASCRIPT_KB if self.page == "player" else JAVASCRIPT_KB
        most_lcp = LCP_WITH_PICTURES_MS if self.page in WITH_PICTURES else LCP_MS
        found = [
            f"{name} {score}"
            for name, score in zip(CATEGORIES, self.scores, strict=True)
            if score < 100
        ]
        for name, value, most in (
            ("first visit kB", self.transferred_kb, FIRST_VISIT_KB),
            ("JavaScript kB", self.javascript_kb, most_js),
            ("LCP ms", self.lcp_ms, most_lcp),
            ("CLS", self.cls, CLS),
            ("TBT ms", self.tbt_ms, TBT_MS),
        ):
            if value > most:
                found.append(f"{name} {value:.4g} > {most:g}")
        return found


def prepare(folder: Path) -> tuple[str, str]:
    """Load the demo people into `folder` and sign Maya in.

    Returns:
        Her device token, and the address of her session of today.
    """
    app = create_app(settings_of(folder))
    now = datetime.now(UTC)
    with app.app_context():
        upgrade_schema(folder, now=now)
        demo.load(now=now)
        maya = db.session.scalars(db.select(User).where(User.name == "Maya")).one()
        token = devices.open_device(maya, "Lighthouse", now=now)
        session = db.session.scalars(
            db.select(PlannedSession)
            .where(
                PlannedSession.user_id == maya.id,
                PlannedSession.day >= local_day(now, maya.time_zone),
            )
            .order_by(PlannedSession.day)
        ).first()
        if session is None:
            raise SystemExit("Maya has no session")
        player = f"/sessions/{session.id}"
        db.session.commit()
        db.engine.dispose()
    return token, player


def run(address: str, page: str, cookie: str | None, folder: Path) -> Result:
    """Run Lighthouse once, in a fresh browser.

    Now and then its recording of the page load comes out empty; then it is asked again.
    Raises CalledProcessError if that does not help.
    """
    report = folder / "report.json"
    command = [
        NODE,
        str(HERE / "node_modules/lighthouse/cli/index.js"),
        address,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(QUIET_FLAGS)}",
        "--no-enable-error-reporting",
    ]
    if cookie:
        headers = folder / "headers.json"
        headers.write_text(json.dumps({"Cookie": f"good-days={cookie}"}))
        command.append(f"--extra-headers={headers}")
    for left in reversed(range(TRIES)):
        found = subprocess.run(
            command,
            env=_environment(),
            check=not left,
            timeout=240,
            stderr=subprocess.PIPE if left else None,
            text=True,
        )
        if not found.returncode:
            break
        print(f"    {page}: asked again, {found.stderr.strip().splitlines()[0]}")
    return read(json.loads(report.read_text()), page)


def warm_up(address: str, cookie: str | None) -> None:
    """Ask for a page as a server that has been running for a while was asked before."""
    headers = {"Cookie": f"good-days={cookie}"} if cookie else {}
    urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30).close()


def read(report: Mapping[str, Any], page: str) -> Result:
    """Take what we ask for out of Lighthouse's own report."""
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    own = [each for each in requests if not each["url"].startswith(("data:", "blob:"))]
    scripts = [each for each in own if each["url"].endswith(".js")]
    loaded_ms = audits["metrics"]["details"]["items"][0]["observedLoad"]
    counted = [each for each in own if "/static/figures/" not in each["url"]]
    later = [each for each in counted if each["networkRequestTime"] > loaded_ms]
    return Result(
        page=page,
        scores=tuple(_score(report["categories"][name]["score"]) for name in CATEGORIES),
        lcp_ms=audits["largest-contentful-paint"]["numericValue"],
        cls=audits["cumulative-layout-shift"]["numericValue"],
        tbt_ms=audits["total-blocking-time"]["numericValue"],
        transferred_kb=_kb(counted) - _kb(later),
        javascript_kb=_kb(scripts),
        later_kb=_kb(later),
        faults=tuple(_faults(report)),
    )


def _faults(report: Mapping[str, Any]) -> list[str]:
    audits = report["audits"]
    found = []
    for name in CATEGORIES:
        for ref in report["categories"][name]["auditRefs"]:
            audit = audits[ref["id"]]
            score = audit["score"]
            if ref.get("group") == "hidden" or score is None or score >= 0.9:
                continue
            found.append(f"{name}: {audit['id']} {score:g} ({audit.get('displayValue', '')})")
    return found


def _score(value: float | None) -> int:
    return round((value or 0) * 100)


def _kb(requests: list[dict[str, Any]]) -> float:
    total: int = sum(each.get("transferSize") or 0 for each in requests)
    return total / 1000


def _environment() -> dict[str, str]:
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Install chromium, or name one in CHROME_PATH")
    path = f"{NODE_ROOT / 'bin'}:{os.environ.get('PATH', '')}"
    return os.environ | {"CHROME_PATH": chromium, "PATH": path}


def middle(results: list[Result]) -> Result:
    """Return the run in the middle by score, then by LCP: one run can be disturbed."""
    ordered = sorted(results, key=lambda each: (-each.scores[0], each.lcp_ms))
    return ordered[len(ordered) // 2]


def show(result: Result, *, verbose: bool) -> None:
    """Print one line, and what did not pass."""
    scores = "/".join(map(str, result.scores))
    print(
        f"{result.page:<24}{scores:>16}{result.lcp_ms:8.0f}{result.cls:8.4f}{result.tbt_ms:7.0f}"
        f"{result.transferred_kb:9.1f}{result.javascript_kb:8.1f}{result.later_kb:10.1f}"
    )
    for fault in result.faults if verbose or result.misses() else ():
        print(f"    {fault}")
    sys.stdout.flush()


def main() -> None:
    """Measure every page; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="of each page; the middle one counts")
    parser.add_argument("--page", action="append", help="only this one, by the name printed")
    parser.add_argument("--verbose", action="store_true", help="name every audit below 0.9")
    chosen = parser.parse_args()
    install(HERE, _environment())
    misses = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        token, player = prepare(folder)
        pages: dict[str, tuple[str, str | None]] = {
            "/": ("/", None),
            "/today": ("/today", token),
            "/movements": ("/movements", None),
            "/movements/neck-turns": ("/movements/neck-turns", None),
            "/check-in": ("/check-in", token),
            "/progress": ("/progress", token),
            "player": (player, token),
        }
        print(machine())
        print(
            f"{'':<24}{'P/A/B/S':>16}{'LCP':>8}{'CLS':>8}{'TBT':>7}{'kB':>9}{'JS kB':>8}{'later kB':>10}"
        )
        with served(folder, demo=True) as base:
            for page, (path, cookie) in pages.items():
                if chosen.page and page not in chosen.page:
                    continue
                warm_up(base + path, cookie)
                results = [run(base + path, page, cookie, folder) for _ in range(chosen.runs)]
                result = middle(results)
                show(result, verbose=chosen.verbose)
                misses += [f"{page}: {miss}" for miss in result.misses()]
    if misses:
        sys.exit("\nMissed: " + "; ".join(misses))


if __name__ == "__main__":
    main()
