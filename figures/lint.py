"""Checks a drawing without a look: reach, floor, joint limits, and highlights nobody would see.

Distances in centimetres in the messages; poses are checked as they are and half way between.
"""

from figures import joint_angles, scene, solver
from figures.body import SIDES, SKIN
from figures.framing import camera_of
from figures.poses import between
from figures.rasteriser import buffers
from figures.surfaces import surfaces

OUT_OF_REACH = 0.02
UNDER_FLOOR = 0.02
"""Metres that flesh may be pressed below the floor before it counts as a fault."""
IN_THE_WALL = 0.025
SEEN_SHARE = 0.006
"""Share of the figure's pixels that the highlighted region must cover."""
_SIZE = (400, 320)

# Degrees. Wider than the textbook ranges of motion of one joint where the rig spreads a bend
# over fewer joints than a person has; what is beyond looks broken.
KNEE_FLEXION, ELBOW_FLEXION, WRIST_BEND, HIP_FROM_NEUTRAL = 160, 152, 88, 135
ANKLE_DORSIFLEXION = (-62, 42)
SPINE = {  # flexion, extension, side bend, twist
    "lumbar": (65, 35, 35, 30),
    "thoracic": (50, 35, 35, 45),
    "neck": (60, 65, 50, 85),
}


def faults_of(figure, drawing):
    """Return what is wrong with a drawing, one sentence each, naming file and pose."""
    found = []
    for pose in _checked_poses(drawing):
        where = f"{drawing.slug}.yaml: pose {pose.name}"
        found += [f"{where}: {fault}" for fault in _pose_faults(figure.body, drawing, pose)]
    share = _seen_share(figure, drawing)
    if drawing.regions and share < SEEN_SHARE:
        found.append(
            f"{drawing.slug}.yaml: pose {drawing.still}: the highlighted region covers only "
            f"{share * 100:.1f} % of the figure; turn the camera to it"
        )
    return found


def _checked_poses(drawing):
    yield from drawing.poses
    for start, end in zip(drawing.poses, drawing.poses[1:], strict=False):
        yield between(start, end, 0.5)


def _pose_faults(body, drawing, pose):
    things = drawing.things(pose)
    joints = solver.solve(body, pose, things)
    for limb, distance in joints.missed.items():
        if distance > OUT_OF_REACH:
            yield f"{limb} misses its place by {distance * 100:.0f} cm"
    vertices = body.mesh(joints, pose)[body.part == SKIN]
    lowest = float(vertices[:, 1].min())
    if lowest < -UNDER_FLOOR:
        yield f"{-lowest * 100:.0f} cm of the figure are under the floor"
    walls = {thing.get("name", thing["kind"]) for thing in things if thing["kind"] == "wall"}
    for name, surface in surfaces(things).items():
        if name in walls:
            over = vertices[surface.margin(vertices) > 0]
            deepest = float(surface.gap(over).min()) if len(over) else 0
            if -0.5 < deepest < -IN_THE_WALL:
                yield f"{-deepest * 100:.0f} cm of the figure are in the {name}"
    yield from _joint_faults(body, joints)
    yield from _spine_faults(pose)


def _joint_faults(body, joints):
    for side in SIDES:
        for what, limit, measured in (
            ("knee", KNEE_FLEXION, joint_angles.knee_flexion),
            ("elbow", ELBOW_FLEXION, joint_angles.elbow_flexion),
            ("wrist", WRIST_BEND, joint_angles.wrist_bend),
            ("hip", HIP_FROM_NEUTRAL, joint_angles.hip_from_neutral),
        ):
            angle = measured(body, joints, side)
            if angle > limit:
                yield f"{side} {what} is bent {angle:.0f} degrees, more than {limit}"
        ankle = joint_angles.ankle_dorsiflexion(body, joints, side)
        least, most = ANKLE_DORSIFLEXION
        if not least <= ankle <= most:
            yield f"{side} ankle is at {ankle:.0f} degrees, outside {least} to {most}"


def _spine_faults(pose):
    for level, (flexion, extension, side_bend, twist) in SPINE.items():
        forward, sideways, turned = getattr(pose, level)
        if not -extension <= forward <= flexion:
            yield f"{level} flexion {forward:.0f} is outside {-extension} to {flexion}"
        if abs(sideways) > side_bend:
            yield f"{level} side bend {sideways:.0f} is more than {side_bend}"
        if abs(turned) > twist:
            yield f"{level} twist {turned:.0f} is more than {twist}"


def _seen_share(figure, drawing):
    built = scene.build(figure, drawing, drawing.pose(drawing.still), arrows=False)
    seen = buffers(built, camera_of(figure, drawing, _SIZE), *_SIZE)
    shown = ((seen.region > 0.4) | (seen.hidden > 0.4)).sum()
    return shown / max((seen.layer == 0).sum(), 1)
