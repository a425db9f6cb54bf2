"""Hears every committed clip and writes down what could not be read back: `heard.json`.

Two questions are asked of a clip. Which words are these? (Any of our words may follow any other;
counted is how many are wrong, left out or too many.) And of a line of up to three words, as nothing
around them helps: which of all our short lines is this? "13" must be told from "30" and "14".
"""

import itertools
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from voice import encode, levels, manifest, pronunciation, settings
from voice.recogniser import Recogniser
from voice.word_errors import word_errors

LONG_LINES = 15
"""So many teach the recogniser how the voice sounds on the whole."""
WRONG_PART = 0.25
"""Of a longer line's words: the recogniser itself mishears some, such as "lie on" for "lying"."""
LOUDNESS_LU = 1.0
"""A clip may be further from its loudness by no more; they follow each other."""
PLAUSIBLE_S = (0.035, 0.25)
"""Seconds of speech for each letter spoken."""


def listen(lines: Collection[str]) -> list[str]:
    """Hear all clips, write `heard.json` and return what could not be read back."""
    found, all_heard = [], {}
    for voice in settings.VOICES:
        clips = manifest.read(voice)
        heard: dict[str, Any] = {"clips": manifest.clips_hash(clips)}
        for ending in manifest.ENDINGS:
            heard[ending] = hear(voice, ending, clips, lines)
            unread = heard[ending]["unread"].items()
            found += [f"{voice.name}, {ending}: {text!r} {problem}" for text, problem in unread]
        all_heard[voice.name] = heard
    text = json.dumps(all_heard, indent=1, sort_keys=True, ensure_ascii=False)
    manifest.HEARD.write_text(f"{text}\n", encoding="utf-8")
    return found


def hear(
    voice: settings.Voice, ending: str, clips: dict[str, manifest.Clip], lines: Collection[str]
) -> dict[str, Any]:
    """Hear one voice in one format.

    Returns:
        words: how many are spoken; wrong: how many of them were not heard as they are;
        misheard: what was heard instead, by line; unread: what is wrong with a clip, by line.
    """
    said = {text: pronunciation.words_of(text) for text in lines}
    short = {" ".join(words) for words in said.values() if len(words) <= settings.SHORT_WORDS}
    recogniser = Recogniser(list(said.values()), short)
    sounds = {text: _sound(manifest.CLIPS / voice.name, clips[text], ending) for text in lines}
    long_lines = (text for text in lines if len(said[text]) > 2 * settings.SHORT_WORDS)
    recogniser.learn_voice(sounds[text] for text in itertools.islice(long_lines, LONG_LINES))
    wrong, misheard, unread = 0, {}, {}
    for text, words in said.items():
        heard = recogniser.hear(sounds[text])
        errors = word_errors(words, heard)
        wrong += errors
        if errors:
            misheard[text] = " ".join(heard)
        chosen = recogniser.choose(sounds[text]) if " ".join(words) in short else None
        problem = _level_problem(text, sounds[text])
        if chosen is not None and chosen != " ".join(words):
            problem = f"is taken for {chosen!r}"
        elif chosen is None and errors > WRONG_PART * len(words):
            problem = f"sounds like {misheard[text]!r}"
        if problem:
            unread[text] = problem
    total = sum(map(len, said.values()))
    return {"words": total, "wrong": wrong, "misheard": misheard, "unread": unread}


def _sound(folder: Path, clip: manifest.Clip, ending: str) -> levels.Samples:
    return encode.decoded((folder / f"{clip['stem']}.{ending}").read_bytes())


def _level_problem(text: str, sound: levels.Samples) -> str:
    """Return what is wrong with a clip's level or length, "" for nothing."""
    lufs = levels.loudness(sound)
    if abs(lufs - settings.LOUDNESS_LUFS) > LOUDNESS_LU:
        return f"has {lufs:.1f} LUFS"
    if levels.true_peak_dbfs(sound) > settings.DECODED_PEAK_DBFS:
        return f"peaks at {levels.true_peak_dbfs(sound):.1f} dBFS"
    start, end = levels.bounds(sound)
    letters = sum(map(len, pronunciation.words_of(text)))
    pace = (end - start) / settings.RATE / letters
    if not PLAUSIBLE_S[0] <= pace <= PLAUSIBLE_S[1]:
        return f"takes {pace:.3f} s a letter"
    return ""
