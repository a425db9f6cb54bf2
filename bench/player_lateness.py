"""How late the player shows a step, in real time: in front, and in a tab behind another one."""

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from chromium import Chromium, chromium
from people import settings_of
from serving import machine, served

from fstpwa import create_app
from fstpwa.domain.planning import Schedule
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db
from fstpwa.models.health import Screening
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import devices, enrolments, people
from fstpwa.services.gate import as_prescribed
from fstpwa.services.player_plan import variants_of
from fstpwa.services.schema import upgrade_schema

VISIBLE_GOAL_MS = 50.0
RETURN_GOAL_MS = 1000.0
PROGRAMME = "neck-and-desk"
SLOW = Pace(get_ready_s=10, transition_s=20)
"""Slower than usual, so that a session is longer than ten minutes."""
EVERY_DAY = Schedule(weekdays=frozenset(range(7)), at_min=8 * 60)

WATCH = """(() => {
  const root = document.querySelector('[data-component="player"]');
  const now = () => performance.timeOrigin + performance.now();
  const seen = [];
  window.benchSeen = seen;
  window.benchShown = [];
  document.addEventListener("visibilitychange", () => {
    window.benchShown.push([document.visibilityState, now()]);
  });
  const channel = new MessageChannel();
  const waiting = [];
  // A message posted in a frame arrives once that frame's picture is made.
  channel.port1.onmessage = () => { const step = waiting.shift(); if (step) step.painted = now(); };
  new MutationObserver(() => {
    const cue = Number(root.dataset.cue);
    if (seen.length && seen[seen.length - 1].cue === cue) return;
    const step = { cue, at: now(), painted: null, state: document.visibilityState };
    seen.push(step);
    requestAnimationFrame(() => { waiting.push(step); channel.port2.postMessage(0); });
  }).observe(root, { attributes: true, attributeFilter: ["data-cue"] });
  return document.visibilityState;
})()"""

# Where the session's zero lies: the player keeps its anchor for a reload.
ZERO = """(() => {
  for (const key of Object.keys(localStorage)) {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { continue; }
    if (kept?.state?.anchor) return kept.state.anchor.at - kept.state.anchor.position;
  }
  return null;
})()"""

