"""What each kind of thing looks like. Metres, y up, each about its own origin, then placed."""

from functools import partial

import numpy as np

from figures.bands import band
from figures.equipment import DOORWAY_DEPTH, MAT_THICKNESS, SEAT_DEPTH, SEAT_WIDTH, Thing
from figures.geometry import X, Y, Z
from figures.shapes import block, capped, leg, loft, ribbon, turned
from figures.skeleton import point

PRESSED = 0.9
"""Share of its radius at which the middle of a ball is from the skin it presses."""


def _mat(length, width):
    corner, top = 0.03, MAT_THICKNESS
    angle = np.radians(np.linspace(0, 90, 7))
    outline = np.concatenate(
        [
            [
                [
                    east * (width / 2 - corner) + corner * np.cos(turn),
                    0,
                    north * (length / 2 - corner) + corner * np.sin(turn),
                ]
                for turn in angle + np.radians(quarter)
            ]
            for east, north, quarter in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
        ]
    )
    inner = outline * [1 - 0.004 / width, 1, 1 - 0.004 / length]
    return [loft(capped([outline, outline + 0.7 * top * Y, inner + top * Y]), "mat")]


def _foam_roller(radius, length):
    end, bore, wall = length / 2, radius * 0.55, radius * 0.68
    bevel = 0.006
    foam = [
        (-end, wall),
        (-end, radius - bevel),
        (-end, radius - bevel),
        (-end + 0.3 * bevel, radius - 0.3 * bevel),
        (-end + bevel, radius),
        (end - bevel, radius),
        (end - 0.3 * bevel, radius - 0.3 * bevel),
        (end, radius - bevel),
        (end, radius - bevel),
        (end, wall),
        (end, wall),
        (-end, wall),
    ]
    core = end - 0.002
    tube_inside = [(-core, bore), (-core, wall), (-core, wall), (core, wall), (core, wall)]
    tube_inside += [(core, bore), (core, bore), (-core, bore)]
    return [
        turned(foam, "foam", X).moved(radius * Y),
        turned(tube_inside, "metal", X).moved(radius * Y),
    ]


def _ball(radius, material):
    angle = np.linspace(0, np.pi, 25)
    return [turned(np.stack([-np.cos(angle), np.sin(angle)], axis=1) * radius, material)]


def _wall(width, height):
    thick, skirting = 0.06, 0.08
    return [
        block([width, height, thick], "wall", [0, height / 2, thick / 2], 0.004, 1),
        block([width, skirting, 0.012], "floor_edge", [0, skirting / 2, -0.005], 0.004, 1),
    ]


def _doorway(opening, width, height):
    deep, lintel, trim = DOORWAY_DEPTH, 0.16, 0.07
    pier = (width - opening) / 2
    total = height + lintel
    meshes = [block([opening, lintel, deep], "wall", [0, height + lintel / 2, 0], 0.001, 1)]
    for side in (-1, 1):
        at = side * (opening + pier) / 2
        meshes.append(block([pier, total, deep], "wall", [at, total / 2, 0], 0.001, 1))
        edge = side * (opening + trim) / 2
        meshes.append(
            block([trim, height + trim, deep + 0.03], "wood", [edge, (height + trim) / 2, 0], 0.006)
        )
        board = pier - trim
        at = side * (opening / 2 + trim + board / 2)
        meshes.append(block([board, 0.08, deep + 0.016], "floor_edge", [at, 0.04, 0], 0.004, 1))
    meshes.append(block([opening, trim, deep + 0.03], "wood", [0, height + trim / 2, 0], 0.006))
    return meshes


def _chair(seat, back, arms):
    half, deep, thick, top = SEAT_WIDTH / 2, SEAT_DEPTH / 2, 0.032, seat + 0.44
    meshes = [block([SEAT_WIDTH, thick, SEAT_DEPTH], "wood", [0, seat - thick / 2, 0], 0.014, 3)]
    under = seat - thick + 0.004
    for side in (-1, 1):
        x = side * (half - 0.035)
        front, rear = [x, under, deep - 0.04], [x, under, -deep + 0.035]
        meshes.append(leg([x + side * 0.015, 0, deep - 0.02], front, "metal"))
        meshes.append(leg([x + side * 0.015, 0, -deep - 0.02], rear, "metal"))
        if back:
            meshes.append(leg([x, top - 0.02, -deep - 0.035], rear, "metal", 0.015, 0.011))
        if arms:
            meshes.append(leg(front, [x + side * 0.03, seat + 0.2, deep - 0.06], "metal", 0.012))
            rest = [x + side * 0.03, seat + 0.205, 0.015 - deep * 0.08]
            meshes.append(block([0.045, 0.025, SEAT_DEPTH * 0.9], "wood", rest, 0.011))
    meshes.append(
        block([SEAT_WIDTH - 0.1, 0.035, 0.018], "metal", [0, under - 0.02, deep - 0.045], 0.005)
    )
    if back:
        for height, tall in ((top - 0.07, 0.13), (seat + 0.18, 0.07)):
            meshes.append(_back_rest(height, tall, -deep + 0.035 - 0.07 * (height - seat) / 0.44))
    return meshes


