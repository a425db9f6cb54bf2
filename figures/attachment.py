"""Points that are not vertices of the body but move with it, such as hair and eyebrows."""

import numpy as np
import scipy.sparse as sparse
from scipy.spatial import cKDTree

from figures.body import SKIN

NEIGHBOURS = 4


class Attachment:
    """Points of the rest frame (n, 3) with their shares of the bones, a sparse (n, b)."""

    def __init__(self, body, points, weights):
        self.body = body
        self.points = points
        self.weights = weights

    @classmethod
    def to_skin(cls, body, points):
        """Attach each point to the skin nearest to it."""
        skin = np.flatnonzero(body.part == SKIN)
        away, near = cKDTree(body.vertices[skin]).query(points, k=NEIGHBOURS)
        share = 1 / (away + 1e-4)
        share /= share.sum(1, keepdims=True)
        rows = np.repeat(np.arange(len(points)), NEIGHBOURS)
        mean = sparse.csr_matrix(
            (share.ravel(), (rows, skin[near].ravel())), (len(points), len(body.vertices))
        )
        return cls(body, points, (mean @ body.weights).tocsr())

    @classmethod
    def to_bone(cls, body, points, bone):
        """Attach all points to one bone."""
        count = len(points)
        columns = np.full(count, body.bone[bone])
        shares = (np.ones(count), (np.arange(count), columns))
        return cls(body, points, sparse.csr_matrix(shares, (count, len(body.bones))))

    def posed(self, joints):
        """Return where the points are in the posed skeleton (n, 3)."""
        moved = joints.positions - np.einsum("bij,bj->bi", joints.rotations, self.body.heads)
        blended = self.weights @ np.concatenate([joints.rotations.reshape(-1, 9), moved], axis=1)
        blended /= np.maximum(np.asarray(self.weights.sum(axis=1)).ravel()[:, None], 1e-9)
        return (
            np.einsum("nij,nj->ni", blended[:, :9].reshape(-1, 3, 3), self.points) + blended[:, 9:]
        )
