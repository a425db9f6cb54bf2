"""Reads `poses/<slug>.yaml`: what is drawn of one movement, checked word by word.

The vocabulary is described in `README.md`. A mistake raises `DrawingError` with file, pose and key.
"""

import copy
import re
from pathlib import Path
from typing import Any

import yaml

from figures import equipment, points, regions
from figures.body import NAMES as BODIES
from figures.body import SIDES
from figures.poses import Drawing, Pose

FOLDER = Path(__file__).resolve().parent / "poses"
PARTS = (
    *(
        f"{part}.{side}"
        for side in SIDES
        for part in (
            "foot", "toes", "shin", "thigh", "knee", "hand", "forearm", "upper_arm", "elbow",
            "shoulder", "hip",
        )
    ),
    "pelvis", "seat", "back", "belly", "neck", "head", "all",
)  # fmt: skip
"""Parts of the body that can touch something or be what the camera frames."""
JOINTS = tuple(
    f"{name}.{side}"
    for side in SIDES
    for name in (
        "knee_joint", "ankle_joint", "elbow_joint", "hip_joint", "shoulder_joint", "wrist_joint",
    )
)  # fmt: skip

NUMBER, DIRECTION, TRIPLE, TEXT, NUMBERS, POINT, SIDE_LIST, CONTACTS, THINGS, FOOT, PELVIS = (
    "a number", "a direction [x, y, z]", "three numbers", "a word", "a number or five numbers",
    "a point", "a list of sides", "contacts", "equipment by name", "yaw, pitch and roll",
    "at, yaw, pitch and roll",
)  # fmt: skip

ARM_KEYS = {
    "hand_on": POINT, "hand_at": TRIPLE, "wrist_at": TRIPLE, "offset": TRIPLE,
    "upper": DIRECTION, "fore": DIRECTION, "elbow": DIRECTION, "frame": TEXT,
    "palm": DIRECTION, "fingers": DIRECTION, "hand_frame": TEXT, "grip": TEXT,
    "curl": NUMBERS, "spread": NUMBER, "turn_out": NUMBER, "shrug": NUMBER, "protract": NUMBER,
}  # fmt: skip
LEG_KEYS = {
    "heel_at": TRIPLE, "ball_at": TRIPLE, "toe_at": TRIPLE, "ankle_at": TRIPLE, "knee_at": TRIPLE,
    "thigh": DIRECTION, "shin": DIRECTION, "knee": DIRECTION, "frame": TEXT, "foot": FOOT,
    "dorsiflexion": NUMBER, "inversion": NUMBER, "foot_turn": NUMBER, "toes": NUMBER,
    "toe_spread": NUMBER, "big_toe": NUMBER,
}  # fmt: skip
POSE_KEYS = {
    "pelvis": PELVIS, "lumbar": TRIPLE, "thoracic": TRIPLE, "neck": TRIPLE,
    "left_arm": ARM_KEYS, "right_arm": ARM_KEYS, "left_leg": LEG_KEYS, "right_leg": LEG_KEYS,
    "contacts": CONTACTS, "straight": SIDE_LIST, "straightness": NUMBER,
    "mouth_open": NUMBER, "jaw_glide": NUMBER, "smile": NUMBER, "breath": NUMBER,
    "equipment": THINGS,
}  # fmt: skip
FRAMES = ("world", "chest", "pelvis", "head")
CAMERA_KEYS = {"around", "above", "lens", "margin", "crop", "shift"}
MOTION_KEYS = {"loop", "seconds", "hold", "order"}
LOOPS = ("there_and_back", "round")
FILE_KEYS = {
    "body", "still", "camera", "regions", "equipment", "poses", "arrows", "motion", "note",
}  # fmt: skip


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is a word, as in YAML 1.2; only true and false are truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


class DrawingError(ValueError):
    """A drawing that says something impossible; the message names file, pose and key."""


