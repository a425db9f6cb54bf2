"""Hears a clip and says which words it heard. Independent of what spoke it: pocketsphinx.

Its own model of English sounds is used as it is; only the words it may expect are ours.
"""

import tempfile
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np
import pocketsphinx
from scipy.signal import resample_poly

from voice import language_model
from voice.levels import Samples

RATE = 16_000
"""Samples a second that its model was made for."""
SILENCE = np.tile(np.array([-2, 1, 2, -1], np.int16), RATE // 20)
"""0.2 s of next to nothing before and after a clip: complete silence confuses it."""

ANY_WORDS, ONE_OF_THEM = "any words", "one of them"
"""The two ways of hearing."""

UNKNOWN_TO_IT = {
    "adductor": "AH D AH K T ER",
    "breastbone": "B R EH S T B OW N",
    "diaphragmatic": "D AY AH F R AH G M AE T IH K",
    "fascia": "F AE SH IY AH",
    "flexor": "F L EH K S ER",
    "glute": "G L UW T",
    "latissimus": "L AH T IH S AH M AH S",
    "levator": "L AH V EY T ER",
    "masseter": "M AH S IY T ER",
    "plantar": "P L AE N T ER",
    "scalene": "S K EY L IY N",
    "scapulae": "S K AE P Y AH L IY",
    "soleus": "S OW L IY AH S",
    "temporalis": "T EH M P ER AE L AH S",
    "trapezius": "T R AH P IY Z IY AH S",
    "worktop": "W ER K T AA P",
}
"""Words that are not in its dictionary, in its own signs."""


class UnknownWord(Exception):
    """A line has a word that the recogniser has no sounds for."""


class Recogniser:
    """Hears clips of one voice."""

    def __init__(self, sentences: Collection[Sequence[str]], choice: Collection[str]) -> None:
        """Learn which words to expect.

        Args:
            sentences: the words of every line.
            choice: the lines, in words, that `choose` chooses from.
        """
        self._decoder = pocketsphinx.Decoder(samprate=RATE, lm=None, loglevel="FATAL")
        for word, sounds in UNKNOWN_TO_IT.items():
            self._decoder.add_word(word, sounds, update=False)
        words = {word for sentence in sentences for word in sentence}
        unknown = sorted(word for word in words if self._decoder.lookup_word(word) is None)
        if unknown:
            raise UnknownWord(f"add to UNKNOWN_TO_IT in recogniser.py: {', '.join(unknown)}")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lines.arpa"
            file.write_text(language_model.arpa(sentences), encoding="utf-8")
            self._decoder.add_lm_file(ANY_WORDS, str(file))
        grammar = f"#JSGF V1.0;\ngrammar lines;\npublic <line> = {' | '.join(sorted(choice))};\n"
        self._decoder.add_jsgf_string(ONE_OF_THEM, grammar)
        self._voice = self._decoder.get_cmn(update=False)

    def learn_voice(self, clips: Iterable[Samples]) -> None:
        """Learn how a voice sounds on the whole, from some long clips.

        A single short word tells too little of it, so every clip is then heard with the same.
        """
        for clip in clips:
            self._hear(ANY_WORDS, clip)
        self._voice = self._decoder.get_cmn(update=True)

    def hear(self, clip: Samples) -> list[str]:
        """Return the words heard, whatever they are."""
        self._decoder.set_cmn(self._voice)
        return self._hear(ANY_WORDS, clip)

    def choose(self, clip: Samples) -> str:
        """Return which line of the choice this is, in words; "" for none."""
        self._decoder.set_cmn(self._voice)
        return " ".join(self._hear(ONE_OF_THEM, clip))

    def _hear(self, search: str, clip: Samples) -> list[str]:
        slow = resample_poly(clip, 2, 3)
        sound = np.round(slow * 32767).clip(-32768, 32767).astype(np.int16)
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(np.concatenate([SILENCE, sound, SILENCE]).tobytes())
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        return heard.hypstr.split() if heard else []
