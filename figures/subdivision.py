"""Finer triangles on a smooth surface: Loop subdivision as a matrix, so it follows a posed mesh."""

import numpy as np
import scipy.sparse as sparse


class Subdivision:
    """A finer mesh whose vertices are fixed mixes of a coarse mesh's vertices.

    Attributes:
        matrix: Sparse (m, n); `matrix @ values` carries places or fields to the finer mesh.
        triangles: (t, 3) of the finer mesh.
    """

    def __init__(self, triangles, count, rounds=1):
        """Subdivide `triangles` of a mesh with `count` vertices; unused vertices are left out."""
        used, flat = np.unique(triangles, return_inverse=True)
        rows = (np.ones(len(used)), (np.arange(len(used)), used))
        self.matrix = sparse.csr_matrix(rows, (len(used), count))
        self.triangles = flat.reshape(-1, 3)
        for _ in range(rounds):
            step, self.triangles = _loop(self.triangles, self.matrix.shape[0])
            self.matrix = (step @ self.matrix).tocsr()


def _loop(triangles, count):
    """Return one step of Loop subdivision: the matrix and the finer triangles."""
    corners = triangles[:, [0, 1, 2, 1, 2, 0, 2, 0, 1]].reshape(-1, 3)
    ends, opposite = np.sort(corners[:, :2], axis=1), corners[:, 2]
    edges, edge_of, uses = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    edge_of = edge_of.ravel()
    rim = uses == 1
    number = np.arange(len(edges))
    middle = _sparse(
        [
            (number, edges[:, 0], np.where(rim, 0.5, 0.375)),
            (number, edges[:, 1], np.where(rim, 0.5, 0.375)),
            (edge_of, opposite, np.where(rim[edge_of], 0.0, 0.125)),
        ],
        (len(edges), count),
    )
    old = _moved_vertices(edges, rim, count)
    between = count + edge_of.reshape(-1, 3)
    ab, bc, ca = between.T
    a, b, c = triangles.T
    finer = np.concatenate(
        [np.stack(each, axis=1) for each in ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))]
    )
    return sparse.vstack([old, middle]).tocsr(), finer


def _moved_vertices(edges, rim, count):
    """Return the matrix that moves the old vertices; rim vertices look only at the rim."""
    both = np.concatenate([edges, edges[:, ::-1]])
    on_rim = np.zeros(count, bool)
    on_rim[edges[rim]] = True
    degree = np.bincount(both[:, 0], minlength=count)
    inner = 3 / (8 * np.maximum(degree, 3))
    inner[degree == 3] = 3 / 16
    kept = ~on_rim[both[:, 0]]
    rim_both = np.concatenate([edges[rim], edges[rim][:, ::-1]])
    everyone = np.arange(count)
    return _sparse(
        [
            (everyone, everyone, np.where(on_rim, 0.75, 1 - degree * inner)),
            (both[kept, 0], both[kept, 1], inner[both[kept, 0]]),
            (rim_both[:, 0], rim_both[:, 1], np.full(len(rim_both), 0.125)),
        ],
        (count, count),
    )


def _sparse(entries, shape):
    """Return a sparse matrix from groups of (rows, columns, values)."""
    rows, columns, values = (np.concatenate(each) for each in zip(*entries, strict=True))
    return sparse.csr_matrix((values, (rows, columns)), shape)
