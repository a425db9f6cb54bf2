"""Which recorded voices there are, and in which order they are offered."""

import json
from pathlib import Path

import pytest

from fstpwa.services.file_versions import version_of
from fstpwa.services.voices import NAMES, VoiceFile, voices

LABELS = {"heart": "A woman's voice", "michael": "A man's voice", "zoe": "Somebody else"}


def record(folder: Path, *names: str) -> None:
    for name in names:
        content = {"voice": name, "label": LABELS[name], "clips": {}}
        (folder / f"{name}.json").write_text(json.dumps(content))


def test_voices_are_offered_in_a_fixed_order_with_their_labels(tmp_path: Path) -> None:
    record(tmp_path, "michael", "heart")
    assert voices(tmp_path) == tuple(
        VoiceFile(
            name=name,
            label=LABELS[name],
            manifest=f"/static/voice/{name}.json?v={version_of(tmp_path / f'{name}.json')}",
        )
        for name in ("heart", "michael")
    )


def test_without_recordings_there_is_no_voice(tmp_path: Path) -> None:
    assert voices(tmp_path) == ()
    assert voices(tmp_path / "nowhere") == ()


def test_one_voice_is_enough(tmp_path: Path) -> None:
    record(tmp_path, "michael")
    assert [voice.name for voice in voices(tmp_path)] == ["michael"]


def test_a_voice_that_nobody_can_choose_is_not_offered(tmp_path: Path) -> None:
    record(tmp_path, "zoe", *NAMES)
    assert [voice.name for voice in voices(tmp_path)] == list(NAMES)


def test_they_are_looked_up_once(tmp_path: Path) -> None:
    record(tmp_path, "heart")
    before = voices(tmp_path)
    record(tmp_path, "michael")
    assert voices(tmp_path) is before


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"{}", b"\xff\xfe", b'{"voice": "heart"}']
)
def test_a_voice_whose_list_is_broken_is_left_out_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    record(tmp_path, "michael")
    (tmp_path / "heart.json").write_bytes(content)
    assert [voice.name for voice in voices(tmp_path)] == ["michael"]
    assert caplog.messages == ["voice_unreadable"]
