"""Scenes of a few squares, for the tests of the renderer."""

from types import SimpleNamespace

import numpy as np

FIGURE, EQUIPMENT, ARROW = 0, 1, 2
SKIN, HAIR, RUBBER, STRAIGHT_ON = 0, 1, 7, np.eye(3)


def square(z, half=0.5, material=(SKIN, SKIN), layer=FIGURE, region=0.0, clip=1.0, field=-1.0):
    """Return an upright square round (0, 1, z) that looks to +z."""
    corners = [[-half, 1 - half, z], [half, 1 - half, z], [half, 1 + half, z], [-half, 1 + half, z]]
    return SimpleNamespace(
        corners=corners, material=material, layer=layer, region=region, clip=clip, field=field
    )


def scene(*squares):
    """Return a scene of squares."""

    def each(of):
        return np.concatenate([np.broadcast_to(of(one), 4) for one in squares]).astype(float)

    count = len(squares)
    return SimpleNamespace(
        vertices=np.concatenate([one.corners for one in squares]),
        normals=np.tile([0.0, 0.0, 1.0], (4 * count, 1)),
        triangles=np.concatenate(
            [np.array([[0, 1, 2], [0, 2, 3]]) + 4 * place for place in range(count)]
        ),
        clip=each(lambda one: one.clip),
        field=each(lambda one: one.field),
        materials=np.repeat([one.material for one in squares], 2, axis=0),
        tint=np.ones((4 * count, 3)),
        region=each(lambda one: one.region),
        layer=np.repeat([one.layer for one in squares], 2),
        figure_vertices=4 * sum(one.layer == FIGURE for one in squares),
        joints=SimpleNamespace(rotations=STRAIGHT_ON[None]),
    )
