"""Which pictures make a drawing move, in which order and for how long.

A motion is one cycle that a browser plays for ever. Only `MOST_PICTURES` different pictures are
drawn; a picture that comes again costs hardly a byte.
"""

from dataclasses import dataclass
from itertools import pairwise

from figures.poses import between

MOST_PICTURES = 14
PICTURES_EACH_SECOND = 8
"""More would not be seen in a slow movement."""

USUAL_SECONDS = 5.0
PAUSE = 0.07
"""Share of a repetition that each end of the way is held, so that the eye can read it."""

ENTER_SECONDS = 2.0
"""The way into a hold, and the way back, between two key poses."""

BREATH_SECONDS = 4.0
BREATHS = 2
BREATH = (0.3, 0.7, 0.9)
"""How far the breath is in, in the pictures of breathing in; 1 is as deep as it goes."""
ONLY_BREATH = (0.15, 0.4, 0.7, 0.9, 1.0)
"""The same for a drawing with one pose: all that moves is the breath, so it is drawn finely."""
REST_AFTER_BREATH = 0.15
"""Share of a breath spent breathed out."""


@dataclass(frozen=True)
class Picture:
    """A pose to draw: `share` of the way from one key pose to another, both named."""

    start: str
    end: str
    share: float = 0.0
    breath: float = 0.0

    def pose(self, drawing):
        """Return the pose of a drawing that this picture shows."""
        start, end = drawing.pose(self.start), drawing.pose(self.end)
        return between(start, end, self.share, self.breath)


@dataclass(frozen=True)
class Frame:
    """A picture and how long it is shown."""

    picture: Picture
    milliseconds: int


def frames(drawing):
    """Return the frames of one cycle, in order; the same picture may come several times."""
    motion = drawing.motion
    order = list(motion.get("order") or [pose.name for pose in drawing.poses])
    order = [name for place, name in enumerate(order) if place == 0 or name != order[place - 1]]
    if len(order) == 1:
        return _joined(_breath(order[0], float(motion.get("seconds", BREATH_SECONDS)), ONLY_BREATH))
    legs = _legs(order, motion.get("loop", "there_and_back"))
    if float(motion.get("hold", 0)) > 0:
        return _joined(_held(drawing, legs))
    return _joined(_repeated(drawing, legs, order, float(motion.get("seconds", USUAL_SECONDS))))


def pictures(listed):
    """Return the different pictures of frames, each once, in the order they first come."""
    return list(dict.fromkeys(frame.picture for frame in listed))


def _legs(order, loop):
    """Return the ways between key poses that make one cycle, ending where it began."""
    if loop == "round":
        closed = order if order[0] == order[-1] else [*order, order[0]]
        return list(pairwise(closed))
    return list(pairwise([*order, *order[-2::-1]]))


def _repeated(drawing, legs, order, seconds):
    """Return the frames of a movement that is repeated at its own pace."""
    turns = () if drawing.motion.get("loop") == "round" else (order[0], order[-1])
    pause = PAUSE * seconds
    each = (seconds - pause * len(turns)) / len(legs)
    steps = _steps(legs, each, MOST_PICTURES)
    found = []
    for start, end in legs:
        wait = pause if start in turns else 0
        turns = tuple(name for name in turns if name != start)
        way = _way(drawing, start, end, steps)
        found += [(way[0], each / steps + wait), *((picture, each / steps) for picture in way[1:])]
    return found


def _held(drawing, legs):
    """Return the frames of a hold: entering, two breaths in the still pose, and coming back."""
    still = drawing.still if drawing.still in {end for _, end in legs} else legs[-1][0]
    steps = _steps(legs, ENTER_SECONDS, MOST_PICTURES - len(BREATH))
    found = []
    breathed = False
    for start, end in legs:
        if start == still and not breathed:
            found += _breath(still, BREATH_SECONDS, BREATH) * BREATHS
            breathed = True
        step = ENTER_SECONDS / steps
        found += [(picture, step) for picture in _way(drawing, start, end, steps)]
    return found


def _breath(name, seconds, amounts):
    """Return one breath in a pose: in, and a little slower out, then a short rest."""
    rest = seconds * REST_AFTER_BREATH
    each = (seconds - rest) / (2 * len(amounts) - 1)
    depths = [*amounts, *amounts[-2::-1]]
    breathing = [(Picture(name, name, 0.0, depth), each) for depth in depths]
    return [(Picture(name, name), rest), *breathing]


def _steps(legs, seconds, most):
    """Return how many pictures a leg of that many seconds gets, `most` in the whole cycle."""
    different = {frozenset(leg) for leg in legs}
    ends = {name for leg in legs for name in leg}
    # Each way has its pictures between the key poses; each key pose has one of its own.
    room = (most - len(ends)) // len(different) + 1
    return max(2, min(room, round(seconds * PICTURES_EACH_SECOND)))


def _way(drawing, start, end, steps):
    """Return `steps` pictures from `start` on, the one of `end` left for the next leg."""
    names = [pose.name for pose in drawing.poses]
    found = [Picture(start, start)]
    for step in range(1, steps):
        share = round(_eased(step / steps), 4)
        if names.index(start) < names.index(end):
            found.append(Picture(start, end, share))
        else:  # the same picture as on the way there
            found.append(Picture(end, start, round(1 - share, 4)))
    return found


def _eased(share):
    """Return the share of the way after that share of the time: a soft start and stop."""
    return share * share * (3 - 2 * share)


def _joined(timed):
    """Return frames with whole milliseconds; a picture that stays is one frame."""
    found = []
    for picture, seconds in timed:
        if found and found[-1][0] == picture:
            found[-1][1] += seconds
        else:
            found.append([picture, seconds])
    return [Frame(picture, round(seconds * 1000)) for picture, seconds in found]
