"""The poses of a drawing as they are read, what lies between two of them, and their mirror image."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from figures.body import SIDES


@dataclass(frozen=True)
class Pose:
    """One key pose. Angles in degrees, places in metres in the world, limbs as plain dicts."""

    name: str
    pelvis: dict[str, Any] = field(default_factory=dict)
    lumbar: tuple[float, ...] = (0, 0, 0)
    """Flexion forward, side bend to the left, twist to the left."""
    thoracic: tuple[float, ...] = (0, 0, 0)
    neck: tuple[float, ...] = (0, 0, 0)
    left_arm: dict[str, Any] = field(default_factory=dict)
    right_arm: dict[str, Any] = field(default_factory=dict)
    left_leg: dict[str, Any] = field(default_factory=dict)
    right_leg: dict[str, Any] = field(default_factory=dict)
    contacts: tuple[dict[str, Any], ...] = ()
    straight: tuple[str, ...] = ()
    straightness: float = 0.992
    mouth_open: float = 0.0
    jaw_glide: float = 0.0
    """Sideways shift of the lower jaw to the left, metres."""
    smile: float = 0.0
    breath: float = 0.0
    equipment: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What of the equipment is elsewhere in this pose: name -> changed options."""
    between: tuple["Pose", "Pose", float] | None = None
    """Set in an in-between pose: both key poses and the share of the way."""


@dataclass(frozen=True)
class Drawing:
    """All that is drawn of one movement."""

    slug: str
    body: str
    still: str
    camera: dict[str, Any]
    regions: tuple[str, ...]
    equipment: tuple[dict[str, Any], ...]
    poses: tuple[Pose, ...]
    arrows: tuple[dict[str, Any], ...]
    motion: dict[str, Any]

    def pose(self, name):
        """Return the key pose called `name`."""
        return next(pose for pose in self.poses if pose.name == name)

    def things(self, pose):
        """Return the equipment as it is in `pose`: dicts with kind, name, at, turn and options."""
        return [
            {**thing, **pose.equipment.get(thing.get("name", thing["kind"]), {})}
            for thing in self.equipment
        ]


# In-between poses


def between(start, end, share, breath=0.0):
    """Return the pose `share` (0 to 1) of the way from `start` to `end`, with `breath` more breath.

    What both say in the same way is mixed number by number, so that hands stay where they hold
    and feet where they stand; limbs that change their way are turned from one to the other by
    the solver.
    """
    if share <= 0 or start is end:
        pose = start
    elif share >= 1:
        pose = end
    else:
        mixed = {
            one.name: _mixed(getattr(start, one.name), getattr(end, one.name), share)
            for one in fields(Pose)
            if one.name not in ("name", "between")
        }
        pose = Pose(name=f"{start.name}-{end.name}", **mixed, between=(start, end, float(share)))
    return replace(pose, breath=pose.breath + breath) if breath else pose


def _mixed(start, end, share):
    if isinstance(start, dict):
        both = {key: _mixed(start[key], end[key], share) for key in start if key in end}
        return {**start, **end, **both}
    if isinstance(start, (list, tuple)) and len(start) == len(end):
        return type(start)(_mixed(a, b, share) for a, b in zip(start, end, strict=True))
    if isinstance(start, (int, float)) and isinstance(end, (int, float)):
        return start + (end - start) * share
    return start if share < 0.5 else end


# The other side


def mirrored(pose):
    """Return `pose` with left and right exchanged; exact."""
    if pose.between is not None:
        start, end, share = pose.between
        return between(mirrored(start), mirrored(end), share)
    spine = {
        key: (getattr(pose, key)[0], -getattr(pose, key)[1], -getattr(pose, key)[2])
        for key in ("lumbar", "thoracic", "neck")
    }
    return replace(
        pose,
        pelvis=_mirrored_limb(pose.pelvis),
        **spine,
        left_arm=_mirrored_limb(pose.right_arm),
        right_arm=_mirrored_limb(pose.left_arm),
        left_leg=_mirrored_limb(pose.right_leg),
        right_leg=_mirrored_limb(pose.left_leg),
        contacts=tuple(_mirrored_limb(contact) for contact in pose.contacts),
        straight=tuple(other_side(side) for side in pose.straight),
        jaw_glide=-pose.jaw_glide,
        equipment={name: mirrored_thing(thing) for name, thing in pose.equipment.items()},
    )


def other_side(name):
    """Return `name` with left and right exchanged."""
    for side, other in (SIDES, SIDES[::-1]):
        if name == side or name.endswith(f".{side}"):
            return name[: -len(side)] + other
    return name


def mirrored_thing(thing):
    """Return a thing of the equipment mirrored, left for right."""
    return _mirrored_limb(thing)


def _mirrored_limb(limb):
    mirrored_values: dict[str, Any] = {}
    for key, value in limb.items():
        if key in ("yaw", "roll", "turn"):
            mirrored_values[key] = -value
        elif isinstance(value, dict):
            mirrored_values[key] = _mirrored_limb(value)
        elif isinstance(value, str):
            mirrored_values[key] = other_side(value)
        elif key in ("through", "path"):
            mirrored_values[key] = [_mirrored_place(place) for place in value]
        elif key not in ("size", "curl") and isinstance(value, (list, tuple)) and len(value) == 3:
            mirrored_values[key] = [-value[0], value[1], value[2]]
        else:
            mirrored_values[key] = value
    return mirrored_values


def _mirrored_place(place):
    if isinstance(place, str):
        return other_side(place)
    if isinstance(place, dict):
        return _mirrored_limb(place)
    return [-place[0], place[1], place[2]]


def mirrored_drawing(drawing):
    """Return the drawing of the other side."""
    return replace(
        drawing,
        camera={**drawing.camera, "around": -drawing.camera["around"],
                **({"crop": [other_side(p) for p in drawing.camera["crop"]]}
                   if "crop" in drawing.camera else {})},
        regions=tuple(other_side(name) for name in drawing.regions),
        equipment=tuple(mirrored_thing(thing) for thing in drawing.equipment),
        poses=tuple(mirrored(pose) for pose in drawing.poses),
        arrows=tuple(_mirrored_limb(arrow) for arrow in drawing.arrows),
    )  # fmt: skip