CHOOSE_USUAL = """document.querySelector('input[name="variant"][value="usual"]')?.click()"""
SILENCE = (
    'localStorage.setItem("good-days.player.settings", JSON.stringify({sounds:false,voice:false}))'
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to have the player open."""

    name: str
    hidden: bool
    silent: bool = False


WAYS = (
    Way(name="visible", hidden=False),
    Way(name="hidden, with sounds", hidden=True),
    Way(name="hidden, silent", hidden=True, silent=True),
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one way came to, in milliseconds."""

    way: Way
    late: tuple[float, ...]
    """Of each step while the tab was as `way` says, when the page was changed."""
    painted: tuple[float, ...]
    """The same when it was on the screen; empty for a hidden tab."""
    missed: int
    """Steps that were never shown because a later one was due already."""
    states: frozenset[str]
    """The visibility the page itself reported at the steps."""
    back: float | None
    """After the tab came to the front: until the page showed the right step."""
    drift: float
    """How far the page's time had moved from this machine's clock, end against start."""


def prepare(folder: Path, seconds: int) -> list[tuple[str, UUID]]:
    """Make a person for each way, with a session of today that is long enough.

    Returns:
        Device token and session of each.
    """
    app = create_app(settings_of(folder))
    now = datetime.now(UTC)
    made = []
    with app.app_context():
        upgrade_schema(folder, now=now)
        for _ in WAYS:
            user = people.start_without_account("UTC", now=now)
            db.session.add(screening(user, now))
            session = _long_session(user, seconds, now)
            made.append((devices.open_device(user, "Bench", now=now), session))
        db.session.commit()
        db.engine.dispose()
    return made


def screening(user: User, now: datetime) -> Screening:
    """Return a screening in which nothing was found: without one no session opens."""
    today = now.date()
    return Screening(
        user_id=user.id, reason="start", started_at=now, completed_at=now, completed_on=today
    )


def _long_session(user: User, seconds: int, now: datetime) -> UUID:
    """Plan a programme for `user` at a slow pace, and return its longest session."""
    user.get_ready_s, user.transition_s = SLOW.get_ready_s, SLOW.transition_s
    entry = enrolments.EnrolmentEntry(programme=PROGRAMME, schedule=EVERY_DAY, side="left")
    enrolments.enrol(user, entry, now=now)
    mine = db.select(PlannedSession).where(PlannedSession.user_id == user.id)
    lengths: dict[UUID, int] = {
        session.id: variants_of(as_prescribed(session), people.pace_of(user))[0].total_s
        for session in db.session.scalars(mine)
    }
    longest = max(lengths, key=lambda each: lengths[each])
    if lengths[longest] < seconds:
        raise SystemExit(f"The longest session is {lengths[longest] // 60} minutes")
    return longest


def starts_ms(plan: dict[str, Any]) -> list[int]:
    """Return when each step of the usual variant is due, from the start of the session."""
    items = {item["id"]: item for item in plan["items"]}
    usual = next(each for each in plan["variants"] if each["name"] == "usual")
    starts, at = [], 0
    for item, easier in usual["parts"]:
        block = items[item]["easier" if easier else "usual"]
        starts += [(at + cue["t"]) * 1000 for cue in block["cues"]]
        at += block["duration_s"]
    return [*starts, at * 1000]


def measure(base: str, way: Way, token: str, session_id: UUID, seconds: int) -> Found:
    """Play for `seconds` of real time in a browser of its own."""
    with chromium() as browser:
        target, page = browser.open_tab()
        browser.send("Page.enable", page)
        browser.send("Network.setCookie", page, name="good-days", value=token, url=base)
        browser.send("Page.navigate", page, url=f"{base}/sessions/{session_id}?checked=1")
        _wait(browser, page, "!document.querySelector('[data-player=\"start\"]')?.disabled")
        if way.silent:
            browser.run(page, SILENCE)
            browser.send("Page.reload", page)
            time.sleep(2)
            _wait(browser, page, "!document.querySelector('[data-player=\"start\"]')?.disabled")
        plan = json.loads(browser.run(page, 'document.getElementById("session-data").textContent'))
        due = starts_ms(plan)
        browser.run(page, CHOOSE_USUAL)
        browser.run(page, WATCH)
        browser.run(page, "document.querySelector('[data-player=\"start\"]').click()")
        zero: float = browser.run(page, ZERO)
        skew = _skew(browser, page)
        if way.hidden:
            browser.open_tab()
        time.sleep(seconds)
        skew = _skew(browser, page) - skew
        seen: list[dict[str, Any]] = browser.run(page, "window.benchSeen")
        back = _come_back(browser, target, page, due, zero) if way.hidden else None
    # The first step is shown by the tap itself, and one more may come before the tab is hidden.
    wanted = "hidden" if way.hidden else "visible"
    steps = [each for each in seen if each["cue"] > 0 and each["state"] == wanted]
    return Found(
        way=way,
        late=tuple(each["at"] - zero - due[each["cue"]] for each in steps),
        painted=tuple(
            each["painted"] - zero - due[each["cue"]] for each in steps if each["painted"]
        )
        if not way.hidden
        else (),
        missed=steps[-1]["cue"] - steps[0]["cue"] + 1 - len(steps) if steps else 0,
        states=frozenset(each["state"] for each in seen[1:]),
        back=back,
        drift=skew,
    )


def _wait(browser: Chromium, page: str, expression: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if browser.run(page, f"document.readyState === 'complete' && ({expression})"):
                return
        except RuntimeError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"The page never became ready: {expression}")


def _skew(browser: Chromium, page: str) -> float:
    """Return the page's time minus this machine's clock, at the quickest of some answers."""
    answers = []
    for _ in range(7):
        before = time.time()
        there: float = browser.run(page, "performance.timeOrigin + performance.now()")
        after = time.time()
        answers.append((after - before, there - (before + after) * 500))
    return min(answers)[1]


def _come_back(browser: Chromium, target: str, page: str, due: list[int], zero: float) -> float:
    """Bring the tab to the front; return the ms from its being visible to the right step."""
    browser.send("Target.activateTarget", targetId=target)
    time.sleep(2.5)
    shown, seen = browser.run(page, "[window.benchShown, window.benchSeen]")
    visible_at: float = next(at for state, at in reversed(shown) if state == "visible")
    position = visible_at - zero
    right = max(number for number, start in enumerate(due) if start <= position)
    reached: float | None = next((each["at"] for each in seen if each["cue"] >= right), None)
    if reached is None:
        return float("inf")
    return max(0.0, reached - visible_at)


def show(found: Found) -> None:
    """Print one way."""
    print(f"\n{found.way.name}: {len(found.late)} steps, {found.missed} passed over")
    print(f"  the page said it was {', '.join(sorted(found.states)) or 'nothing'}")
    if found.late:
        print(f"  step changed   worst {max(found.late):7.1f} ms   p95 {_p95(found.late):7.1f} ms")
        print(
            f"  ahead of time  worst {-min(*found.late, 0.0):7.1f} ms   last step {found.late[-1]:.1f} ms"
        )
    if found.painted:
        print(
            f"  on the screen  worst {max(found.painted):7.1f} ms   p95 {_p95(found.painted):7.1f} ms"
        )
    if found.back is not None:
        print(f"  brought to the front: the right step after {found.back:.0f} ms")
    print(f"  drift against the machine's clock {found.drift:.1f} ms")


def _p95(values: tuple[float, ...]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def main() -> None:
    """Measure all ways at once; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of real time")
    parser.add_argument("--way", action="append", help="only this one, by the name printed")
    chosen = parser.parse_args()
    seconds = int(chosen.minutes * 60)
    with tempfile.TemporaryDirectory() as name:
        people_of_ways = prepare(Path(name), seconds)
        print(f"{chosen.minutes:g} minutes of real time; {machine()}")
        with served(Path(name)) as base, ThreadPoolExecutor(len(WAYS)) as pool:
            measured = [
                pool.submit(measure, base, way, *whose, seconds)
                for way, whose in zip(WAYS, people_of_ways, strict=True)
                if not chosen.way or way.name in chosen.way
            ]
            results = [each.result() for each in measured]
    misses = []
    for found in results:
        show(found)
        if not found.late:
            misses.append(f"{found.way.name}: no step was seen")
        elif not found.way.hidden and max(found.painted or found.late) > VISIBLE_GOAL_MS:
            misses.append(f"visible: {max(found.painted or found.late):.0f} ms late")
        if found.back is not None and found.back > RETURN_GOAL_MS:
            misses.append(f"{found.way.name}: back after {found.back:.0f} ms")
    if misses:
        sys.exit("\nMissed: " + "; ".join(misses))


if __name__ == "__main__":
    main()
