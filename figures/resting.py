"""Hands and feet at rest: fingers and toes together, as a calm person holds them.

All in the rest frame of the body that is being built (metres, y up, facing +z, left is +x).
"""

import numpy as np

from figures.geometry import rotation, unit


def relaxed(vertices, heads, tails, weights, bones, parents):
    """Return the rest pose with toes and fingers closed: the mesh, the heads and the tails."""
    turns = {}
    for side in "LR":
        turns |= closed_toes(heads, tails, bones, side)
        turns |= closed_fingers(heads, tails, bones, side)
    turned = np.zeros((len(bones), 3, 3))
    moved = np.zeros((len(bones), 3))
    for number, (bone, parent) in enumerate(zip(bones, parents, strict=True)):
        above = turned[parent] if parent >= 0 else np.eye(3)
        turned[number] = turns.get(bone, np.eye(3)) @ above
        moved[number] = heads[number]
        if parent >= 0:
            moved[number] = moved[parent] + above @ (heads[number] - heads[parent])
    shift = moved - np.einsum("bij,bj->bi", turned, heads)
    posed = np.einsum("nb,bij,nj->ni", weights, turned, vertices, optimize=True) + weights @ shift
    new_tails = moved + np.einsum("bij,bj->bi", turned, tails - heads)
    return posed, moved, new_tails


def direction(heads, tails, bones, first, last):
    """Return the direction from the head of bone `first` to the tail of bone `last`."""
    return unit(tails[bones.index(last)] - heads[bones.index(first)])


# Where each toe points, in degrees from straight ahead to the outside of its foot.
TOE_HEADING = {1: 13.0, 2: 5.0, 3: 3.0, 4: 0.0, 5: -3.0}
TOE_WIDENING = {1: 1.06, 2: 1.36, 3: 1.4, 4: 1.4, 5: 1.28}
THUMB_CLOSING = 16.0  # degrees
# How far a finger is turned towards the line of the middle finger: 1 is parallel to it.
FINGER_CLOSING = {2: 1.1, 4: 1.05, 5: 1.1}


def closed_toes(heads, tails, bones, side):
    """Return turns {bone: rotation} that bring a foot's toes together, about the vertical."""
    outward = 1 if side == "L" else -1
    turns = {}
    for toe, wanted in TOE_HEADING.items():
        last = 2 if toe == 1 else 3
        ahead = direction(heads, tails, bones, f"toe{toe}-1.{side}", f"toe{toe}-{last}.{side}")
        heading = np.degrees(np.arctan2(ahead[0], ahead[2]))
        turns[f"toe{toe}-1.{side}"] = rotation([0, 1, 0], outward * wanted - heading)
    return turns


def filled_toes(vertices, heads, tails, weights, bones):
    """Return the mesh with wider toes, because the source's thin toes leave gaps."""
    widened = vertices.copy()
    for side in "LR":
        for toe, factor in TOE_WIDENING.items():
            last = 2 if toe == 1 else 3
            joints = [bones.index(f"toe{toe}-{part}.{side}") for part in range(1, last + 1)]
            share = weights[:, joints].sum(1, keepdims=True)
            start = heads[joints[0]]
            ahead = unit((tails[joints[-1]] - start) * [1, 0, 1])
            across = np.array([ahead[2], 0, -ahead[0]])
            sideways = ((vertices - start) @ across)[:, None]
            widened += share * (factor - 1) * sideways * across
    return widened


def closed_fingers(heads, tails, bones, side):
    """Return turns {bone: rotation} that bring a hand's fingers together, in the palm's plane."""

    def head(bone):
        return heads[bones.index(f"{bone}.{side}")]

    across = np.cross(head("finger2-1") - head("wrist"), head("finger5-1") - head("wrist"))
    normal = unit(across)

    def along(finger):
        ahead = direction(
            heads, tails, bones, f"finger{finger}-1.{side}", f"finger{finger}-3.{side}"
        )
        return unit(ahead - (ahead @ normal) * normal)

    middle = along(3)
    inward = np.sign(np.cross(along(2), middle) @ normal + np.cross(along(1), middle) @ normal)
    turns = {f"finger1-1.{side}": rotation(normal, inward * THUMB_CLOSING)}
    for finger, share in FINGER_CLOSING.items():
        apart = np.degrees(
            np.arctan2(np.cross(along(finger), middle) @ normal, along(finger) @ middle)
        )
        turns[f"finger{finger}-1.{side}"] = rotation(normal, share * apart)
    return turns
