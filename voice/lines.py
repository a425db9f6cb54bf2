"""Every line there must be a clip of, from the library as it is now."""

from fstpwa.content import library
from fstpwa.domain.after_session import KIND_OF_STOP
from fstpwa.domain.spoken_lines import spoken_lines


def all_lines() -> tuple[str, ...]:
    """Return every line that a session can say, each once."""
    return spoken_lines(library().movements.values(), stop_advice())


def stop_advice() -> tuple[str, ...]:
    """Return what the player says after a feeling that means stopping.

    It says one of these for every feeling of KIND_OF_STOP; what the player never asks for
    (dizziness: the page says when to get help) costs one clip and is ready if it ever does.
    """
    safety = library().safety
    kinds = (safety.after_session.kind(kind).say_now for kind in KIND_OF_STOP.values())
    return (safety.message("post_red"), *dict.fromkeys(words for words in kinds if words))
