"""Missing, stale, changed and extra clips are seen without speaking."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from voice import manifest, settings

LINES = ("Hold", "Left side")
HEART, MICHAEL = settings.VOICES


class Clips:
    """A folder of clips that fit their lines, and what is known of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "static"
        self.rendered = folder / "rendered.json"
        self.heard = folder / "heard.json"
        recipes, heard = {}, {}
        for voice in settings.VOICES:
            (self.folder / voice.name).mkdir(parents=True)
            clips = {text: self.add(voice, text) for text in LINES}
            manifest.write(voice, clips, self.folder)
            recipes[voice.name] = {text: manifest.recipe(text, voice) for text in LINES}
            heard[voice.name] = {"clips": manifest.clips_hash(clips)}
        manifest.write_rendered(recipes, self.rendered)
        self.heard.write_text(json.dumps(heard))

    def add(self, voice: settings.Voice, text: str, seconds: float = 0.8) -> manifest.Clip:
        """Write the files of one clip."""
        files = {ending: f"{voice.name} {text} {ending}".encode() for ending in manifest.ENDINGS}
        clip = manifest.clip_of(files, seconds)
        for ending, content in files.items():
            (self.folder / voice.name / f"{clip['stem']}.{ending}").write_bytes(content)
        return clip

    def path(self, text: str, ending: str) -> Path:
        """Return a file of the woman's voice."""
        stem = manifest.read(HEART, self.folder)[text]["stem"]
        return self.folder / HEART.name / f"{stem}.{ending}"

    def change(self, text: str, **values: object) -> None:
        """Change what the list of the woman's voice says of a clip."""
        clips = manifest.read(HEART, self.folder)
        clips[text].update(values)
        manifest.write(HEART, clips, self.folder)

    def faults(self, lines: tuple[str, ...] = LINES) -> list[str]:
        return manifest.faults(lines, self.folder, self.rendered, self.heard)


@pytest.fixture
def clips(tmp_path: Path) -> Clips:
    return Clips(tmp_path)


def test_clips_that_fit_their_lines_have_no_fault(clips: Clips) -> None:
    assert clips.faults() == []


def test_the_list_is_what_the_player_reads(clips: Clips) -> None:
    whole = json.loads((clips.folder / "heart.json").read_text(encoding="utf-8"))
    assert (whole["voice"], whole["label"]) == ("heart", "A woman's voice")
    assert list(whole["clips"]) == sorted(LINES)
    clip = whole["clips"]["Hold"]
    assert clip.keys() == {"stem", "duration_s", "opus", "m4a"}
    assert [len(clip[name]) for name in ("stem", "opus", "m4a")] == [12, 16, 16]


@pytest.mark.parametrize("ending", manifest.ENDINGS)
def test_a_missing_file_is_seen(clips: Clips, ending: str) -> None:
    path = clips.path("Hold", ending)
    path.unlink()
    assert clips.faults() == [f"heart: 'Hold': {path.name} is missing"]


@pytest.mark.parametrize("ending", manifest.ENDINGS)
def test_a_changed_file_is_seen(clips: Clips, ending: str) -> None:
    path = clips.path("Hold", ending)
    path.write_bytes(b"other")
    assert f"heart: 'Hold': {path.name} is not the file that was rendered" in clips.faults()


def test_a_file_under_another_files_name_is_seen(clips: Clips) -> None:
    files = {ending: clips.path("Hold", ending) for ending in manifest.ENDINGS}
    for path in files.values():
        path.rename(path.with_stem("0123456789ab"))
    clips.change("Hold", stem="0123456789ab")
    assert "heart: 'Hold': 0123456789ab is not the name of these files" in clips.faults()


def test_a_file_that_no_line_is_said_with_is_seen(clips: Clips) -> None:
    (clips.folder / "michael" / "old.opus").write_bytes(b"x")
    assert clips.faults() == ["michael/old.opus: no line is said with it"]


def test_a_file_of_no_voice_is_seen(clips: Clips) -> None:
    (clips.folder / "emma.json").write_text("{}")
    assert clips.faults() == ["emma.json: belongs to no voice"]


def test_a_line_without_a_clip_is_seen_in_both_voices(clips: Clips) -> None:
    assert clips.faults((*LINES, "Rest")) == [
        f"{name}: there is no clip of 'Rest'; type `make voice`" for name in ("heart", "michael")
    ]


def test_a_clip_that_nobody_says_any_more_is_seen(clips: Clips) -> None:
    assert clips.faults(("Hold",)) == [
        f"{name}: nobody says 'Left side' any more; type `make voice`"
        for name in ("heart", "michael")
    ]


def test_nothing_recorded_is_seen(clips: Clips, tmp_path: Path) -> None:
    found = manifest.faults(LINES, tmp_path / "none", clips.rendered, clips.heard)
    assert len([fault for fault in found if "there is no clip of" in fault]) == 4


def test_another_setting_makes_clips_stale(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOUDNESS_LUFS", -18.0)
    assert len([fault for fault in clips.faults() if "was made in another way" in fault]) == 4


def test_another_pace_makes_only_its_own_line_stale() -> None:
    slower = replace(HEART, speeds={"Hold": 0.8})
    assert manifest.recipe("Hold", slower) != manifest.recipe("Hold", HEART)
    assert manifest.recipe("Left side", slower) == manifest.recipe("Left side", HEART)


def test_another_label_makes_no_clip_stale() -> None:
    assert manifest.recipe("Hold", replace(HEART, label="Somebody")) == manifest.recipe(
        "Hold", HEART
    )


@pytest.mark.parametrize("seconds", [0.2, 13.5])
def test_a_clip_too_short_or_too_long_is_seen(clips: Clips, seconds: float) -> None:
    clips.change("Hold", duration_s=seconds)
    assert clips.faults() == [f"heart: 'Hold': lasts {seconds} s"]


def test_too_many_bytes_are_seen(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "LARGEST_IN_ALL", 200)
    assert [fault.partition(":")[0] for fault in clips.faults()] == ["heart", "michael"]
    assert all(fault.endswith("bytes in all, more than 200") for fault in clips.faults())


def test_clips_that_nobody_listened_to_are_seen(clips: Clips) -> None:
    known = json.loads(clips.heard.read_text())
    known["michael"]["clips"] = "other"
    clips.heard.write_text(json.dumps(known))
    assert clips.faults() == ["michael: nobody listened to these clips; type `make voice`"]
