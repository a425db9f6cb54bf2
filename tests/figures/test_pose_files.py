"""Drawings are checked word by word; a mistake names file, pose and key."""

import pytest
import yaml

from figures import pose_files

GOOD = """
body: woman
camera: {around: 60, above: 10}
regions: [calf.left]
equipment:
  - {kind: mat, at: [0, 0, 0]}
poses:
  - name: ready
    left_leg: {heel_at: [0.1, 0, 0]}
    right_arm: {hand_on: hip_bone.right, offset: [0, 0.1, 0], elbow: [-1, 0, 0]}
  - name: deep
    from: ready
    right_arm: {hand_at: [0.2, 1, 0.3]}
"""


def data(**changes):
    return {**yaml.safe_load(GOOD), **changes}


def pose(**keys):
    return [{"name": "only", **keys}]


def test_a_drawing_is_read_with_what_a_pose_takes_over_from_another():
    drawing = pose_files.from_data("calf", data())
    deep = drawing.pose("deep")
    assert deep.left_leg == {"heel_at": [0.1, 0, 0]}
    assert drawing.still == "deep"


def test_a_limb_that_is_placed_anew_forgets_its_old_place():
    arm = pose_files.from_data("calf", data()).pose("deep").right_arm
    assert arm == {"hand_at": [0.2, 1, 0.3], "elbow": [-1, 0, 0]}


def test_on_is_a_word_in_a_drawing(tmp_path):
    text = GOOD + "    contacts: [{part: foot.left, on: mat}]\n"
    (tmp_path / "calf.yaml").write_text(text)
    drawing = pose_files.read("calf", tmp_path)
    assert drawing.pose("deep").contacts == ({"part": "foot.left", "on": "mat"},)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"body": "giant"}, "calf.yaml: body: 'giant' is none of woman, man, older"),
        ({"regions": ["calf.middle"]}, "calf.yaml: regions: no region called 'calf.middle'"),
        ({"regions": ["elbow_pit"]}, "no region called 'elbow_pit'"),
        ({"equipment": [{"kind": "trampoline"}]}, "equipment: kind: 'trampoline' is none of"),
        ({"equipment": [{"kind": "mat", "colour": "red"}]}, "unknown key 'colour'"),
        ({"equipment": [{"kind": "mat"}, {"kind": "mat"}]}, "two things have one name"),
        ({"camera": {"around": 0, "above": 0, "crop": ["tail"]}}, "camera: crop: 'tail'"),
        ({"still": "never"}, "still: 'never' is none of ready, deep"),
        ({"arrows": [{"path": ["tail", [0, 0, 0]]}]}, "arrows: path: no point of the body"),
        ({"motion": {"loop": "zigzag"}}, "motion: loop: 'zigzag' is none of"),
        ({"poses": []}, "poses: give one to six"),
        ({"poses": pose(left_leg={"hel_at": [0, 0, 0]})}, "pose only: left_leg: unknown key"),
        ({"poses": pose(left_leg={"heel_at": [0, 0]})}, "heel_at: must be three numbers"),
        ({"poses": pose(right_arm={"hand_on": "nose"})}, "hand_on: no point of the body called"),
        ({"poses": pose(contacts=[{"part": "knee.left", "on": "sofa"}])}, "on: 'sofa' is none of"),
        ({"poses": pose(equipment={"sofa": {}})}, "equipment: 'sofa' is none of mat"),
    ],
)
def test_a_mistake_is_told_where_it_is(changes, told):
    with pytest.raises(pose_files.DrawingError) as error:
        pose_files.from_data("calf", data(**changes))
    assert told in str(error.value)
    assert str(error.value).startswith("calf.yaml")


def test_a_missing_drawing_is_told():
    with pytest.raises(pose_files.DrawingError, match="there is no"):
        pose_files.read("no-such-movement")


def test_every_committed_drawing_can_be_read():
    assert [pose_files.read(slug).slug for slug in pose_files.slugs()] == pose_files.slugs()
