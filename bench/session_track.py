"""The sound track of a session: composed on a slow phone, and played to its end in a locked one."""

import argparse
import json
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from chromium import Chromium, chromium
from long_sessions import Person, prepare
from people import settings_of
from serving import machine, served
from track_sounds import (
    KEEP_TRACKS,
    READ_SAMPLES,
    Samples,
    TrackEar,
    cues_of,
    from_base64,
    hear_lines,
    hear_signals,
    lines_due,
    read_clips,
    signals_due,
    wrongly_unsaid,
)

from fstpwa import create_app
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog

CUE_GOAL_MS = 50.0
COMPOSING_GOAL_S = 2.0
MEMORY_GOAL_MB = 40.0
GOALS_FOR_MINUTES = 15
READ_AHEAD_MINUTES = 10
"""So much of a track Chromium has surely read: with every script stopped it reads no further."""
SLOWER = 4
"""A phone's processor is about so many times slower than this machine's."""
TAIL_S = 6
BELL_GAINS = (0.7, 0.42)
"""Usual loudness, alone and under the voice."""
SETTINGS = json.dumps({"steps": False})
AUDIO = """document.querySelector('[data-player="track"]')"""
STATE = f"""(() => {{
  const {{ currentTime, duration, paused, ended }} = {AUDIO};
  const {{ phase, position }} = document.querySelector('[data-component="player"]').dataset;
  const asked = [...document.querySelectorAll("dialog[open]")].map((each) => each.dataset.player);
  return {{ currentTime, duration, paused, ended, phase, position, asked, state: document.visibilityState }};
}})()"""
# Another version is put together, then the usual one again.
COMPOSE = f"""(async () => {{
  const audio = {AUDIO};
  const made = async (variant) => {{
    const loaded = new Promise((done) => audio.addEventListener("loadedmetadata", done, {{ once: true }}));
    const from = performance.now();
    document.querySelector(`input[name="variant"][value="${{variant}}"]`).click();
    await loaded;
    return (performance.now() - from) / 1000;
  }};
  await made("easier");
  return [await made("usual"), tracks.get(audio.src).size];
}})()"""
FIRST = f"""(async () => {{
  const audio = {AUDIO};
  while (!(audio.duration > 10)) await new Promise((done) => setTimeout(done, 5));
  const voice = performance.getEntriesByType("resource").find(({{ name }}) => name.includes("/static/voice/"));
  return [(performance.now() - (voice?.startTime ?? NaN)) / 1000, tracks.get(audio.src).size];
}})()"""