def _back_rest(height, tall, z):
    """Return a slat of a chair's back, hollow towards the sitter."""
    x = np.linspace(-1, 1, 15) * (SEAT_WIDTH / 2 - 0.018)
    line = np.stack([x, np.full(15, height), z + 0.03 * (x / x[-1]) ** 2 - 0.016], axis=1)
    return ribbon(line, np.tile(Z, (15, 1)), tall, 0.02, "wood", round_edges=True)


def _four_legs(width, height, depth, material, inset=0.04, side=0.05):
    return [
        block(
            [side, height, side],
            material,
            [x * (width / 2 - inset), height / 2, z * (depth / 2 - inset)],
            0.006,
        )
        for x in (-1, 1)
        for z in (-1, 1)
    ]


def _table(size):
    width, height, depth = size
    top, apron = 0.03, 0.07
    under = height - top
    meshes = [block([width, top, depth], "wood", [0, height - top / 2, 0], 0.009, 3)]
    meshes += _four_legs(width, under, depth, "wood", 0.06)
    for x, z, long, wide in (
        (0, depth / 2 - 0.06, width - 0.12, 0.02),
        (0, 0.06 - depth / 2, width - 0.12, 0.02),
        (width / 2 - 0.06, 0, 0.02, depth - 0.12),
        (0.06 - width / 2, 0, 0.02, depth - 0.12),
    ):
        meshes.append(block([long, apron, wide], "wood", [x, under - apron / 2, z], 0.003, 1))
    return meshes


def _worktop(size):
    """Return a kitchen counter; its doors look towards -z, where the figure stands."""
    width, height, depth = size
    top, plinth, lip = 0.038, 0.1, 0.025
    cupboard = height - top - plinth
    meshes = [
        block([width, top, depth], "wood", [0, height - top / 2, 0], 0.008, 3),
        block([width - 0.06, plinth, depth - 0.1], "metal", [0, plinth / 2, 0.03], 0.003, 1),
        block(
            [width - 0.02, cupboard, depth - 2 * lip],
            "cloth",
            [0, plinth + cupboard / 2, 0],
            0.003,
            1,
        ),
    ]
    doors = max(1, round(width / 0.47))
    wide = (width - 0.02) / doors
    for door in range(doors):
        x = (door - (doors - 1) / 2) * wide
        front = lip - depth / 2
        size = [wide - 0.012, cupboard - 0.014, 0.02]
        meshes.append(block(size, "cloth", [x, plinth + cupboard / 2, front], 0.005))
        bar = [x, plinth + cupboard - 0.06, front - 0.022]
        meshes.append(block([0.14, 0.014, 0.014], "metal", bar, 0.006))
    return meshes


def _bed(size, headboard):
    """Return a bed whose head is at -z; its mattress ends at the given height."""
    width, height, length = size
    mattress, frame = min(0.2, height * 0.45), 0.12
    under = height - mattress + 0.02
    meshes = [
        block([width, mattress, length], "cloth", [0, height - mattress / 2, 0], 0.05, 4),
        block([width + 0.04, frame, length + 0.04], "wood", [0, under - frame / 2, 0], 0.012),
    ]
    meshes += _four_legs(width + 0.04, under - frame + 0.01, length + 0.04, "wood", 0.05, 0.06)
    if headboard:
        tall = height + 0.28
        at = [0, tall / 2 + 0.08, -length / 2 - 0.035]
        meshes.append(block([width + 0.08, tall - 0.16, 0.04], "wood", at, 0.018, 3))
    return meshes


def _step(size):
    width, height, depth = size
    pad = 0.006
    body = block([width, height - pad, depth], "wood", [0, (height - pad) / 2, 0], 0.012, 3)
    top = [width - 0.04, 2 * pad, depth - 0.04]
    return [body, block(top, "rubber", [0, height - pad, 0], 0.005)]


