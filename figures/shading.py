"""Pictures of a scene: `flat`, a quick look while a pose is made, and `soft`, what we ship."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy.ndimage import distance_transform_edt, gaussian_filter, label

from figures import occlusion, palette
from figures.rasteriser import EQUIPMENT, FIGURE, buffers

FINENESS = 2
"""Pixels drawn for each pixel of the picture, along each side."""

KEY_SHARE = 1 / 3
"""Rays to the key light for each ray to the sky."""
SMOOTHING = 4
"""Radius, in pixels of the picture, over which the grain of the rays is smoothed."""
FLOOR_STEP = 4
"""The shadow on the floor is soft: a sample at every fourth drawn pixel is enough."""
FLOOR_AROUND = 1.2
"""Metres round the scene in which the floor can be in shadow."""
FLOOR_DARKEST = 0.42

SKY_LIGHT = np.array([0.57, 0.61, 0.68])
GROUND_LIGHT = np.array([0.40, 0.36, 0.35])
KEY_LIGHT = np.array([1.0, 0.965, 0.90]) * 0.86
SKIN_SHADOW = np.array([-0.25, 0.0, 0.15])
"""Light goes through skin: its shadows keep more red than blue."""
WALL_OPACITY = 0.6
STANDS_IN = 0.12
"""Metres from a wall's middle within which a figure stands in a doorway, not before a wall."""

XRAY = 0.46
"""Share of red where a highlight shows through what hides it."""
XRAY_LINE = 1.1
"""Half width of the line round it, in pixels of the picture."""
ARROW_LINE = 2.2
"""Width of the light edge of an arrow, in pixels of a picture 800 pixels wide."""


