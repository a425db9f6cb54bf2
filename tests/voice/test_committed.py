"""The committed clips: complete, right, and as the README says."""

import json

import pytest

from voice import lines, manifest, settings

TOTAL_S = (500, 800)
"""About so long is everything said once; much less would mean clips cut off."""


def test_the_committed_clips_have_no_fault() -> None:
    assert manifest.faults(lines.all_lines()) == []


@pytest.mark.parametrize("voice", settings.VOICES, ids=lambda voice: voice.name)
def test_durations_are_plausible(voice: settings.Voice) -> None:
    clips = manifest.read(voice)
    durations = [clip["duration_s"] for clip in clips.values()]
    assert TOTAL_S[0] < sum(durations) < TOTAL_S[1]
    assert min(durations) >= manifest.SHORTEST_S
    assert max(durations) <= manifest.LONGEST_S
    # A sentence of over 20 words cannot be said in the time of a single one.
    sentences = [clip["duration_s"] for text, clip in clips.items() if text.count(" ") >= 20]
    numbers = [clip["duration_s"] for text, clip in clips.items() if text.isdigit()]
    assert min(sentences) > 4
    assert max(numbers) < 1.3


@pytest.mark.parametrize("voice", settings.VOICES, ids=lambda voice: voice.name)
def test_files_are_what_their_endings_say(voice: settings.Voice) -> None:
    for clip in manifest.read(voice).values():
        folder = manifest.CLIPS / voice.name
        opus = (folder / f"{clip['stem']}.opus").read_bytes()
        m4a = (folder / f"{clip['stem']}.m4a").read_bytes()
        assert opus[:4] == b"OggS"
        assert opus[28:37] == b"OpusHead\x01"
        assert m4a[4:11] == b"ftypM4A"
        assert b"elst" in m4a


@pytest.mark.parametrize("voice", settings.VOICES, ids=lambda voice: voice.name)
@pytest.mark.parametrize("ending", manifest.ENDINGS)
def test_a_recogniser_read_nearly_every_word_back(voice: settings.Voice, ending: str) -> None:
    heard = json.loads(manifest.HEARD.read_text(encoding="utf-8"))[voice.name][ending]
    assert heard["words"] > 1500
    assert heard["wrong"] / heard["words"] < 0.05
    short = {text for text in heard["unread"] if len(text.split()) <= settings.SHORT_WORDS}
    # A number alone gives a recogniser little to go by; heard.json names the clip to be listened to.
    assert len(short) <= 1
    assert all(text.isdigit() for text in short)
    assert len(heard["unread"]) <= 3
