"""Clothes: a T-shirt and leggings, cut from the tights mesh that follows the body.

Both garments are finer copies of that mesh, moved outwards and cut by a clip field at neckline,
sleeves and hems. The shirt hangs over the leggings, so the hem is a real edge. Metres.
"""

import numpy as np
import scipy.sparse as sparse
from scipy.spatial import cKDTree

from figures.body import CLOTHES, SIDES, SKIN, SUFFIX, vertex_normals
from figures.draw_list import draw_list
from figures.regions import REFERENCE_HEIGHT, step
from figures.subdivision import Subdivision

KEPT_BEYOND_EDGE = 0.05
"""So much cloth is kept outside its edges, so that the clip decides where it ends."""

COLLAR_EASE = 0.004
"""How far the neckline is from the skin."""

SMOOTHINGS = 10
"""Passes that let cloth bridge hollows instead of clinging to them."""


class Garment:
    """One piece of clothing of a body.

    Args:
        body: The body that wears it.
        material: Its name in the palette.
        cut: Function of points (m, 3) of the rest frame and of the matrix that carries fields
            there; returns the signed metres from the nearest edge, above 0 inside.
        ease: (n,) metres from the tights mesh outwards.
        loose: (n,) 0 clings to the body, 1 bridges its hollows.
    """

    def __init__(self, body, material, cut, ease, loose):
        self.material = material
        tights = body.triangles[body.triangle_part == CLOTHES]
        self._averaging = _averaging(tights, len(body.vertices))
        self._loose = loose[:, None]
        rough = cut(body.vertices, sparse.eye(len(body.vertices)))
        kept = tights[(rough[tights] > -KEPT_BEYOND_EDGE).any(axis=1)]
        self._finer = Subdivision(kept, len(body.vertices), rounds=2)
        self._fine_averaging = _averaging(self._finer.triangles, self._finer.matrix.shape[0])
        self._ease = (self._finer.matrix @ ease)[:, None]
        self._clip = cut(self._shape(body.vertices), self._finer.matrix)
        seam = step(self._clip, 0.014, 0.017)
        self._tint = np.repeat((0.93 + 0.07 * seam)[:, None], 3, axis=1)

    def draw(self, vertices, region):
        """Return the draw list for posed vertices (n, 3) with a highlight (n,)."""
        return draw_list(
            self._shape(vertices),
            self._finer.triangles,
            self.material,
            clip=self._clip,
            tint=self._tint,
            region=np.clip(self._finer.matrix @ region, 0, 1),
        )

    def _shape(self, vertices):
        """Return where the cloth is: it bridges hollows but stays outside every bump."""
        smooth = vertices
        for _ in range(SMOOTHINGS):
            smooth = smooth + 0.6 * self._loose * (self._averaging @ smooth - smooth)
        bridged, tight = self._finer.matrix @ smooth, self._finer.matrix @ vertices
        normals = vertex_normals(bridged, self._finer.triangles)
        away = self._ease + np.maximum(((tight - bridged) * normals).sum(1, keepdims=True), 0)
        for _ in range(SMOOTHINGS):
            away = self._fine_averaging @ away
        return bridged + normals * away


def _averaging(triangles, count):
    """Return the matrix that replaces each vertex of a mesh by the mean of its neighbours.

    Vertices on the rim of the mesh stay, so that openings do not shrink.
    """
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    ends, uses = np.unique(np.sort(edges, axis=1), axis=0, return_counts=True)
    stays = np.ones(count, bool)
    stays[ends] = False
    stays[ends[uses == 1]] = True
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[~stays[both[:, 0]]]
    near = sparse.csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), (count, count))
    degree = np.maximum(np.asarray(near.sum(axis=1)).ravel(), 1)
    return (sparse.diags(1 / degree) @ near + sparse.diags(stays.astype(float))).tocsr()


