"""Writes a clip as Ogg Opus and as AAC in an M4A file, at the loudness it has when it is decoded."""

import io
import math
from collections.abc import Callable

import av
import numpy as np

from voice import levels, pronunciation, settings
from voice.levels import Samples

PLAIN = {"fflags": "+bitexact"}
"""No version of the encoder in the file: the same clip gives the same bytes."""
ROUNDS = 8
"""Tries at the right loudness. Encoders take away what is not heard much: up to 1.5 LU."""
NEAR_ENOUGH_LU = 0.2
FAR_LU = 1.0
"""A clip further from its loudness is not used."""


class Unfit(Exception):
    """An encoder does not keep a clip's loudness or peaks."""


def opus(clip: Samples) -> bytes:
    """Return the clip as Ogg Opus."""
    return _encoded(clip, "ogg", "libopus", settings.OPUS_BITS, settings.OPUS_OPTIONS)


def m4a(clip: Samples) -> bytes:
    """Return the clip as AAC-LC in an M4A file.

    The file's edit list tells players how much the encoder put before the clip; as its length is
    a multiple of a frame, nothing is added behind it.
    """
    return _encoded(clip, "ipod", "aac", settings.AAC_BITS, settings.AAC_OPTIONS)


def clearer_m4a(clip: Samples) -> bytes:
    """Return a short line's clip as AAC-LC, with more bits."""
    return _encoded(clip, "ipod", "aac", settings.AAC_SHORT_BITS, settings.AAC_OPTIONS)


def encoded(text: str, trimmed: Samples) -> dict[str, bytes]:
    """Return both files of a line's clip, by their endings."""
    short = len(pronunciation.words_of(text)) <= settings.SHORT_WORDS
    return {"opus": fitted(trimmed, opus), "m4a": fitted(trimmed, clearer_m4a if short else m4a)}


def fitted(trimmed: Samples, encode: Callable[[Samples], bytes]) -> bytes:
    """Return a trimmed clip's file with the loudness and peaks of `settings` once decoded.

    Raises:
        Unfit: no try came near.
    """
    lufs, peak_dbfs = settings.LOUDNESS_LUFS, settings.PEAK_DBFS
    tries: list[tuple[float, bytes]] = []
    for _ in range(ROUNDS):
        content = encode(levels.levelled(trimmed, lufs, peak_dbfs))
        back = decoded(content)
        quieter = settings.LOUDNESS_LUFS - levels.loudness(back)
        over = levels.true_peak_dbfs(back) - settings.DECODED_PEAK_DBFS
        if over <= 0:
            tries.append((abs(quieter), content))
            if abs(quieter) <= NEAR_ENOUGH_LU:
                break
        lufs += quieter
        peak_dbfs -= max(0.0, over)
    off, best = min(tries, default=(math.inf, b""))
    if off > FAR_LU:
        raise Unfit("the encoder does not keep the loudness and the peaks")
    return best


def _encoded(clip: Samples, kind: str, codec: str, bits: int, options: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind, options=PLAIN) as container:
        stream = container.add_stream(codec, rate=settings.RATE, layout="mono", options=options)
        stream.bit_rate = bits
        sound = av.AudioFrame.from_ndarray(
            np.round(clip * 32767).clip(-32768, 32767).astype(np.int16)[None, :], "s16", "mono"
        )
        sound.sample_rate = settings.RATE
        sound.pts = 0
        stream.codec_context.open()
        fit = av.AudioResampler(
            stream.format, "mono", settings.RATE, frame_size=stream.codec_context.frame_size
        )
        for frame in (*fit.resample(sound), *fit.resample(None)):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def decoded(content: bytes) -> Samples:
    """Return a file's sound at `settings.RATE`, without what its encoder added."""
    with av.open(io.BytesIO(content)) as container:
        same = av.AudioResampler("flt", "mono", settings.RATE)
        frames = [part for frame in container.decode(audio=0) for part in same.resample(frame)]
        frames += same.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float64)
