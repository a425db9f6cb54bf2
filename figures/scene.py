"""One pose of a drawing as triangles: the dressed figure, its equipment and the arrows, merged.

World frame: metres, y up, floor y=0.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import scipy.sparse as sparse
from scipy.spatial import cKDTree

from figures import solver
from figures.arrows import meshes as arrow_meshes
from figures.arrows import of_pose
from figures.body import vertex_normals
from figures.draw_list import DrawList, draw_list, joined
from figures.equipment import Thing
from figures.skeleton import Joints
from figures.surfaces import surfaces
from figures.things import meshes

FIGURE, EQUIPMENT, ARROW = 0, 1, 2
"""The values of `Scene.layer`; arrows are drawn over everything."""

MOST_PRESSED = 0.04
"""How deep flesh may lie in a surface and still be pressed flat onto it, metres."""
SOFT = ("seat", "thigh", "hip", "back", "pelvis", "belly", "shin", "upper_arm")
"""Parts with so much flesh that their weight presses them, by `_SINK` metres."""
_SINK = 0.01
_FADE = 0.02
_SOFTNESS = 0.002
"""Width of the bend between free and pressed flesh, metres."""
_PATCH, _LET_DOWN = 0.015, 0.16
"""Depth of the patch that touches, and how far round it flesh gives, metres."""
_BULGE = 0.4
"""Share of the depth by which the flesh round a pressed place comes out."""


@dataclass(frozen=True)
class Scene(DrawList):
    """What a renderer draws: the figure first, then the equipment and the arrows.

    Attributes:
        layer: (t,) FIGURE, EQUIPMENT or ARROW.
        figure_vertices: How many of the vertices, the first ones, are the figure's.
        joints: The posed skeleton.
    """

    layer: np.ndarray
    figure_vertices: int
    joints: Joints


def build(figure, drawing, pose, arrows=True):  # noqa: FBT002 - named so by every caller
    """Return the scene of `pose`; `arrows` only for stills and print."""
    body = figure.body
    things = [Thing.read(entry) for entry in drawing.things(pose)]
    joints = solver.solve(body, pose, things)
    found = surfaces(things)
    posed = settled(body, joints, body.mesh(joints, pose), pose.contacts, found)
    drawn = figure.draw(posed, joints, list(drawing.regions))
    vertices, normals = pressed(
        drawn.vertices, drawn.normals, drawn.triangles, _pressing(pose, things, found)
    )
    pieces = [(FIGURE, replace(drawn, vertices=vertices, normals=normals))]
    shown = np.asarray(drawn.clip) >= 0
    skin = vertices[shown], normals[shown]
    for thing in things:
        pieces += [(EQUIPMENT, _piece(m)) for m in meshes(thing, body, joints, skin)]
    for arrow in of_pose(drawing, pose) if arrows else ():
        pieces += [(ARROW, _piece(mesh)) for mesh in arrow_meshes(arrow, body, joints)]
    whole = joined(piece for _, piece in pieces)
    return Scene(
        **{each.name: getattr(whole, each.name) for each in fields(DrawList)},
        layer=np.concatenate([np.full(len(piece.triangles), layer) for layer, piece in pieces]),
        figure_vertices=len(vertices),
        joints=joints,
    )


def _piece(mesh):
    return draw_list(mesh.vertices, mesh.triangles, mesh.material)


# Flesh that flattens


def _pressing(pose, things, found):
    """Return the surfaces that press the figure: the floor, mats, and all it is said to touch."""
    touched = {contact["on"] for contact in pose.contacts}
    mats = {thing.name for thing in things if thing.kind == "mat"}
    return [surface for name, surface in found.items() if name in {"floor", *touched, *mats}]


def settled(body, joints, vertices, contacts, found):
    """Return the posed vertices of the body with what touches a surface let down onto it.

    Contacts hold for the skinned body; rounding its bends takes a centimetre or two of flesh
    away under a thigh or a seat. That is given back round the place of contact.
    """
    vertices = np.array(vertices, float)
    for contact in contacts:
        rows, surface = body.parts.get(contact["part"]), found.get(contact["on"])
        if rows is None or surface is None:
            continue
        gaps = surface.gap(vertices[rows])
        lost = gaps.min() - surface.gap(body.skinned(joints, rows)).min()
        if contact["part"].partition(".")[0] in SOFT:
            lost += _SINK
        if not 0 < lost < MOST_PRESSED:
            continue
        lowest = vertices[rows[gaps < gaps.min() + _PATCH]]
        distance, _ = cKDTree(lowest).query(vertices, distance_upper_bound=_LET_DOWN)
        share = 1 - _ramp(np.minimum(distance, _LET_DOWN), 0, _LET_DOWN)
        vertices -= (share * lost)[:, None] * surface.normals(vertices)
    return vertices


def pressed(vertices, normals, triangles, surfaces):
    """Return vertices and normals with the flesh that lies in a surface pressed flat onto it.

    What is pressed comes out a little round the place, as flesh does.
    """
    vertices, normals = np.array(vertices, float), np.array(normals, float)
    before = vertices.copy()
    spread = None
    for surface in surfaces:
        depth = -surface.gap(vertices)
        share = _share_pressed(surface, vertices, normals, depth)
        if not (share > 0).any():
            continue
        flat = depth + _SOFTNESS * np.logaddexp(0, -depth / _SOFTNESS)
        away = surface.normals(vertices)
        if (share * depth).max() > _SOFTNESS:
            if spread is None:
                spread = _spreading(len(vertices), triangles)
            vertices += _bulge(spread, normals, away, share * depth)
        vertices += (share * np.maximum(flat, 0))[:, None] * away
    moved = np.linalg.norm(vertices - before, axis=1) > 1e-4
    if moved.any():
        normals[moved] = vertex_normals(vertices, np.asarray(triangles))[moved]
    return vertices, normals


def _share_pressed(surface, vertices, normals, depth):
    """Return how much each vertex follows the surface: what looks at it, is over it, not too deep."""
    facing = (normals * surface.normals(vertices)).sum(axis=1)
    share = 1 - _ramp(facing, 0.2, 0.7)
    share *= _ramp(surface.margin(vertices), -0.01, 0.01)
    share *= 1 - _ramp(depth, MOST_PRESSED, MOST_PRESSED + _FADE)
    return np.where(depth > -5 * _SOFTNESS, share, 0)


def _bulge(spread, normals, away, depth):
    """Return by how much the flesh beside a pressed place comes out, along the surface."""
    near = np.maximum(depth, 0)
    for _ in range(12):
        near = spread @ near
    sideways = normals - (normals * away).sum(axis=1, keepdims=True) * away
    return _BULGE * near[:, None] * sideways


def _spreading(count, triangles):
    """Return a matrix that replaces each vertex's value by the mean of it and its neighbours'."""
    triangles = np.asarray(triangles)
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    near = sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (count, count))
    near.data[:] = 1
    near = near + sparse.eye(count)
    return (sparse.diags(1 / np.asarray(near.sum(axis=1)).ravel()) @ near).tocsr()


def _ramp(value, low, high):
    """Return 0 below `low`, 1 above `high`, smoothly between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)
