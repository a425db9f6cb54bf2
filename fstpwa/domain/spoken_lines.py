"""Every line that a session can say: for each of them the voice tool records a clip."""

from collections.abc import Collection

from fstpwa.domain.movement import Movement
from fstpwa.domain.timeline import CLOSING

MOST_REPS = 30
MOST_SETS = 5
"""More than anybody is given; what lies beyond is said by the phone's own voice."""

SOUND_CHECK = "This is how the voice sounds"
LOCK_TEST = "Lock your phone now. In ten seconds you hear three bells"
LOCK_TEST_PASSED = "That was the third bell. The sound goes on while your phone is locked"

VOCABULARY = (
    "First",
    "Next",
    "Get ready",
    "Left side",
    "Right side",
    "Switch sides",
    "Changing sides",
    "The easier version",
    "Hold",
    "Slowly",
    "Breathe in",
    "Breathe out",
    "Rest",
    "Ten seconds left",
    "1 repetition",
    CLOSING,
    SOUND_CHECK,
    LOCK_TEST,
    LOCK_TEST_PASSED,
)


def spoken_lines(movements: Collection[Movement], advice: Collection[str]) -> tuple[str, ...]:
    """Return every line, each once: the timeline's vocabulary, numbers, movements, stop advice.

    Args:
        movements: of the library, hidden ones too: a session may keep one from before.
        advice: what is said after a feeling that means stopping.
    """
    numbers = range(2, MOST_REPS + 1)
    sets = [(n, of) for of in range(2, MOST_SETS + 1) for n in range(1, of + 1)]
    lines = (
        *VOCABULARY,
        *(f"{n} repetitions" for n in numbers),
        *(str(n) for n in numbers),
        *(f"Set {n} of {of}" for n, of in sets),
        *(movement.name for movement in movements),
        *(movement.start_position for movement in movements),
        *advice,
    )
    return tuple(dict.fromkeys(line for line in lines if line))
