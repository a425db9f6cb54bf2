"""Makes the clips that are missing or stale, and removes those nobody says any more."""

from collections.abc import Collection
from pathlib import Path

from voice import encode, levels, manifest, settings
from voice.kokoro import Kokoro

SAVED_EVERY = 20
"""Clips: what was made is on the list, so that a run that is stopped goes on where it was."""


def render(
    lines: Collection[str],
    folder: Path = manifest.CLIPS,
    rendered_file: Path = manifest.RENDERED,
) -> None:
    """Bring the clips of both voices up to date with `lines` and `settings`."""
    kokoro = Kokoro()
    rendered = manifest.read_rendered(rendered_file)
    for voice in settings.VOICES:
        (folder / voice.name).mkdir(parents=True, exist_ok=True)
        clips = {text: clip for text, clip in manifest.read(voice, folder).items() if text in lines}
        recipes = rendered.get(voice.name, {})
        rendered[voice.name] = recipes = {text: recipes[text] for text in clips if text in recipes}
        waiting = [
            text
            for text in lines
            if text not in clips or recipes.get(text) != manifest.recipe(text, voice)
        ]
        for number, text in enumerate(waiting, start=1):
            clips[text] = _clip(kokoro, text, voice, folder)
            recipes[text] = manifest.recipe(text, voice)
            print(f"{voice.name} {number}/{len(waiting)} {text}", flush=True)
            if number % SAVED_EVERY == 0:
                manifest.write(voice, clips, folder)
                manifest.write_rendered(rendered, rendered_file)
        manifest.write(voice, clips, folder)
        manifest.write_rendered(rendered, rendered_file)
        _remove_others(clips, folder / voice.name)


def _clip(kokoro: Kokoro, text: str, voice: settings.Voice, folder: Path) -> manifest.Clip:
    """Speak a line and write its files."""
    trimmed = levels.trimmed(kokoro.say(text, voice))
    files = encode.encoded(text, trimmed)
    clip = manifest.clip_of(files, trimmed.size / settings.RATE)
    for ending, content in files.items():
        (folder / voice.name / f"{clip['stem']}.{ending}").write_bytes(content)
    return clip


def _remove_others(clips: dict[str, manifest.Clip], folder: Path) -> None:
    named = {clip["stem"] for clip in clips.values()}
    for path in folder.iterdir():
        if path.stem not in named:
            path.unlink()
