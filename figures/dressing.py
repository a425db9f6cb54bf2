"""The dressed figure: skin, face, hair and clothes of a posed body as one draw list."""

from dataclasses import dataclass, field

from figures import regions as body_regions
from figures.body import SKIN, vertex_normals
from figures.clothes import Outfit
from figures.draw_list import DrawList, draw_list, joined
from figures.face import Face, skin_tint
from figures.hair import STYLES, Hair
from figures.head import Head

__all__ = ["LOOKS", "Brow", "DrawList", "Figure", "Look"]


@dataclass(frozen=True)
class Brow:
    """The shape of an eyebrow, in metres of the reference head."""

    height: float = 0.0205
    arch: float = 0.0042
    fall: float = 0.0035
    thickness: float = 0.0026


@dataclass(frozen=True)
class Look:
    """How a person looks. Colours are `#rrggbb`, tints multiply the skin, lengths are metres.

    Attributes:
        skin: Colour of the skin.
        hair: Colour of hair and brows.
        top: Colour of the shirt.
        leggings: Colour of leggings or trousers.
        hair_style: A name of `hair.STYLES`.
        sleeve: Where the sleeves end, as a share of the upper arm.
        hem: How high above the hip joint the shirt ends.
        shirt_ease: How much more than elsewhere the shirt stands off at the waist.
        trouser_end: How high above the ankle joint the trousers end.
        trouser_ease: How much wider than leggings the trousers are.
        lash_length: 1 = long lashes.
        beard: Strength of a beard's shadow, 0 to 1.
    """

    skin: str
    hair: str
    top: str
    leggings: str
    hair_style: str
    sleeve: float = 0.52
    hem: float = 0.055
    shirt_ease: float = 0.009
    trouser_end: float = 0.045
    trouser_ease: float = 0.0
    lash_length: float = 1.0
    beard: float = 0.0
    lips: tuple = (0.80, 0.47, 0.50)
    cheek: tuple = (1.0, 0.87, 0.84)
    eyelid: tuple = (0.88, 0.77, 0.76)
    roots: tuple = (0.6, 0.55, 0.52)
    brow: Brow = field(default_factory=Brow)
    brow_tint: tuple = (0.9, 0.88, 0.86)
    iris_tint: tuple = (1.35, 1.15, 1.0)


LOOKS = {
    "woman": Look(
        skin="#dfae8b",
        hair="#4f3a33",
        top="#4a9c9e",
        leggings="#566a93",
        hair_style="bun",
    ),
    "man": Look(
        skin="#a06f4d",
        hair="#3d3533",
        top="#7f9f5f",
        leggings="#6a7080",
        hair_style="crop",
        sleeve=0.6,
        hem=0.05,
        shirt_ease=0.006,
        trouser_ease=0.006,
        trouser_end=0.03,
        lash_length=0.55,
        beard=0.55,
        lips=(0.86, 0.62, 0.62),
        cheek=(1.0, 0.91, 0.89),
        eyelid=(0.95, 0.9, 0.89),
        roots=(0.55, 0.53, 0.53),
        brow=Brow(height=0.0185, arch=0.0026, fall=0.003, thickness=0.0034),
    ),
    "older": Look(
        skin="#eec5a6",
        hair="#aaa5a6",
        top="#6c8fbe",
        leggings="#6b5a78",
        hair_style="bob",
        sleeve=0.66,
        hem=0.05,
        shirt_ease=0.012,
        trouser_ease=0.006,
        trouser_end=0.03,
        lash_length=0.7,
        lips=(0.82, 0.52, 0.54),
        roots=(0.9, 0.9, 0.92),
        brow=Brow(height=0.020, arch=0.0038, fall=0.004, thickness=0.0022),
        brow_tint=(0.72, 0.7, 0.7),
        iris_tint=(1.2, 1.4, 1.6),
    ),
}
"""The look of each body."""


class Figure:
    """A body with its look; build it once and draw it in many poses."""

    def __init__(self, body, look=None):
        self.body = body
        self.look = look or LOOKS[body.name]
        head = Head(body)
        self._hair = Hair(head, STYLES[self.look.hair_style])
        self._face = Face(head, self.look)
        self._outfit = Outfit(body, self.look)
        inside_hair = self._hair.above_hairline()
        self._tint = skin_tint(head, self.look, inside_hair)
        hidden = self._outfit.covered | (inside_hair > 8) & (head.masks["ears"] < 0.05)
        if self._hair.covers_ears():
            hidden |= head.masks["ears"] > 0.05
        skin = body.triangles[body.triangle_part == SKIN]
        self._all_skin = skin
        self._bare_skin = skin[~hidden[skin].all(axis=1)]

    def draw(self, vertices, joints, regions=()):
        """Return the figure as a draw list.

        The first vertices of the list are those of the body, in the body's order.

        Args:
            vertices: (n, 3) posed vertices of the body, from `Body.mesh`.
            joints: The posed skeleton, from the solver.
            regions: Names of the regions to highlight.
        """
        highlight = body_regions.union(self.body, regions)
        skin = draw_list(
            vertices,
            self._bare_skin,
            "skin",
            normals=vertex_normals(vertices, self._all_skin),
            tint=self._tint,
            region=highlight,
        )
        clothes = (garment.draw(vertices, highlight) for garment in self._outfit.garments)
        face = self._face.draw(vertices, joints)
        return joined([skin, *clothes, *face, self._hair.draw(joints)])
