"""Every committed clip, decoded as the player does it: as long as its list says, sound where it was.

An encoder puts some silence before a clip; where a browser leaves it in, every count comes late.
"""

from statistics import median

import pytest
from playwright.sync_api import Page

from voice import manifest, settings

pytestmark = pytest.mark.browser

PAD_MS = settings.PAD_S * 1000
NEAR_MS = 20
"""Clips begin softly; what an encoder put before them would be 43 ms."""
DECODE = """async ([addresses, rate]) => {
  const inStepsOf = rate / 1000;
  return Promise.all(addresses.map(async (address) => {
    const answer = await fetch(address);
    const context = new OfflineAudioContext(1, 1, rate);
    const sound = await context.decodeAudioData(await answer.arrayBuffer());
    const samples = sound.getChannelData(0);
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const first = samples.findIndex((sample) => Math.abs(sample) > loudest / 30);
    return { seconds: sound.duration, first: first / inStepsOf, loudest };
  }));
}"""


@pytest.mark.parametrize("voice", settings.VOICES, ids=lambda voice: voice.name)
@pytest.mark.parametrize("ending", manifest.ENDINGS)
def test_clips_are_decoded_whole_and_without_delay(
    page: Page, voice: settings.Voice, ending: str
) -> None:
    clips = manifest.read(voice)
    page.goto("/")
    addresses = [f"/static/voice/{voice.name}/{clip['stem']}.{ending}" for clip in clips.values()]

    decoded = page.evaluate(DECODE, [addresses, settings.RATE])

    for (text, clip), sound in zip(clips.items(), decoded, strict=True):
        assert sound["seconds"] == pytest.approx(clip["duration_s"], abs=0.002), text
        assert 0.2 < sound["loudest"] < 0.95, text
    # Some begin with a faint "th" or "s", so one alone says little.
    assert median(sound["first"] for sound in decoded) == pytest.approx(PAD_MS, abs=NEAR_MS)
