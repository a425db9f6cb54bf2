"""Trims a recording, sets its loudness and keeps its peaks down.

Samples are mono float arrays, full scale 1.0, at `settings.RATE`.
"""

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyloudnorm
from scipy.ndimage import minimum_filter1d
from scipy.signal import oaconvolve, resample_poly

from voice import settings

Samples: TypeAlias = npt.NDArray[np.float64]

PAD = round(settings.PAD_S * settings.RATE)
STEP = settings.RATE // 200
"""5 ms: so exactly is the beginning of the sound found."""
SHORTEST_MEASURED_S = 3.0
"""Loudness is measured in blocks of 0.4 s; a word is repeated until there are enough of them."""
REACH = settings.RATE // 200
"""The limiter turns down 5 ms before a peak and back up 5 ms after it, so that it is not heard."""
ROUNDS = 6
"""Limiting takes a little loudness away; it is given back so often."""


class Unusable(Exception):
    """What the model spoke cannot be a clip."""


def bounds(raw: Samples) -> tuple[int, int]:
    """Return where the sound begins and ends, in samples."""
    if not np.isfinite(raw).all():
        raise Unusable("the model gave no numbers")
    frames = raw[: raw.size // STEP * STEP].reshape(-1, STEP)
    power = np.mean(np.square(frames), axis=1) if frames.size else np.zeros(0)
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-6:
        raise Unusable("the model gave silence")
    heard = np.flatnonzero(power > loudest * 10 ** (settings.SILENCE_DB / 10))
    return int(heard[0]) * STEP, int(heard[-1] + 1) * STEP


def trimmed(raw: Samples) -> Samples:
    """Return the sound from first to last, with `settings.PAD_S` before and after it.

    The pads are the recording's own, faded to nothing, so that the faint end of an "s" or "t" is
    not cut. Silence fills the clip up to whole frames.
    """
    start, end = bounds(raw)
    room = np.pad(raw, PAD)
    clip = room[start : end + 2 * PAD].copy()
    fade = 0.5 - 0.5 * np.cos(np.linspace(0.0, math.pi, PAD))
    clip[:PAD] *= fade
    clip[-PAD:] *= fade[::-1]
    return np.pad(clip, (0, -clip.size % settings.FRAME))


def levelled(clip: Samples, lufs: float, peak_dbfs: float) -> Samples:
    """Return a trimmed clip with integrated loudness `lufs`, its true peaks at most `peak_dbfs`."""
    level = clip
    for _ in range(ROUNDS):
        gain = lufs - loudness(level)
        level = limited(level * 10 ** (gain / 20), 10 ** (peak_dbfs / 20))
    return level


def loudness(clip: Samples) -> float:
    """Return the integrated loudness of what is spoken in a clip, in LUFS; pads do not count."""
    start, end = bounds(clip)
    speech = clip[start:end]
    speech = np.tile(speech, math.ceil(SHORTEST_MEASURED_S * settings.RATE / speech.size))
    return float(pyloudnorm.Meter(settings.RATE).integrated_loudness(speech))


def limited(clip: Samples, ceiling: float) -> Samples:
    """Return the clip with true peaks at most `ceiling`, turned down gently around each."""
    between = np.abs(resample_poly(clip, 4, 1)).reshape(-1, 4)
    peaks = np.maximum.reduce([between.max(axis=1), np.abs(clip)])
    # A point between two samples belongs to both of them.
    peaks[1:] = np.maximum(peaks[1:], between[:-1].max(axis=1))
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    lowest = minimum_filter1d(wanted, 2 * REACH + 1, mode="nearest")
    window = np.hanning(2 * REACH + 3)[1:-1]
    smooth = oaconvolve(np.pad(lowest, REACH, mode="edge"), window / window.sum(), mode="valid")
    return np.asarray(clip * smooth, dtype=np.float64)


def true_peak_dbfs(clip: Samples) -> float:
    """Return the highest peak, between the samples too, in dB below full scale."""
    return 20 * math.log10(max(float(np.abs(resample_poly(clip, 4, 1)).max()), 1e-9))