def flat(scene, camera, width, height, look=None):
    """Return a quick RGB picture on white: one light, no shadows, some 0.1 s."""
    seen = buffers(scene, camera, width, height)
    light = _unit(camera.direction + camera.up * 0.8 - camera.right * 0.6)
    bright = np.clip((seen.normal @ light) * 0.55 + 0.45, 0, 1)[..., None]
    colour = palette.to_srgb(palette.table(look)[seen.material] * seen.tint)
    colour = colour * (0.45 + 0.55 * bright)
    for strength, share in ((seen.region, 0.8), (seen.hidden * (seen.region < 0.3), 0.35)):
        mixed = np.clip(strength, 0, 1)[..., None] * share
        colour = colour * (1 - mixed) + palette.rgb(palette.HIGHLIGHT) * mixed
    colour[seen.material < 0] = 1
    colour[seen.arrow] = palette.rgb(palette.COLOURS["arrow"])
    return Image.fromarray((colour.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def soft(scene, camera, look=None, width=800, height=640, samples=48):
    """Return the shaded RGBA picture, transparent where nothing is.

    The same arguments give the same bytes: the rays follow fixed patterns, no chance.

    Args:
        scene: What to draw.
        camera: Already fitted.
        look: The colours a person wears, see `palette.colours_of`.
        width: Of the picture in pixels.
        height: Of the picture in pixels.
        samples: Rays towards the sky for each pixel; 48 for a still, 24 for a frame of a motion.
    """
    fine_width, fine_height = width * FINENESS, height * FINENESS
    seen = buffers(scene, camera, fine_width, fine_height)
    ray = camera.rays(fine_width, fine_height)
    rays = occlusion.RayScene(scene)
    towards = key_direction(scene, camera)
    openness, key = _light(seen, camera, ray, rays, towards, samples)
    shadow = _floor_shadow(seen, camera, ray, towards, scene, samples)

    colour = _lit(seen, ray, palette.table(look), openness, key, towards)
    colour = _with_xray(colour, seen)
    alpha = np.where(seen.material >= 0, _wall_fade(seen, camera, ray, scene), shadow)
    colour[seen.material < 0] = palette.linear(palette.SHADOW)
    colour, alpha = _with_arrows(colour, alpha, seen, camera, width)
    return _finished(colour, alpha, width, height)


def key_direction(scene, camera):
    """Return the direction towards the main light: high, from the side the figure looks to."""
    forward = np.asarray(scene.joints.rotations)[0] @ np.array([0.0, 0.0, 1.0])
    # Moves over smoothly, so that the light does not jump in a motion.
    side = -1 + 2 * _ramp(forward @ camera.right, 0.05, 0.45)
    return _unit(camera.direction * 0.85 + camera.right * (0.7 * side) + np.array([0, 1.25, 0]))


def _key_samples(samples):
    return max(4, round(samples * KEY_SHARE))


def _light(seen, camera, ray, rays, towards, samples):
    """Return for each pixel how open it is to the sky and how much key light it gets."""
    sampled = np.zeros(seen.material.shape, bool)
    sampled[::FINENESS, ::FINENESS] = True
    sampled &= seen.material >= 0
    rows, columns = np.nonzero(sampled)
    points = camera.eye + ray[sampled] * seen.depth[sampled][:, None]
    normals = seen.normal[sampled].astype(float)
    noise = occlusion.interleaved_noise(rows // FINENESS, columns // FINENESS)
    values = np.zeros((*sampled.shape, 2), np.float32)
    values[sampled, 0] = occlusion.sky(rays, points, normals, noise, samples)
    values[sampled, 1] = occlusion.key_light(
        rays, points, normals, noise, towards, _key_samples(samples)
    )
    smooth = np.zeros_like(values)
    small = (slice(None, None, FINENESS), slice(None, None, FINENESS))
    occlusion.smooth_up(
        np.ascontiguousarray(values[small]),
        np.ascontiguousarray(sampled[small]),
        FINENESS,
        seen.layer.astype(np.int32),
        seen.normal,
        seen.depth,
        SMOOTHING,
        smooth,
    )
    return smooth[..., 0], smooth[..., 1]


def _floor_shadow(seen, camera, ray, towards, scene, samples):
    """Return the darkness (alpha) of the floor's shadow at each pixel, 0 off the floor."""
    height, width = seen.material.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        away = -camera.eye[1] / ray[..., 1]
    floor = (seen.material < 0) & (away > 0)
    coarse = (slice(FLOOR_STEP // 2, None, FLOOR_STEP),) * 2
    points = camera.eye + ray[coarse] * away[coarse][..., None]
    solid = np.asarray(scene.vertices)
    low, high = solid.min(axis=0) - FLOOR_AROUND, solid.max(axis=0) + FLOOR_AROUND
    near = floor[coarse] & ((points > low) & (points < high))[..., [0, 2]].all(axis=-1)
    if not near.any():
        return np.zeros((height, width))
    rays = occlusion.RayScene(scene, without=_wall_triangles(scene))
    rows, columns = np.nonzero(near)
    normals = np.tile([0.0, 1.0, 0.0], (len(rows), 1))
    noise = occlusion.interleaved_noise(rows, columns)
    openness = occlusion.sky(rays, points[near], normals, noise, samples // 2)
    key = occlusion.key_light(
        rays, points[near], normals, noise, towards, _key_samples(samples // 2)
    )
    dark = np.zeros(near.shape)
    dark[near] = 1 - (openness * 0.72 + key * 0.28)
    dark[near] *= _before_wall(points[near], scene)
    # Only what the camera sees of the floor counts, or the dark under a mat leaks out.
    weight = gaussian_filter(near.astype(float), 1.6)
    dark = gaussian_filter(dark, 1.6) / np.maximum(weight, 1e-3)
    fine = np.clip(_enlarged(dark, FLOOR_STEP)[:height, :width] - 0.035, 0, FLOOR_DARKEST)
    return np.where(floor, fine, 0) * _border_fade(height, width)


def _enlarged(values, times):
    """Return a smooth picture `times` as large, exact at the middle of each block."""
    rows, columns = values.shape
    large = Image.fromarray(values.astype(np.float32)).resize(
        (columns * times, rows * times), Image.Resampling.BICUBIC
    )
    return np.asarray(large, float)


def _border_fade(height, width):
    """Return a factor that takes shadows out before the picture's border cuts them."""
    rows = np.minimum(np.arange(height), np.arange(height)[::-1]) / height
    columns = np.minimum(np.arange(width), np.arange(width)[::-1]) / width
    return _ramp(rows, 0, 0.05)[:, None] * _ramp(columns, 0, 0.05)[None, :]


def _lit(seen, ray, colours, openness, key, towards):
    """Return the linear colour of each pixel under sky, key and rim light."""
    there = seen.material >= 0
    material, normal = seen.material[there], seen.normal[there]
    openness, region = openness[there][:, None], seen.region[there][:, None]

    glow, core = 0.9 * _ramp(region, 0.12, 0.62), _ramp(region, 0.35, 0.95)
    hot = palette.linear(palette.HIGHLIGHT_RIM) * (1 - core)
    hot = hot + palette.linear(palette.HIGHLIGHT) * core
    albedo = colours[material] * seen.tint[there] * (1 - glow) + hot * glow

    upward = 0.5 + 0.5 * normal[:, 1:2]
    ambient = (SKY_LIGHT * upward + GROUND_LIGHT * (1 - upward)) * openness
    skin = material == palette.index("skin")
    ambient[skin] *= np.maximum(openness[skin], 0.02) ** SKIN_SHADOW
    direct = key[there] * np.clip(normal @ towards, 0, 1)
    view = ray[there]
    facing = -(normal * view).sum(axis=1) / np.sqrt((view * view).sum(axis=1))
    rim = np.clip(1 - facing, 0, 1)[:, None] ** 3 * openness

    colour = np.zeros((*there.shape, 3))
    colour[there] = albedo * (ambient + KEY_LIGHT * direct[:, None] + rim * 0.25)
    colour[there] += rim * 0.03 + palette.linear(palette.HIGHLIGHT) * (glow * 0.08)
    return colour


def _with_xray(colour, seen):
    """Return the colours with hidden highlights shown through, softly and with a fine edge."""
    strength = _xray_strength(seen)
    if not strength.any():
        return colour
    blurred = gaussian_filter(strength, 0.7 * FINENESS)
    whole = gaussian_filter(np.maximum(_ramp(seen.region, 0.15, 0.6), strength), 0.7 * FINENESS)
    fill = (blurred * XRAY * (seen.layer >= 0))[..., None]
    colour = colour * (1 - fill) + palette.linear(palette.HIGHLIGHT) * fill
    slope = np.hypot(*np.gradient(whole))
    apart = np.abs(whole - 0.5) / np.maximum(slope, 1e-4)  # pixels to the edge of the region
    line = np.clip(XRAY_LINE * FINENESS + 0.5 - apart, 0, 1)
    line *= _ramp(gaussian_filter(strength, 1.5 * FINENESS), 0.05, 0.3) * (seen.layer >= 0)
    line = (line * 0.75)[..., None]
    return colour * (1 - line) + palette.linear(palette.HIGHLIGHT_EDGE) * line


def _xray_strength(seen):
    """Return 0..1: how strongly a hidden highlight shall show through at each pixel.

    Through equipment: always. Through something thin of the body (a hand, cloth): where that
    covers a good part of the region. Through the body itself only as far as the region cannot
    be seen elsewhere, or both legs turn red.
    """
    hidden = _ramp(seen.hidden, 0.2, 0.6) * (1 - _ramp(seen.region, 0.1, 0.45))
    visible_size = _ramp(seen.region, 0.2, 0.6).sum()
    whole_size = max(visible_size + hidden.sum(), 1.0)
    through_body = 1 - _ramp(visible_size / whole_size, 0.12, 0.4)
    thin = (1 - _ramp(seen.hidden_gap, 0.04, 0.07)) * (seen.hidden_gap > 0.012)
    thin *= _large_patches(hidden * thin * (seen.layer == FIGURE), whole_size)
    body = np.maximum(through_body, thin)
    return hidden * np.where(seen.layer == EQUIPMENT, 1, np.where(seen.layer == FIGURE, body, 0))


def _large_patches(strength, whole_size):
    """Return 0 in patches that are small beside the whole region, 1 in large ones."""
    patches, count = label(strength > 0.3)
    sizes = np.bincount(patches.ravel(), minlength=count + 1)
    keep = _ramp(sizes / whole_size, 0.1, 0.25)
    keep[0] = 0
    return gaussian_filter(keep[patches], FINENESS)


@dataclass
class _Wall:
    """Where the walls of a scene are: seen from above, along `along`, across `across`."""

    along: np.ndarray
    across: np.ndarray
    corners: np.ndarray

    @classmethod
    def of(cls, scene):
        """Return the walls of a scene, None when it has none."""
        walls = _wall_triangles(scene)
        if not walls.any():
            return None
        corners = np.asarray(scene.vertices)[np.asarray(scene.triangles)[walls]].reshape(-1, 3)
        flat_corners = corners[:, [0, 2]] - corners[:, [0, 2]].mean(axis=0)
        along, across = np.linalg.svd(flat_corners, full_matrices=False)[2]
        return cls(along, across, corners)


def _wall_fade(seen, camera, ray, scene):
    """Return the opacity of what is seen: 1, less towards the top and the ends of walls.

    The end that is near the eye stays, so that a wall seen from its side is seen at all.
    """
    opacity = np.ones(seen.material.shape)
    wall = _Wall.of(scene)
    pixels = (seen.triangle >= 0) & _wall_triangles(scene)[seen.triangle]
    if wall is None or not pixels.any():
        return opacity
    places = camera.eye + ray[pixels] * seen.depth[pixels][:, None]
    here, ends = places[:, [0, 2]] @ wall.along, wall.corners[:, [0, 2]] @ wall.along
    towards_eye = camera.direction[[0, 2]] @ wall.along
    share = (here - ends.min()) / np.ptp(ends)
    top = (wall.corners[:, 1].max() - places[:, 1]) / np.ptp(wall.corners[:, 1])
    first = np.maximum(_ramp(share, 0.0, 0.28), _ramp(-towards_eye, 0.1, 0.4))
    last = np.maximum(_ramp(1 - share, 0.0, 0.28), _ramp(towards_eye, 0.1, 0.4))
    opacity[pixels] = WALL_OPACITY * first * last * _ramp(top, 0.0, 0.4)
    return opacity


def _before_wall(points, scene):
    """Return 1 for points on the figure's side of a wall, 0 behind it."""
    wall = _Wall.of(scene)
    if wall is None:
        return 1.0
    middle = wall.corners[:, [0, 2]].mean(axis=0) @ wall.across
    figure = np.asarray(scene.vertices)[: scene.figure_vertices, [0, 2]].mean(axis=0) @ wall.across
    if abs(figure - middle) < STANDS_IN:
        return 1.0
    return _ramp((points[..., [0, 2]] @ wall.across - middle) * np.sign(figure - middle), 0, 0.06)


def _wall_triangles(scene):
    """Return which triangles belong to a wall."""
    return np.isin(
        np.asarray(scene.materials)[:, 0], [palette.index("wall"), palette.index("floor_edge")]
    )


def _with_arrows(colour, alpha, seen, camera, width):
    """Return colours and alpha with the arrows and their light edge laid over everything."""
    if not seen.arrow.any():
        return colour, alpha
    reach = ARROW_LINE * FINENESS * max(width / 800, 0.6)
    edge = distance_transform_edt(~seen.arrow) <= reach
    light = _unit(camera.direction + camera.up)
    bright = 0.80 + 0.28 * np.clip(seen.arrow_normal @ light, 0, 1)[..., None]
    painted = palette.linear(palette.COLOURS["arrow"]) * bright
    colour = np.where(edge[..., None], palette.linear(palette.ARROW_EDGE), colour)
    colour = np.where(seen.arrow[..., None], painted, colour)
    return colour, np.where(edge, 1.0, alpha)


def _finished(colour, alpha, width, height):
    """Return the drawn pixels averaged down to the RGBA picture."""
    premultiplied = np.concatenate([colour * alpha[..., None], alpha[..., None]], axis=-1)
    blocks = premultiplied.reshape(height, FINENESS, width, FINENESS, 4).mean(axis=(1, 3))
    alpha = blocks[..., 3:]
    colour = palette.to_srgb(blocks[..., :3] / np.maximum(alpha, 1e-4))
    pixels = np.concatenate([colour, alpha], axis=-1)
    return Image.fromarray((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def _ramp(value, low, high):
    """Return 0 below `low`, 1 above `high`, a smooth step between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def _unit(vector):
    return vector / np.linalg.norm(vector)
