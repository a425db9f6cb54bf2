"""The face and the colour of the skin: brows, eyes, lashes, lips, cheeks, nails."""

import numpy as np
from scipy.interpolate import griddata

from figures.attachment import Attachment
from figures.body import SKIN
from figures.draw_list import draw_list
from figures.regions import step
from figures.subdivision import Subdivision

EYES, LASHES = 3, 4
"""The values of `Body.part` that `body_data.py` gives these meshes."""

IRIS_RADIUS = 0.0058
PUPIL_RADIUS = 0.0026
LASH_LENGTH = 0.0022
GLINT_RADIUS = 0.0012


class Face:
    """What is drawn of a face besides the skin itself."""

    def __init__(self, head, look):
        self.head = head
        self.look = look
        body = head.body
        count = len(body.vertices)
        self._eyes = Subdivision(body.triangles[body.triangle_part == EYES], count, rounds=2)
        self._lashes = Subdivision(body.triangles[body.triangle_part == LASHES], count)
        self._eye_field, self._eye_tint = self._painted_eyes()
        self._lash_clip = self._trimmed_lashes()
        self._glints = self._made_glints()
        self._brows = self._made_brows()

    def draw(self, vertices, joints):
        """Return the draw lists of eyes, lashes and brows."""
        eyes, lashes = self._eyes, self._lashes
        yield draw_list(
            eyes.matrix @ vertices,
            eyes.triangles,
            ("cloth", "lash"),
            field=self._eye_field,
            tint=self._eye_tint,
        )
        yield draw_list(lashes.matrix @ vertices, lashes.triangles, "lash", clip=self._lash_clip)
        attachment, triangles = self._glints
        white = np.full((len(attachment.points), 3), 1.05)
        yield draw_list(attachment.posed(joints), triangles, "cloth", tint=white)
        attachment, triangles, clip = self._brows
        tint = np.tile(self.look.brow_tint, (len(clip), 1))
        yield draw_list(attachment.posed(joints), triangles, "hair", clip=clip, tint=tint)

    def _eye_centres(self):
        body = self.head.body
        eyes = body.vertices[body.part == EYES]
        left = eyes[eyes[:, 0] > 0].mean(axis=0)
        return left, left * [-1, 1, 1]

    def _painted_eyes(self):
        """Return the field of the iris (above 0 inside it) and the tint of the eyes."""
        points = self._eyes.matrix @ self.head.body.vertices
        left, right = self._eye_centres()
        from_middle = points - np.where(points[:, :1] > 0, left, right)
        away = np.hypot(from_middle[:, 0], from_middle[:, 1]) + (from_middle[:, 2] < 0)
        size = self.head.size
        field = IRIS_RADIUS * size - away
        pupil = 1 - step(away, PUPIL_RADIUS * size * 0.8, PUPIL_RADIUS * size * 1.25)
        iris = np.array(self.look.iris_tint) * (1 - 0.65 * pupil[:, None])
        lid_shadow = 1 - 0.28 * step(from_middle[:, 1], 0.000, 0.006)
        white = np.array([1.0, 1.03, 1.1]) * lid_shadow[:, None]
        return field, np.where(field[:, None] > 0, iris, white)

    def _trimmed_lashes(self):
        """Return the clip field that cuts the lashes short."""
        body = self.head.body
        lashes, skin = body.part == LASHES, body.part == SKIN
        clip = np.ones(len(body.vertices))
        near = skin & (self.head.masks["eyelids"] > 0.02)
        gaps = np.linalg.norm(body.vertices[lashes, None] - body.vertices[near], axis=2).min(1)
        clip[lashes] = LASH_LENGTH * self.look.lash_length - gaps
        return self._lashes.matrix @ clip

    def _made_glints(self):
        """Return the little reflections in the eyes, on the same side of both."""
        centres = self._eye_centres()
        angle = np.linspace(0, 2 * np.pi, 10, endpoint=False)
        rim = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
        points, triangles = [], []
        body = self.head.body
        depth = body.vertices[body.part == EYES, 2].max() + 0.0004
        for number, centre in enumerate(centres):
            middle = np.array([centre[0] + 0.0018, centre[1] + 0.0012, depth])
            points += [middle, *(middle + rim * GLINT_RADIUS * self.head.size)]
            first = number * 11
            triangles += [
                [first, first + 1 + spoke, first + 1 + (spoke + 1) % 10] for spoke in range(10)
            ]
        attachment = Attachment.to_bone(body, np.array(points), "head")
        return attachment, np.array(triangles)

    def _made_brows(self):
        """Return the brows: strips on the skin, cut to shape by a clip field."""
        shape = self.look.brow
        along, across = np.meshgrid(np.linspace(0, 1, 34), np.linspace(-1, 1, 9), indexing="ij")
        along, across = along.ravel(), across.ravel()
        eye = (self._eye_centres()[0] - self.head.origin) / self.head.size
        x = eye[0] - 0.0175 + 0.0385 * along
        arch = shape.arch * np.sin(np.pi * np.clip(along / 1.25, 0, 1) ** 1.25)
        y = eye[1] + shape.height + arch - shape.fall * step(along, 0.5, 1.15)
        thickness = shape.thickness * (1 - step(along, 0.35, 1.02)) ** 0.75 + 0.0003
        thickness *= 0.55 + 0.45 * step(along, 0, 0.16)
        room = shape.thickness * 1.35
        hair = 0.12 * np.sin(along * 95 + across * 4) + 0.08 * np.sin(along * 61 - across * 5)
        clip = thickness * (1 + hair) - np.abs(across) * room
        clip = np.minimum(clip, np.minimum(along, 1 - along) * 0.02)
        left = np.stack([x, y + across * room, self._depth(x, y + across * room)], axis=1)
        points = np.concatenate([left, left * [-1, 1, 1]])
        triangles = _grid_triangles(34, 9)
        both = np.concatenate([triangles, triangles + len(left)])
        attachment = Attachment.to_skin(self.head.body, self.head.world(points))
        return attachment, both, np.concatenate([clip, clip])

    def _depth(self, x, y):
        """Return how far ahead the skin of the left half of the face is, plus a hair's breadth."""
        local, body = self.head.local, self.head.body
        near = (body.part == SKIN) & (body.normals[:, 2] > 0.05) & (local[:, 2] > 0.02)
        near &= (np.abs(local[:, 0] - 0.03) < 0.05) & (np.abs(local[:, 1] - 0.06) < 0.05)
        near &= local[:, 1] > y.min() - 0.012
        flat = local[near, :2]
        return griddata(flat, local[near, 2], (x, y), "linear", fill_value=0.05) + 0.0025


