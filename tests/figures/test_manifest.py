"""Stale, missing and heavy pictures are seen without drawing."""

import shutil

import pytest

from figures import manifest

SLUG = "calf-foam-roll"


@pytest.fixture
def folders(tmp_path):
    """A movement, its drawing and pictures that fit."""
    movements, poses, pictures = (tmp_path / name for name in ("movements", "poses", "pictures"))
    for folder in (movements, poses, pictures):
        folder.mkdir()
    (movements / f"{SLUG}.yaml").write_text("name: x")
    (poses / f"{SLUG}.yaml").write_text("poses: []")
    for ending in manifest.ENDINGS:
        (pictures / f"{SLUG}{ending}").write_bytes(ending.encode())
    manifest.record(SLUG, pictures / manifest.FILE.name, poses)
    return {"movements": movements, "poses": poses, "pictures": pictures}


def test_pictures_that_fit_their_drawing_have_no_fault(folders):
    assert manifest.faults(**folders) == []


def test_a_changed_drawing_makes_its_pictures_stale(folders):
    (folders["poses"] / f"{SLUG}.yaml").write_text("poses: [1]")
    assert manifest.faults(**folders) == [f"{SLUG}.yaml: changed after its pictures were rendered"]


def test_a_picture_changed_by_hand_is_seen(folders):
    (folders["pictures"] / f"{SLUG}.svg").write_text("other")
    assert manifest.faults(**folders) == [f"{SLUG}.svg: is not the file that was rendered"]


def test_a_missing_picture_is_seen(folders):
    (folders["pictures"] / f"{SLUG}.webp").unlink()
    assert manifest.faults(**folders) == [f"{SLUG}.webp: is missing"]


def test_a_heavy_picture_is_seen(folders):
    (folders["pictures"] / f"{SLUG}.avif").write_bytes(b"x" * 25_001)
    manifest.record(SLUG, folders["pictures"] / manifest.FILE.name, folders["poses"])
    assert manifest.faults(**folders) == [f"{SLUG}.avif: 25001 bytes, more than 25000"]


def test_a_movement_without_a_drawing_and_a_drawing_without_a_movement_are_seen(folders):
    shutil.move(folders["poses"] / f"{SLUG}.yaml", folders["poses"] / "other.yaml")
    assert manifest.faults(**folders) == [
        "other.yaml: there is no movement of this name",
        f"{SLUG}: the movement has no drawing in poses/",
    ]


def test_a_comment_in_the_engine_does_not_make_pictures_stale_but_a_number_does(tmp_path):
    (tmp_path / "body").mkdir()
    module = tmp_path / "shading.py"
    module.write_text('"""Words."""\nSAMPLES = 64\n')
    before = manifest.engine_hash(tmp_path)
    module.write_text('"""Other words."""\n\n# A reason.\nSAMPLES = 64\n')
    assert manifest.engine_hash(tmp_path) == before
    module.write_text("SAMPLES = 65\n")
    assert manifest.engine_hash(tmp_path) != before