def slugs(folder=FOLDER):
    """Return the slugs that have a drawing, in order."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read(slug, folder=FOLDER):
    """Return the drawing of the movement `slug`; DrawingError if it is missing or wrong."""
    path = folder / f"{slug}.yaml"
    if not path.is_file():
        raise DrawingError(f"{slug}: there is no {path.name} in poses/")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise DrawingError(f"{path.name}: not readable as YAML: {error}") from error
    return from_data(slug, data)


def from_data(slug, data):
    """Return the drawing that `data` describes."""
    here = f"{slug}.yaml"
    if not isinstance(data, dict):
        raise DrawingError(f"{here}: must be keys and values")
    _only(here, data, FILE_KEYS)
    for needed in ("poses", "camera", "regions"):
        if needed not in data:
            raise DrawingError(f"{here}: {needed} is missing")
    body = data.get("body", "woman")
    _one_of(f"{here}: body", body, BODIES)
    camera = data["camera"]
    _only(f"{here}: camera", camera, CAMERA_KEYS)
    for part in camera.get("crop", ()):
        _one_of(f"{here}: camera: crop", part, PARTS)
    for name in data["regions"]:
        _region(f"{here}: regions", name)
    things = [dict(thing) for thing in data.get("equipment") or ()]
    for thing in things:
        _check_thing(f"{here}: equipment", thing)
    names = [thing.get("name", thing["kind"]) for thing in things]
    if len(set(names)) != len(names):
        raise DrawingError(f"{here}: equipment: two things have one name; give each a `name`")
    poses = _poses(here, data["poses"], names)
    still = data.get("still", poses[-1].name)
    _one_of(f"{here}: still", still, [pose.name for pose in poses])
    arrows = tuple(data.get("arrows") or ())
    for arrow in arrows:
        _only(f"{here}: arrows", arrow, {"path", "both", "on", "thick"})
        for place in arrow["path"]:
            _check_place(f"{here}: arrows: path", place)
        if "on" in arrow:
            _one_of(f"{here}: arrows: on", arrow["on"], [pose.name for pose in poses])
    motion = data.get("motion") or {}
    _only(f"{here}: motion", motion, MOTION_KEYS)
    _one_of(f"{here}: motion: loop", motion.get("loop", LOOPS[0]), LOOPS)
    for name in motion.get("order", ()):
        _one_of(f"{here}: motion: order", name, [pose.name for pose in poses])
    return Drawing(
        slug=slug, body=body, still=still, camera=camera, regions=tuple(data["regions"]),
        equipment=tuple(things), poses=poses, arrows=arrows, motion=motion,
    )  # fmt: skip


def _poses(here, listed, thing_names):
    if not isinstance(listed, list) or not 1 <= len(listed) <= 6:
        raise DrawingError(f"{here}: poses: give one to six")
    raw: dict[str, dict[str, Any]] = {}
    poses = []
    for number, given in enumerate(listed, 1):
        name = given.get("name")
        where = f"{here}: pose {name or number}"
        if not name or name in raw:
            raise DrawingError(f"{where}: each pose needs a name of its own")
        base = {}
        if "from" in given:
            _one_of(f"{where}: from", given["from"], raw)
            base = copy.deepcopy(raw[given["from"]])
        changes = {key: value for key, value in given.items() if key not in ("name", "from")}
        merged = _merged(base, changes)
        _check_pose(where, merged, thing_names)
        raw[name] = merged
        poses.append(_pose(name, merged))
    return tuple(poses)


def _merged(base, changes):
    """Return `base` with `changes`; null takes a key away, dicts are merged one level deep.

    A limb that gets a new way of being placed loses the old one: `hand_at` drops `hand_on`.
    """
    merged = dict(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            kept = dict(merged[key])
            for ways in PLACINGS:
                if any(way in value for way in ways):
                    kept = {k: v for k, v in kept.items() if k not in DROPPED[ways]}
            merged[key] = {k: v for k, v in {**kept, **value}.items() if v is not None}
        elif value is None:
            merged.pop(key, None)
        else:
            merged[key] = value
    return merged


_HAND = ("hand_on", "hand_at", "wrist_at")
_ARM_DIRECTIONS = ("upper",)
_LEG = ("heel_at", "ball_at", "toe_at", "ankle_at")
_LEG_DIRECTIONS = ("thigh",)
PLACINGS = (_HAND, _ARM_DIRECTIONS, _LEG, _LEG_DIRECTIONS)
DROPPED = {
    _HAND: (*_HAND, "upper", "fore", "offset"),
    _ARM_DIRECTIONS: (*_HAND, "offset", "palm", "fingers", "grip"),
    _LEG: (*_LEG, "thigh", "shin"),
    _LEG_DIRECTIONS: (*_LEG, "knee_at", "foot"),
}


def _pose(name, data):
    values = dict(data)
    for key in ("lumbar", "thoracic", "neck", "contacts", "straight"):
        if key in values:
            values[key] = tuple(values[key])
    return Pose(name=name, **values)


def _check_pose(where, data, thing_names):
    _only(where, data, POSE_KEYS)
    for key, value in data.items():
        kind = POSE_KEYS[key]
        if isinstance(kind, dict):
            _only(f"{where}: {key}", value, kind)
            for inner, given in value.items():
                _check_value(f"{where}: {key}: {inner}", kind[inner], given)
            for frame in ("frame", "hand_frame"):
                if frame in value:
                    _one_of(f"{where}: {key}: {frame}", value[frame], FRAMES)
        elif kind == CONTACTS:
            for contact in value:
                _only(f"{where}: contacts", contact, {"part", "on", "gap"})
                part = contact.get("part")
                if part not in PARTS and part not in points.NAMES:
                    raise DrawingError(f"{where}: contacts: no part or point called {part!r}")
                on = contact.get("on")
                if not isinstance(on, (int, float)):
                    _one_of(f"{where}: contacts: on", on, ("floor", *thing_names))
        elif kind == SIDE_LIST:
            for side in value:
                _one_of(f"{where}: {key}", side, SIDES)
        elif kind == PELVIS:
            _only(f"{where}: {key}", value, {"at", "yaw", "pitch", "roll"})
        elif kind == THINGS:
            for name in value:
                _one_of(f"{where}: equipment", name, thing_names)
        else:
            _check_value(f"{where}: {key}", kind, value)


def _check_value(where, kind, value):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    triple = (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and all(isinstance(v, (int, float)) for v in value)
    )
    five = isinstance(value, list) and len(value) == 5
    good = {
        NUMBER: number, NUMBERS: number or five, DIRECTION: triple, TRIPLE: triple,
        TEXT: isinstance(value, str), FOOT: isinstance(value, dict), POINT: True,
    }[kind]  # fmt: skip
    if not good:
        raise DrawingError(f"{where}: must be {kind}, not {value!r}")
    if kind == POINT and value not in points.NAMES and value not in JOINTS:
        raise DrawingError(f"{where}: no point of the body called {value!r}")
    if kind == FOOT:
        _only(where, value, {"yaw", "pitch", "roll"})


def _check_place(where, place):
    if isinstance(place, dict):
        _only(where, place, {"point", "offset"})
        place = place.get("point")
    if isinstance(place, str) and place not in points.NAMES and place not in JOINTS:
        raise DrawingError(f"{where}: no point of the body called {place!r}")


def _check_thing(where, thing):
    kind = thing.get("kind")
    _one_of(f"{where}: kind", kind, equipment.KINDS)
    _only(f"{where}: {kind}", thing, {"kind", "name", "at", "turn", *equipment.KINDS[kind]})
    for place in thing.get("through", ()):
        _check_place(f"{where}: {kind}: through", place)
    if "on" in thing:
        _one_of(f"{where}: {kind}: on", thing["on"], points.NAMES)


def _region(where, name):
    base, _, side = name.partition(".")
    if base not in regions.NAMES or (side and side not in SIDES):
        raise DrawingError(f"{where}: no region called {name!r}")


def _only(where, given, known):
    if not isinstance(given, dict):
        raise DrawingError(f"{where}: must be keys and values, not {given!r}")
    for key in given:
        if key not in known:
            raise DrawingError(
                f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}"
            )


def _one_of(where, given, known):
    if given not in known:
        raise DrawingError(f"{where}: {given!r} is none of {', '.join(map(str, known))}")
