"""What the committed clips are and what they were made from, so that CI sees a stale one.

Standard library only (and the app's own list of lines): `make check` runs this where the tool's
own packages are missing.

The player reads `fstpwa/static/voice/<voice>.json`; beside the tool lies `rendered.json`, which
says by what recipe each clip was made: text -> hash, for each voice.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from voice import pronunciation, settings

HERE = Path(__file__).resolve().parent
CLIPS = HERE.parent / "fstpwa" / "static" / "voice"
RENDERED = HERE / "rendered.json"
HEARD = HERE / "heard.json"
"""What a recogniser made of the clips: `python -m voice listen`."""

ENDINGS = ("opus", "m4a")
LARGEST_IN_ALL = 3_000_000
"""Bytes a voice: clips and the player's list."""
SHORTEST_S, LONGEST_S = 0.3, 13.0
"""What is shorter was cut off, and nobody listens to what is longer."""

Clip = dict[str, Any]
"""stem, duration_s, and the hash of each of its two files."""


def recipe(text: str, voice: settings.Voice) -> str:
    """Return a hash of all that decides how a clip sounds."""
    numbers = {
        name: value for name, value in vars(settings).items() if name.isupper() and name != "VOICES"
    }
    words = [pronunciation.spoken(text), pronunciation.mended_in(text)]
    speaker = [voice.kokoro, voice.sha256, voice.speed_of(text)]
    made_from = json.dumps([numbers, words, speaker], sort_keys=True)
    return _hash(made_from.encode(), 16)


def stem_of(files: dict[str, bytes]) -> str:
    """Return the name of a clip's files: other bytes have another name."""
    return _hash(b"".join(files[ending] for ending in ENDINGS), 12)


def clip_of(files: dict[str, bytes], duration_s: float) -> Clip:
    """Return what the player's list says of a clip."""
    hashes = {ending: _hash(files[ending], 16) for ending in ENDINGS}
    return {"stem": stem_of(files), "duration_s": round(duration_s, 3), **hashes}


def clips_hash(clips: dict[str, Clip]) -> str:
    """Return a hash of all of a voice's clips, by which it is known which were listened to."""
    stems = {text: clip["stem"] for text, clip in clips.items()}
    return _hash(json.dumps(stems, sort_keys=True).encode(), 16)


def _hash(content: bytes, digits: int) -> str:
    return hashlib.sha256(content).hexdigest()[:digits]


def read(voice: settings.Voice, folder: Path = CLIPS) -> dict[str, Clip]:
    """Return a voice's clips by their text; none when nothing was rendered."""
    file = folder / f"{voice.name}.json"
    clips: dict[str, Clip] = (
        json.loads(file.read_text(encoding="utf-8"))["clips"] if file.is_file() else {}
    )
    return clips


def write(voice: settings.Voice, clips: dict[str, Clip], folder: Path = CLIPS) -> None:
    """Write a voice's list for the player, a clip a line."""
    whole = {"voice": voice.name, "label": voice.label, "clips": clips}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("},", "},\n").replace('"clips":{', '"clips":{\n')
    (folder / f"{voice.name}.json").write_text(f"{text}\n", encoding="utf-8")


def read_rendered(file: Path = RENDERED) -> dict[str, dict[str, str]]:
    """Return the recipes of the clips there are: voice -> text -> hash."""
    rendered: dict[str, dict[str, str]] = (
        json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    )
    return rendered


def write_rendered(rendered: dict[str, dict[str, str]], file: Path = RENDERED) -> None:
    """Write down by what recipes the clips were made."""
    text = json.dumps(rendered, sort_keys=True, ensure_ascii=False, indent=0)
    file.write_text(f"{text}\n", encoding="utf-8")


def faults(
    lines: Collection[str],
    folder: Path = CLIPS,
    rendered_file: Path = RENDERED,
    heard_file: Path = HEARD,
) -> list[str]:
    """Return what does not fit, a sentence each: missing, stale, changed by hand, extra, too large.

    Args:
        lines: all that a session can say.
        folder: where the clips and the player's lists are.
        rendered_file: the recipes of the clips.
        heard_file: what a recogniser made of them.
    """
    rendered = read_rendered(rendered_file)
    heard = json.loads(heard_file.read_text(encoding="utf-8")) if heard_file.is_file() else {}
    found: list[str] = []
    for voice in settings.VOICES:
        found += _faults_of(voice, lines, folder, rendered.get(voice.name, {}))
        if heard.get(voice.name, {}).get("clips") != clips_hash(read(voice, folder)):
            found.append(f"{voice.name}: nobody listened to these clips; type `make voice`")
    lists = {f"{voice.name}.json" for voice in settings.VOICES}
    folders = {voice.name for voice in settings.VOICES}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in lists | folders:
            found.append(f"{path.name}: belongs to no voice")
    return found


def _faults_of(
    voice: settings.Voice, lines: Collection[str], folder: Path, recipes: dict[str, str]
) -> Iterator[str]:
    clips = read(voice, folder)
    for text in lines:
        if text not in clips:
            yield f"{voice.name}: there is no clip of {text!r}; type `make voice`"
        elif recipes.get(text) != recipe(text, voice):
            yield f"{voice.name}: the clip of {text!r} was made in another way; type `make voice`"
    for text in sorted(clips.keys() - set(lines)):
        yield f"{voice.name}: nobody says {text!r} any more; type `make voice`"
    files = {path.name: path for path in (folder / voice.name).glob("*")}
    for text, clip in sorted(clips.items()):
        yield from _faults_of_clip(f"{voice.name}: {text!r}", clip, files)
    named = {f"{clip['stem']}.{ending}" for clip in clips.values() for ending in ENDINGS}
    for extra in sorted(files.keys() - named):
        yield f"{voice.name}/{extra}: no line is said with it"
    size = sum(path.stat().st_size for path in files.values())
    size += sum(path.stat().st_size for path in folder.glob(f"{voice.name}.json"))
    if size > LARGEST_IN_ALL:
        yield f"{voice.name}: {size} bytes in all, more than {LARGEST_IN_ALL}"


def _faults_of_clip(name: str, clip: Clip, files: dict[str, Path]) -> Iterator[str]:
    if not SHORTEST_S <= clip["duration_s"] <= LONGEST_S:
        yield f"{name}: lasts {clip['duration_s']} s"
    contents = {}
    for ending in ENDINGS:
        path = files.get(f"{clip['stem']}.{ending}")
        if path is None:
            yield f"{name}: {clip['stem']}.{ending} is missing"
        else:
            contents[ending] = path.read_bytes()
            if _hash(contents[ending], 16) != clip[ending]:
                yield f"{name}: {path.name} is not the file that was rendered"
    if len(contents) == len(ENDINGS) and stem_of(contents) != clip["stem"]:
        yield f"{name}: {clip['stem']} is not the name of these files"
