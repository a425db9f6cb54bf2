"""Every number and name that decides how a clip sounds. Standard library only.

Everything in capitals here is part of a clip's recipe: another value, and the clip is stale.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

WORKING = 1
"""Raise it when the code itself makes another sound of the same numbers."""

RATE = 24_000
"""Samples a second, mono: what Kokoro speaks and the player mixes."""
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of Kokoro-82M's 8-bit weights, put together from their four packages."""

SILENCE_DB = -50.0
"""Below the loudest 5 ms by so much counts as silence at the ends of a clip."""
PAD_S = 0.05
"""Before the first and after the last sound."""
FRAME = 1024
"""A clip's length is a multiple of it, in samples: an AAC file can have no other length."""
LOUDNESS_LUFS = -16.0
PEAK_DBFS = -2.0
"""Before encoding, to begin with: an encoder raises some peaks, and those clips are turned down."""
DECODED_PEAK_DBFS = -1.0
"""What no clip passes when it is decoded, between its samples too."""

OPUS_BITS = 12_000
OPUS_OPTIONS = {
    "application": "voip",
    "vbr": "on",
    "compression_level": "10",
    "frame_duration": "60",
}
"""Long frames stay below the rate at which Opus adds a poor upper band: measured, see README.md."""
AAC_BITS = 19_500
AAC_OPTIONS = {"aac_coder": "fast", "aac_tns": "0", "cutoff": "5500"}
"""A narrow band, coded well, is clearer than a wide one at so few bits: measured too."""
SHORT_WORDS = 3
"""Nothing around so short a line helps to understand it: it is given more bits."""
AAC_SHORT_BITS = 26_000
"""At 20 kbit/s "six" was heard as "sixteen"."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice to choose from."""

    name: str
    """In addresses and in what a person's phone remembers: never changed."""
    label: str
    kokoro: str
    """Its name in the npm package kokoro-js."""
    sha256: str
    """Of its file there."""
    speed: float
    """1 is the voice's own pace. Both speak about as fast, and slower than people chat."""
    speeds: Mapping[str, float] = field(default_factory=dict)
    """Lines that are clearer at another pace: the recogniser could not read them back."""

    def speed_of(self, text: str) -> float:
        """Return the pace of one line."""
        return self.speeds.get(text, self.speed)


VOICES = (
    Voice(
        name="heart",
        label="A woman's voice",
        kokoro="af_heart",
        sha256="d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
        speed=0.95,
        speeds={
            "Back-of-neck lengthening": 0.9,
            "Forearm ball roll on a table": 0.9,
            "Heel-to-toe (tandem) stance": 0.9,
            "Stand tall near a wall or chair.": 0.9,
        },
    ),
    Voice(
        name="michael",
        label="A man's voice",
        kokoro="am_michael",
        sha256="1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
        speed=1.09,
        speeds={
            "13": 1.0,
            "30": 1.0,
            "13 repetitions": 1.0,
            "30 repetitions": 1.0,
            "Stand at a worktop, hands on it.": 1.0,
        },
    ),
)