class Outfit:
    """The shirt and the leggings of one body.

    Attributes:
        garments: What is drawn.
        covered: (n,) True for skin that lies so deep under cloth that it need not be drawn.
    """

    def __init__(self, body, look):
        self.body = body
        self.look = look
        self.scale = np.ptp(body.vertices[body.part == SKIN, 1]) / REFERENCE_HEIGHT
        left = body.measures["left"]
        self.hem = left.hip[1] + look.hem * self.scale
        self.waist = self.hem + 0.035 * self.scale
        self.trouser_end = left.ankle[1] + look.trouser_end * self.scale
        self._arm_shares = {side: self._arm_share(side) for side in SIDES}
        self.garments = (
            Garment(body, "leggings", self._trousers, self._trouser_ease(), self._loose_legs()),
            Garment(body, "top", self._shirt, self._shirt_ease(), self._loose_trunk()),
        )
        self.covered = self._covered()

    def _shirt(self, points, carry):
        """Return the signed distance from the edges of the shirt, above 0 inside."""
        sleeve = self._to_sleeve_end(points, carry)
        return np.minimum(np.minimum(sleeve, self._to_neckline(points)), points[:, 1] - self.hem)

    def _trousers(self, points, _carry):
        """Return the signed distance from the edges of the trousers, above 0 inside."""
        return np.minimum(self.waist - points[:, 1], points[:, 1] - self.trouser_end)

    def _arm_share(self, side):
        parts = ("upperarm", "lowerarm", "wrist", "meta", "finger", "shoulder")
        ending = "." + SUFFIX[side]
        return self.body.weight_of(lambda bone: bone.startswith(parts) and bone.endswith(ending))

    def _to_sleeve_end(self, points, carry):
        """Return how many metres points are above the sleeve's end; the trunk is far above."""
        distance = np.full(len(points), 0.5)
        for side in SIDES:
            measures = self.body.measures[side]
            along = (points - measures.shoulder) @ measures.upper_arm_direction
            arm = carry @ self._arm_shares[side] > 0.25
            end = self.look.sleeve * measures.upper_arm - along
            distance = np.where(arm, np.minimum(distance, end), distance)
        return distance

    def _to_neckline(self, points):
        """Return the signed distance from the neckline: a tilted ellipsoid round the neck."""
        centre = self.body.head_of("neck01") + np.array([0, 0.040, 0.030]) * self.scale
        axes = np.array([0.088, 0.084, 0.098]) * self.scale
        return (np.linalg.norm((points - centre) / axes, axis=1) - 1) * axes[1]

    def _loose_trunk(self):
        trunk = self.body.weight_of(
            lambda bone: bone.startswith(("spine", "root", "pelvis", "clavicle", "breast"))
        )
        neck = self._to_neckline(self.body.vertices)
        hips = 1 - step(self.body.vertices[:, 1], self.hem, self.hem + 0.05)
        return np.maximum(step(trunk, 0.3, 0.9), hips) * step(neck, 0.02, 0.09)

    def _shirt_ease(self):
        """Return how far the shirt stands off: more at the waist, the sleeves and the hem."""
        points, height = self.body.vertices, self.body.vertices[:, 1]
        sleeve = self._to_sleeve_end(points, sparse.eye(len(points)))
        chest = self.body.head_of("spine01")[1]
        middle, spread = 0.62 * self.hem + 0.38 * chest, 0.30 * (chest - self.hem)
        trunk = self._loose_trunk()
        ease = 0.0065 + trunk * self.look.shirt_ease * np.exp(-(((height - middle) / spread) ** 2))
        ease += trunk * 0.004 * (1 - step(height, self.hem, self.hem + 0.06 * self.scale))
        ease += 0.006 * (1 - step(sleeve, 0.0, 0.10))
        away_from_collar = step(self._to_neckline(points), 0.0, 0.06)
        at_collar = COLLAR_EASE - self._above_skin()
        return at_collar + (ease - at_collar) * away_from_collar

    def _above_skin(self):
        """Return how many metres the tights mesh is above the skin; 0 for other vertices."""
        points, part = self.body.vertices, self.body.part
        skin, tights = np.flatnonzero(part == SKIN), np.flatnonzero(part == CLOTHES)
        near = skin[cKDTree(points[skin]).query(points[tights])[1]]
        above = np.zeros(len(points))
        above[tights] = ((points[tights] - points[near]) * self.body.normals[tights]).sum(axis=1)
        return above

    def _trouser_ease(self):
        """Return how far the leggings stand off: a little, loose trousers more below the knee."""
        knee, height = self.body.measures["left"].knee[1], self.body.vertices[:, 1]
        below = 1 - step(height, knee - 0.05, knee + 0.12)
        return 0.0035 + self.look.trouser_ease * (0.45 + 0.55 * below)

    def _loose_legs(self):
        """Return how much the leggings bridge: leggings a little between the buttocks only."""
        above = step(self.body.vertices[:, 1], self.hem - 0.16, self.hem - 0.04)
        return np.maximum(0.5 * above, min(1.0, self.look.trouser_ease * 60))

    def _covered(self):
        """Return which skin is hidden. Open edges keep enough skin to look into."""
        points = self.body.vertices
        sleeve = self._to_sleeve_end(points, sparse.eye(len(points)))
        above_ankle = points[:, 1] - self.trouser_end
        deep = np.minimum(sleeve - 0.045, self._to_neckline(points) - 0.035)
        deep = np.minimum(deep, above_ankle - (0.012 + 3 * self.look.trouser_ease))
        head = self.body.weight_of(lambda bone: bone in ("head", "jaw", "neck03"))
        return (deep > 0) & (head < 0.1) & (self.body.part == SKIN)