def _folded_towel(size):
    width, height, depth = size
    layers = 3
    thick = height / layers
    return [
        block(
            [width - 0.004 * (layer % 2), thick * 1.06, depth - 0.003 * layer],
            "cloth",
            [0.002 * (layer % 2), thick * (layer + 0.5), 0.002 * layer],
            thick * 0.5,
            4,
        )
        for layer in range(layers)
    ]


def _cushion(size):
    """Return a plump cushion: full in the middle, thin at the seam, drawn in at its sides."""
    width, height, depth = size
    across = np.sin(np.linspace(-1, 1, 25) * np.pi / 2)
    back = across[-2:0:-1]
    v = np.concatenate([across, back])
    upper = np.concatenate([np.ones(len(across)), -np.ones(len(back))])
    rings = []
    for u in across:
        full = ((1 - abs(u) ** 3) * (1 - np.abs(v) ** 3)) ** 0.55
        x = width / 2 * u * (1 - 0.07 * (1 - v**2))
        z = depth / 2 * v * (1 - 0.07 * (1 - u**2))
        rings.append(np.stack([x, height / 2 * (1 + upper * full), z], axis=1))
    return [loft(rings, "cloth")]


def _bottle(radius, length, frozen):
    """Return a bottle that lies along x, its cap at +x."""
    end, shoulder, neck = length / 2, length * 0.22, radius * 0.42
    glass = [(-end, 0), (-end, radius * 0.8), (-end + 0.003, radius * 0.93)]
    glass += [(-end + 0.009, radius), (-end + 0.05, radius)]
    for share in np.linspace(0, 1, 9):
        curve = 0.5 + 0.5 * np.cos(np.pi * share)
        glass.append((end - shoulder - 0.02 + share * shoulder, neck + (radius - neck) * curve))
    glass += [(end - 0.012, neck), (end - 0.012, 0)]
    cap = [(end - 0.018, 0), (end - 0.018, neck * 1.25), (end - 0.018, neck * 1.25)]
    cap += [(end - 0.002, neck * 1.25), (end, neck * 1.1), (end, neck * 1.1), (end, 0)]
    low, high, out = -end * 0.62, end * 0.3, radius + 0.0008
    label = [(low, radius * 0.9), (low, out), (low, out), (high, out), (high, out)]
    label += [(high, radius * 0.9), (low, radius * 0.9)]
    return [
        turned(shape, material, X).moved(radius * Y)
        for shape, material in (
            (glass, "ice" if frozen else "cloth"),
            (cap, "mat"),
            (label, "mat" if frozen else "rubber"),
        )
    ]


def _book(size):
    width, height, depth = size
    cover = 0.0035
    meshes = [
        block([width, cover, depth], "strap", [0, y, 0], 0.0015, 1)
        for y in (cover / 2, height - cover / 2)
    ]
    spine = [cover - width / 2, height / 2, 0]
    meshes.append(block([2 * cover, height, depth], "strap", spine, 0.003))
    pages = [width - 0.012, height - 2 * cover + 0.001, depth - 0.012]
    meshes.append(block(pages, "cloth", [-0.003, height / 2, 0], 0.001, 1))
    return meshes


SHAPES = {
    "mat": _mat,
    "foam_roller": _foam_roller,
    "wall": _wall,
    "doorway": _doorway,
    "chair": _chair,
    "table": _table,
    "worktop": _worktop,
    "bed": _bed,
    "step": _step,
    "folded_towel": _folded_towel,
    "cushion": _cushion,
    "bottle": _bottle,
    "book": _book,
}
BALLS = {"massage_ball": "rubber", "ball": "foam"}


def meshes(thing, body=None, joints=None, skin=None):
    """Return the meshes of a thing in the world.

    Straps, towels and balls on the skin need the `body` and its posed `joints`. `skin` (posed
    vertices and their outward normals) keeps straps and towels outside the body all the way.
    """
    thing = Thing.read(thing)
    options = thing.options
    locate = partial(point, body, joints)
    if thing.kind in {"strap", "towel"}:
        return [band(thing, locate, skin)]
    if thing.kind in BALLS:
        at = thing.at
        if options["on"]:
            skin, outward = locate(options["on"])
            at = skin + outward * options["radius"] * PRESSED
        return [mesh.moved(at) for mesh in _ball(options["radius"], BALLS[thing.kind])]
    return [mesh.moved(thing.at, thing.rotation) for mesh in SHAPES[thing.kind](**options)]
