"""Shapes in a picture as compact SVG paths: contours of a field, fitted by cubic Bezier curves.

Points are (x, y) in pixels of the field, x to the right and y down, (0, 0) at the corner of the
first pixel. The fit is Schneider's (Graphics Gems, 1990): one curve by least squares, better
parameters by Newton's method, and a cut at the worst point where that is not enough.
"""

import numpy as np
from skimage.measure import find_contours

CORNER_DEGREES = 55
CORNER_REACH = 4
"""A corner is where the outline turns this much within this many points before and after."""
FIT_ROUNDS = 4


def trace(field, level=0.5, *, scale=1.0, tolerance=0.5, smallest=16.0):
    """Return SVG path data of the areas where `field` is above `level`.

    Numbers are whole: give a `scale` that makes one unit small enough.

    Args:
        field: (height, width) array; what lies outside it counts as below `level`.
        level: Where the outline runs.
        scale: Units of the path for one pixel.
        tolerance: How far a curve may be from the outline, in pixels.
        smallest: Areas and holes below this many square pixels are left out.
    """
    low = min(float(field.min()), level - 1)
    padded = np.pad(np.asarray(field, np.float32), 1, constant_values=low)
    parts = []
    for contour in find_contours(padded, level):
        outline = contour[:, ::-1] - 0.5
        if len(outline) < 8 or enclosed_area(outline) < smallest:
            continue
        parts.append(path_data(fit_closed(outline, tolerance), scale))
    return "".join(parts)


def enclosed_area(outline):
    """Return the area inside a closed outline (k, 2)."""
    x, y = outline[:, 0], outline[:, 1]
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def fit_closed(outline, tolerance):
    """Return the cubic curves, each (4, 2), that follow a closed outline and keep its corners."""
    points = outline[:-1] if np.allclose(outline[0], outline[-1]) else outline
    count = len(points)
    turn = turning(points)
    corners = corner_indices(turn)
    only_smooth = not corners
    if only_smooth:
        corners = [int(turn.argmax())]
    curves = []
    for start, end in zip(corners, [*corners[1:], corners[0] + count], strict=True):
        piece = points[np.arange(start, end + 1) % count]
        reach = min(3, len(piece) - 1)
        leaving, arriving = piece[reach] - piece[0], piece[-1 - reach] - piece[-1]
        if only_smooth:
            leaving = points[(start + 3) % count] - points[(start - 3) % count]
            arriving = -leaving
        fit_piece(piece, direction(leaving), direction(arriving), tolerance, curves)
    return curves


def turning(points):
    """Return by how many degrees a closed outline turns at each of its points."""
    before = points - np.roll(points, CORNER_REACH, axis=0)
    after = np.roll(points, -CORNER_REACH, axis=0) - points
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.degrees(np.abs(np.arctan2(cross, np.sum(before * after, axis=1))))


def corner_indices(turn):
    """Return where `turn` is a corner: above the threshold and the sharpest nearby."""
    around = [np.roll(turn, shift) for shift in range(-CORNER_REACH, CORNER_REACH + 1)]
    return [int(i) for i in np.flatnonzero((turn > CORNER_DEGREES) & (turn >= np.max(around, 0)))]


def direction(vector):
    """Return `vector` with length 1."""
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def fit_piece(points, leaving, arriving, tolerance, curves):
    """Append to `curves` the curves that follow `points` from the first to the last.

    `leaving` and `arriving` are the directions away from the two ends, into the piece.
    """
    chord = float(np.linalg.norm(points[-1] - points[0]))
    if len(points) <= 2 or (chord < 1e-9 and len(points) < 4):
        reach = chord / 3
        first, last = points[0], points[-1]
        curves.append(np.array([first, first + leaving * reach, last + arriving * reach, last]))
        return
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    parameter = along / along[-1]
    for _ in range(FIT_ROUNDS):
        curve = least_squares(points, parameter, leaving, arriving, along[-1])
        missed = np.sum((at(curve, parameter) - points) ** 2, axis=1)
        worst = int(missed.argmax())
        if missed[worst] < tolerance**2:
            curves.append(curve)
            return
        if missed[worst] > (tolerance * 4) ** 2:
            break
        parameter = nearer(curve, points, parameter)
    cut = min(max(worst, 1), len(points) - 2)
    ahead = direction(points[max(0, cut - 3)] - points[min(len(points) - 1, cut + 3)])
    fit_piece(points[: cut + 1], leaving, ahead, tolerance, curves)
    fit_piece(points[cut:], -ahead, arriving, tolerance, curves)


