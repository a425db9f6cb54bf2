"""Which recorded voices there are: files that the voice tool made."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fstpwa import log
from fstpwa.services.file_versions import version_of

FOLDER = Path(__file__).resolve().parent.parent / "static" / "voice"
NAMES = ("heart", "michael")
"""In the order in which they are offered; the first is the one to begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFile:
    """One recorded voice, and where the list of its clips is."""

    name: str
    label: str
    """For people: "A woman's voice"."""
    manifest: str
    """Address of the list; it changes with the list, so that it can be kept for ever."""


@cache
def voices(folder: Path = FOLDER) -> tuple[VoiceFile, ...]:
    """Return the recorded voices, none while nothing is recorded.

    Looked up once a process: a voice that is added later is heard after the next start. One whose
    list cannot be read is left out, and the log says so: a session goes on without it.
    """
    found = (_voice(name, folder / f"{name}.json") for name in NAMES)
    return tuple(voice for voice in found if voice is not None)


def _voice(name: str, path: Path) -> VoiceFile | None:
    if not path.is_file():
        return None
    try:
        label = json.loads(path.read_text(encoding="utf-8"))["label"]
        manifest = f"/static/voice/{path.name}?v={version_of(path)}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.error("voice_unreadable", error=error, voice=name)
        return None
    return VoiceFile(name=name, label=str(label), manifest=manifest)
