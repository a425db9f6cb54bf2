"""Directions and rotations. Metres and degrees, right-handed, y up.

A rotation is a 3x3 matrix that turns column vectors: `turned = matrix @ vector`.
"""

import numpy as np

X, Y, Z = np.eye(3)

NEARLY_STRAIGHT = 0.9985
"""Share of a limb's length that a hand or foot can reach: a locked joint looks wooden."""


def unit(vector):
    """Return `vector` with length 1; a zero vector stays zero."""
    vector = np.asarray(vector, float)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def rotation(axis, degrees):
    """Return the rotation by `degrees` about `axis`, right-handed."""
    angle = np.radians(degrees)
    x, y, z = unit(axis)
    c, s = np.cos(angle), np.sin(angle)
    k = 1 - c
    return np.array(
        [
            [c + x * x * k, x * y * k - z * s, x * z * k + y * s],
            [y * x * k + z * s, c + y * y * k, y * z * k - x * s],
            [z * x * k - y * s, z * y * k + x * s, c + z * z * k],
        ]
    )


def angle_between(first, second):
    """Return the angle between two directions, 0 to 180 degrees."""
    return float(np.degrees(np.arccos(np.clip(unit(first) @ unit(second), -1, 1))))


def aligning(first, second):
    """Return the shortest rotation that turns the direction `first` into `second`."""
    first, second = unit(first), unit(second)
    axis = np.cross(first, second)
    if np.linalg.norm(axis) < 1e-8:
        if first @ second > 0:
            return np.eye(3)
        return rotation(np.cross(first, [0.3, 0.5, 0.8]), 180)
    return rotation(axis, angle_between(first, second))


def frame(direction, hint):
    """Return the axes whose second is `direction` and whose first leans towards `hint`."""
    direction = unit(direction)
    hint = np.asarray(hint, float)
    first = unit(hint - (hint @ direction) * direction)
    return np.stack([first, direction, np.cross(first, direction)], axis=1)


def twist_about(axis, start, end):
    """Return by how many degrees about `axis` the rotation `end` differs from `start`."""
    difference = end @ start.T
    skew = (
        np.array(
            [
                difference[2, 1] - difference[1, 2],
                difference[0, 2] - difference[2, 0],
                difference[1, 0] - difference[0, 1],
            ]
        )
        / 2
    )
    return float(np.degrees(np.arctan2(skew @ unit(axis), (np.trace(difference) - 1) / 2)))


def spine_rotation(flexion=0.0, side=0.0, twist=0.0):
    """Return a spinal rotation: flexion forward, side bend to the left, twist to the left."""
    return rotation(Y, twist) @ rotation(Z, -side) @ rotation(X, flexion)


def euler(yaw=0.0, pitch=0.0, roll=0.0):
    """Return the rotation of a body in the world.

    Yaw turns it to its left, pitch +90 puts it face down (-90 face up), roll leans it to its left.
    """
    return rotation(Y, yaw) @ rotation(X, pitch) @ rotation(Z, -roll)


def part_way(start, end, share):
    """Return the rotation `share` (0 to 1) of the shortest way from `start` to `end`."""
    difference = end @ start.T
    axis = np.array(
        [
            difference[2, 1] - difference[1, 2],
            difference[0, 2] - difference[2, 0],
            difference[1, 0] - difference[0, 1],
        ]
    )
    if np.linalg.norm(axis) < 1e-9:
        return start
    angle = np.degrees(np.arccos(np.clip((np.trace(difference) - 1) / 2, -1, 1)))
    return rotation(axis, angle * share) @ start


def two_bones(start, target, first, second, pole):
    """Solve a hinge of two bones of length `first` and `second` from `start` to `target`.

    The joint between bends towards `pole`. Returns both bones' directions (unit) and by how many
    metres the target is out of reach.
    """
    away = target - start
    distance = float(np.linalg.norm(away))
    reached = float(
        np.clip(distance, abs(first - second) + 1e-4, (first + second) * NEARLY_STRAIGHT)
    )
    direction = unit(away)
    cosine = np.clip((first**2 + reached**2 - second**2) / (2 * first * reached), -1, 1)
    pole = np.asarray(pole, float)
    pole = pole - (pole @ direction) * direction
    if np.linalg.norm(pole) < 1e-6:
        pole = np.cross(direction, [0.1, 0.2, 0.9])
    joint = start + first * (
        direction * cosine + unit(pole) * np.sqrt(max(0.0, 1 - float(cosine) ** 2))
    )
    end = start + direction * reached
    return unit(joint - start), unit(end - joint), distance - reached