def least_squares(points, parameter, leaving, arriving, length):
    """Return the curve with the given end directions that is nearest to `points`."""
    t, s = parameter, 1 - parameter
    first = np.outer(3 * t * s * s, leaving)
    second = np.outer(3 * t * t * s, arriving)
    rest = points - np.outer(s**3 + 3 * t * s * s, points[0])
    rest -= np.outer(t**3 + 3 * t * t * s, points[-1])
    a, b, c = np.sum(first * first), np.sum(first * second), np.sum(second * second)
    p, q = np.sum(first * rest), np.sum(second * rest)
    determinant = a * c - b * b
    chord = float(np.linalg.norm(points[-1] - points[0]))
    reaches = np.zeros(2)
    if abs(determinant) > 1e-12:
        reaches = np.array([p * c - q * b, a * q - b * p]) / determinant
    if reaches.min() < chord * 1e-3 or reaches.max() > length * 1.5:
        reaches[:] = max(chord, length * 0.4) / 3
    start, end = points[0], points[-1]
    return np.array([start, start + leaving * reaches[0], end + arriving * reaches[1], end])


def at(curve, parameter):
    """Return the points (k, 2) of a cubic curve at `parameter` (k,)."""
    t, s = parameter[:, None], 1 - parameter[:, None]
    return s**3 * curve[0] + 3 * t * s * s * curve[1] + 3 * t * t * s * curve[2] + t**3 * curve[3]


def nearer(curve, points, parameter):
    """Return `parameter` after one step of Newton's method towards the points' nearest places."""
    t, s = parameter[:, None], 1 - parameter[:, None]
    first = 3 * np.diff(curve, axis=0)
    second = 2 * np.diff(first, axis=0)
    speed = s * s * first[0] + 2 * t * s * first[1] + t * t * first[2]
    change = s * second[0] + t * second[1]
    away = at(curve, parameter) - points
    slope = np.sum(speed * speed, axis=1) + np.sum(away * change, axis=1)
    step = np.where(
        np.abs(slope) > 1e-9, np.sum(away * speed, axis=1) / np.where(slope, slope, 1), 0
    )
    return np.maximum.accumulate(np.clip(parameter - step, 0, 1))


def path_data(curves, scale):
    """Return closed curves as SVG path data: relative, whole numbers, straight ones as lines."""
    here = whole(curves[0][0], scale)
    text, last = f"M{here[0]} {here[1]}", ""
    for curve in curves:
        turned = whole(curve, scale)
        steps = turned[1:] - here
        if not steps[2].any() and np.abs(steps).max() < 2:
            continue
        command, values = ("l", steps[2:]) if is_straight(steps) else ("c", steps)
        numbers = " ".join(map(str, values.ravel())).replace(" -", "-")
        joint = command if command != last else "" if numbers.startswith("-") else " "
        text += joint + numbers
        last, here = command, turned[3]
    return text + "z"


def whole(points, scale):
    """Return `points` in whole units of the path."""
    return np.rint(np.asarray(points) * scale).astype(int)


def is_straight(steps):
    """Tell whether the curve from the origin over `steps` (3, 2) is a line to within a third."""
    handles, end = steps[:2], steps[2]
    length = max(float(np.hypot(*end)), 1.0)
    return bool(np.abs(handles[:, 0] * end[1] - handles[:, 1] * end[0]).max() / length < 0.35)


def polygon(points, scale=1.0):
    """Return SVG path data of the closed polygon through `points` (k, 2)."""
    corners = whole(points, scale)
    return "M" + "L".join(f"{x} {y}" for x, y in corners) + "z"