def _grid_triangles(rows, columns):
    row, column = np.mgrid[0 : rows - 1, 0 : columns - 1]
    a = (row * columns + column).ravel()
    first = np.stack([a, a + columns, a + 1], axis=1)
    return np.concatenate([first, np.stack([a + 1, a + columns, a + columns + 1], axis=1)])


def skin_tint(head, look, inside_hair):
    """Return the tint (n, 3) of the skin: lips, cheeks, nails, warm joints, hair roots.

    Args:
        head: The body's `Head`.
        look: The body's `Look`.
        inside_hair: (n,) degrees above the hairline.
    """
    body, local, masks = head.body, head.local, head.masks
    tint = np.ones((len(body.vertices), 3))

    def paint(share, colour):
        tint[:] *= 1 + np.asarray(share)[:, None] * (np.array(colour) - 1)

    def spot(x, y, z, radius):
        mirrored = np.stack([np.abs(local[:, 0]), local[:, 1], local[:, 2]], axis=1)
        return np.exp(-(np.linalg.norm(mirrored - [x, y, z], axis=1) ** 2) / radius**2)

    mouth = local[masks["lips"] > 0.5].mean(axis=0)
    eye = local[masks["eyelids"] > 0.5]
    eye = np.abs(eye).mean(axis=0)
    paint(spot(eye[0] + 0.012, (eye[1] + mouth[1]) / 2 + 0.002, eye[2] - 0.014, 0.026), look.cheek)
    paint(spot(0, (eye[1] + mouth[1]) / 2 + 0.002, mouth[2] + 0.012, 0.013), (1.0, 0.93, 0.91))
    paint(masks["lips"], look.lips)
    paint(masks["eyelids"] * 0.8, look.eyelid)
    paint(masks["ears"] * 0.6, (1.0, 0.93, 0.91))
    paint(masks["nails"], (1.07, 1.0, 1.01))
    if look.beard:
        beard = spot(0.0, mouth[1] - 0.024, mouth[2] - 0.02, 0.03)
        beard = beard + spot(0.045, mouth[1] - 0.006, mouth[2] - 0.055, 0.03)
        beard = beard + spot(0.02, mouth[1] + 0.014, mouth[2] - 0.005, 0.012)
        paint(np.clip(beard, 0, 1) * look.beard * (1 - masks["lips"]), (0.80, 0.81, 0.84))
    for bone in ("lowerarm01.L", "lowerarm01.R", "lowerleg01.L", "lowerleg01.R"):
        away = np.linalg.norm(body.vertices - body.head_of(bone), axis=1)
        paint(np.exp(-((away / 0.055) ** 2)), (1.0, 0.955, 0.945))
    tips = body.weight_of(lambda bone: bone.startswith(("finger", "toe")))
    paint(np.clip(tips, 0, 1), (1.0, 0.965, 0.955))
    paint(step(inside_hair, -3.0, 1.5) * (masks["ears"] < 0.05), look.roots)
    return tint
