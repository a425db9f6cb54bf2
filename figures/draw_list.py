"""What a renderer gets: one mesh with everything that decides the colour of a pixel."""

from dataclasses import dataclass, fields

import numpy as np

from figures import palette
from figures.body import vertex_normals


@dataclass(frozen=True)
class DrawList:
    """A mesh in world metres.

    Attributes:
        vertices: (n, 3) places.
        normals: (n, 3) unit normals.
        triangles: (t, 3) vertex numbers.
        clip: (n,) a pixel whose interpolated value is below 0 is not drawn (edges of cloth).
        field: (n,) its sign at a pixel chooses between the two materials of the triangle.
        materials: (t, 2) numbers in `palette.MATERIALS`: where field <= 0, where field > 0.
        tint: (n, 3) multiplies the colour; 1 changes nothing.
        region: (n,) strength of the highlight, 0 to 1.
    """

    vertices: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    clip: np.ndarray
    field: np.ndarray
    materials: np.ndarray
    tint: np.ndarray
    region: np.ndarray


def draw_list(
    vertices, triangles, material, *, normals=None, clip=None, field=None, tint=None, region=None
):
    """Return a draw list; `material` is a name, or two names chosen by the sign of `field`."""
    count = len(vertices)
    names = (material, material) if isinstance(material, str) else material
    return DrawList(
        vertices=vertices,
        normals=vertex_normals(vertices, triangles) if normals is None else normals,
        triangles=triangles,
        clip=np.ones(count) if clip is None else clip,
        field=np.zeros(count) if field is None else field,
        materials=np.tile([palette.index(name) for name in names], (len(triangles), 1)),
        tint=np.ones((count, 3)) if tint is None else tint,
        region=np.zeros(count) if region is None else region,
    )


def joined(pieces):
    """Return several draw lists as one; the vertices stay in the order of the pieces."""
    pieces = list(pieces)
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces[:-1])])
    merged = {
        each.name: np.concatenate([getattr(piece, each.name) for piece in pieces])
        for each in fields(DrawList)
    }
    merged["triangles"] = np.concatenate(
        [piece.triangles + start for piece, start in zip(pieces, starts, strict=True)]
    )
    return DrawList(**merged)