class Phone:
    """A browser with the page of one session."""

    def __init__(self, browser: Chromium, base: str, person: Person) -> None:
        self.browser = browser
        self.tab, self.page = browser.open_tab()
        browser.send("Page.enable", self.page)
        keep = f"{KEEP_TRACKS}; try {{ localStorage['good-days.player.settings'] ??= '{SETTINGS}'; }} catch {{}}"
        browser.send("Page.addScriptToEvaluateOnNewDocument", self.page, source=keep)
        browser.send("Network.setCookie", self.page, name="good-days", value=person.token, url=base)
        self.address = f"{base}/sessions/{person.session}?checked=1"

    def opens(self) -> None:
        """Open the page."""
        self.browser.send("Page.navigate", self.page, url=self.address)
        self.waits_until("!document.querySelector('[data-player=\"start\"]')?.disabled")

    def run(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.browser.run(self.page, expression)

    def waits_until(self, expression: str, seconds: float = 60) -> None:
        """Wait until an expression holds in the page."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.run(f"document.readyState === 'complete' && Boolean({expression})"):
                    return
            except RuntimeError:
                pass
            time.sleep(0.2)
        raise SystemExit(f"Never came true: {expression}")

    def plan(self) -> dict[str, Any]:
        """Return what the page was given to play."""
        found: dict[str, Any] = json.loads(
            self.run('document.getElementById("session-data").textContent')
        )
        return found

    def samples(self) -> Samples:
        """Return the track as this browser decodes it."""
        address = json.dumps(self.run(f"{AUDIO}.src"))
        count = self.run(f"({READ_SAMPLES})([{address}, null, null])")
        step = 2_000_000
        slices = [
            from_base64(self.run(f"({READ_SAMPLES})([{address}, {start}, {start + step}])"))
            for start in range(0, count, step)
        ]
        return np.concatenate(slices)

    def process(self) -> int:
        """Return the id of the process that runs the page: the one that has worked most."""
        processes = self.browser.send("SystemInfo.getProcessInfo")["processInfo"]
        pages = [each for each in processes if each["type"] == "renderer"]
        return int(max(pages, key=lambda each: each["cpuTime"])["id"])


# --- Composing ---


@dataclass(frozen=True, kw_only=True)
class Composed:
    """What putting one track together took."""

    minutes: float
    fetched_s: float
    """On the first visit: every clip is fetched and decoded."""
    kept_s: float
    """With the clips on the phone: they are decoded."""
    again_s: float
    """Another version was chosen, and this one again."""
    memory_mb: float
    """The most that the page's process held more than before."""
    file_mb: float
    sounds: int


def compose(base: str, person: Person) -> Composed:
    """Put the track of a session together on a slow processor."""
    with chromium() as browser:
        phone = Phone(browser, base, person)
        browser.send("Emulation.setCPUThrottlingRate", phone.page, rate=SLOWER)
        phone.opens()
        fetched_s, _ = phone.run(FIRST)
        phone.opens()
        kept_s, size = phone.run(FIRST)
        process = phone.process()
        phone.run("new Promise((done) => setTimeout(done, 2000))")
        browser.send("HeapProfiler.collectGarbage", phone.page)
        before = _memory_mb(process, "VmRSS")
        Path(f"/proc/{process}/clear_refs").write_text("5")  # Forgets the peak so far.
        again_s, size = phone.run(COMPOSE)
        peak = _memory_mb(process, "VmHWM")
        cues = cues_of(phone.plan(), "usual")
        return Composed(
            minutes=cues[-1]["end"] / 60,
            fetched_s=fetched_s,
            kept_s=kept_s,
            again_s=again_s,
            memory_mb=peak - before,
            file_mb=size / 1e6,
            sounds=len(signals_due(cues)) + len(lines_due(cues)),
        )


def _memory_mb(process: int, name: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) / 1024


# --- Playing ---


@dataclass(frozen=True, kw_only=True)
class Played:
    """What one session in real time came to."""

    minutes: float
    way: str
    found: int
    """Bells, ticks and lines that were found in the decoded track."""
    unsaid: int
    """Lines that were left out for a good reason."""
    worst_ms: float
    drift_s: float
    """How much longer than its track the session took."""
    faults: tuple[str, ...]


def play(base: str, folder: Path, person: Person, way: str) -> Played:
    """Play a session in a tab behind another one; "stopped": no script of it runs meanwhile."""
    with chromium() as browser:
        phone = Phone(browser, base, person)
        phone.opens()
        cues = cues_of(phone.plan(), "usual")
        total_s = cues[-1]["end"]
        phone.run('document.querySelector(\'input[name="variant"][value="usual"]\')?.click()')
        phone.waits_until(f"{AUDIO}.duration === {total_s + TAIL_S}")
        found, unsaid, worst_ms, faults = listen(phone, cues)
        phone.run("document.querySelector('[data-player=\"start\"]').click()")
        phone.waits_until(
            f"document.querySelector('[data-phase=\"playing\"]') && !{AUDIO}.paused && {AUDIO}.currentTime < 60"
        )
        began = time.monotonic() - phone.run(f"{AUDIO}.currentTime")
        browser.open_tab()
        phone.waits_until("document.visibilityState === 'hidden'")
        if way == "stopped":
            browser.send("Debugger.enable", phone.page)
            browser.send("Debugger.pause", phone.page)
            time.sleep(max(0.0, began + total_s + TAIL_S + 2 - time.monotonic()))
            browser.send("Debugger.resume", phone.page)
            state = phone.run(STATE)
            drift_s = 0.0
        else:
            time.sleep(max(0.0, began + total_s - 20 - time.monotonic()))
            state = phone.run(STATE)
            drift_s = time.monotonic() - began - state["currentTime"]
        if state["state"] != "hidden":
            faults.append("the page was not hidden")
        log = _log(folder, person, wait_s=60)
    if log is None:
        faults.append(f"no log; {state}")
    else:
        faults += _untrue(log, total_s)
    return Played(
        minutes=total_s / 60,
        way=way,
        found=found,
        unsaid=unsaid,
        worst_ms=worst_ms,
        drift_s=drift_s,
        faults=tuple(faults),
    )


def listen(phone: Phone, cues: list[dict[str, Any]]) -> tuple[int, int, float, list[str]]:
    """Find every cue in the decoded track.

    Returns:
        How many were found, how many lines were rightly left out, the worst in ms, what is wrong.
    """
    faults = []
    lines = lines_due(cues)
    clips = read_clips(phone.run, phone.plan(), [line.what for line in lines])
    ear = TrackEar(phone.samples())
    said, unsaid = hear_lines(ear, lines, clips, 1.0)
    bells = hear_signals(ear, signals_due(cues), BELL_GAINS)
    if missing := {line.what for line in lines} - set(clips):
        faults.append(f"{len(missing)} lines without a clip")
    if wrong := wrongly_unsaid(unsaid, lines, said, clips):
        faults.append(f"{len(wrong)} lines left out without a reason")
    return len(said) + len(bells), len(unsaid), max(each.off_ms for each in said + bells), faults


def _log(folder: Path, person: Person, *, wait_s: float) -> SessionLog | None:
    app = create_app(settings_of(folder))
    deadline = time.monotonic() + wait_s
    with app.app_context():
        while time.monotonic() < deadline:
            asked = db.select(SessionLog).filter_by(planned_session_id=person.session)
            found = db.session.scalar(asked)
            if found is not None:
                _ = [each.state for each in found.movements]
                return found
            db.session.rollback()
            time.sleep(0.5)
    return None


def _untrue(log: SessionLog, total_s: int) -> list[str]:
    """Return what is wrong with a log of a session that was played to its end."""
    faults = [f"{each.slug} is {each.state}" for each in log.movements if each.state != "done"]
    if log.done_s != total_s:
        faults.append(f"{log.done_s} of {total_s} s are logged")
    if log.led_by != "track":
        faults.append(f"led by {log.led_by}")
    return faults


def main() -> None:
    """Measure; exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compose", type=int, nargs="*", default=[15, 30], help="minutes")
    parser.add_argument(
        "--play", type=int, nargs="*", default=[10, 30], help="minutes, in real time"
    )
    chosen = parser.parse_args()
    misses: list[str] = []
    print(machine())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        ways = [(minutes, "hidden") for minutes in chosen.play]
        ways += [(minutes, "stopped") for minutes in chosen.play if minutes <= READ_AHEAD_MINUTES]
        makers = prepare(folder, chosen.compose)
        players = prepare(folder, [minutes for minutes, _ in ways])
        with served(folder) as base:
            for person in makers:
                misses += show_composed(compose(base, person), person)
            with ThreadPoolExecutor(max(1, len(ways))) as pool:
                running = [
                    pool.submit(play, base, folder, person, way)
                    for person, (_, way) in zip(players, ways, strict=True)
                ]
                for each in running:
                    misses += show_played(each.result())
    if misses:
        sys.exit("\nMissed: " + "; ".join(misses))


def show_composed(made: Composed, person: Person) -> list[str]:
    """Print what composing took. Returns what is over its goal."""
    print(
        f"\n{made.minutes:.1f} minutes, {made.sounds} sounds, processor {SLOWER} times slower:\n"
        f"  clips fetched {made.fetched_s:.2f} s, clips kept {made.kept_s:.2f} s, again {made.again_s:.2f} s, "
        f"{made.memory_mb:.0f} MB more memory at most, a file of {made.file_mb:.2f} MB"
    )
    misses = []
    if person.minutes <= GOALS_FOR_MINUTES:
        slowest_s = max(made.kept_s, made.again_s)
        if slowest_s > COMPOSING_GOAL_S:
            misses.append(f"{made.minutes:.0f} minutes: {slowest_s:.2f} s")
        if made.memory_mb > MEMORY_GOAL_MB:
            misses.append(f"{made.minutes:.0f} minutes: {made.memory_mb:.0f} MB")
    return misses


def show_played(done: Played) -> list[str]:
    """Print one session in real time. Returns what went wrong."""
    print(
        f"\n{done.minutes:.1f} minutes, {done.way}: {done.found} sounds found, {done.unsaid} lines "
        f"left out in favour of others\n"
        f"  worst sound {done.worst_ms:.2f} ms from the plan, track against clock {done.drift_s * 1000:.0f} ms; "
        f"log {'complete' if not done.faults else 'WRONG'}"
    )
    misses = [f"{done.way}, {done.minutes:.0f} minutes: {fault}" for fault in done.faults]
    if done.worst_ms > CUE_GOAL_MS:
        misses.append(f"{done.way}: a sound {done.worst_ms:.0f} ms off")
    return misses


if __name__ == "__main__":
    main()
