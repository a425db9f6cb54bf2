"""What came from the other side, therapist or client, in the words of a notification."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.short_text import shortened

Translate = Callable[[str], str]
"""Gives a text in the person's language. Named `_` below, so that the catalogue finds its texts."""

LONGEST_NAME = 40
"""Letters of a person's or a routine's name."""
LONGEST_LINE = 120
"""Letters of the line below the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that is new."""

    kind: Literal["message", "question", "routine", "programme"]
    sender: str
    """The name of whom it came from; may be empty."""
    name: str = ""
    """What a routine or programme is called."""
    is_from_therapist: bool = True


def is_given(thing: Thing) -> bool:
    """Return whether it is something to practise."""
    return thing.kind in ("routine", "programme")


def detailed_words(things: Sequence[Thing], _: Translate = str) -> tuple[str, str]:
    """Return title and body that say who it is from. What was written is never in them.

    Args:
        things: at least one.
        _: gives the texts in the person's language; British English without it.
    """
    given = [each for each in things if is_given(each)]
    written = [each for each in things if not is_given(each)]
    senders = list(dict.fromkeys(_sender(each, _) for each in things))
    if len(senders) > 1:
        several = _("%(count)s new messages") % {"count": len(written)}
        return _("Something new for you") if given else several, _line(senders)
    who = {"who": senders[0]}
    if not given:
        return _written_words(written, who, _)
    names = [each.name for each in given]
    if written:
        words = _("a message")
        if len(written) > 1:
            words = _("%(count)s messages") % {"count": len(written)}
        return _("New from %(who)s") % who, _line([*names, words])
    if len(given) > 1:
        return _("%(who)s gave you something new") % who, _line(names)
    if given[0].kind == "programme":
        return _("%(who)s gave you a new programme") % who, _line(names)
    return _("%(who)s gave you a new routine") % who, _line(names)


def _written_words(written: Sequence[Thing], who: dict[str, str], _: Translate) -> tuple[str, str]:
    if len(written) > 1:
        words = _("%(count)s new messages from %(who)s")
        return words % {"count": str(len(written)), **who}, _("Tap to read them.")
    if written[0].kind == "question":
        return _("%(who)s asked you something") % who, _("Tap to read it.")
    return _("%(who)s wrote to you") % who, _("Tap to read it.")


def _sender(thing: Thing, _: Translate) -> str:
    unnamed = _("Your therapist") if thing.is_from_therapist else _("A client")
    return shortened(thing.sender, LONGEST_NAME) or unnamed


def _line(parts: Sequence[str]) -> str:
    return shortened(", ".join(shortened(each, LONGEST_NAME) for each in parts), LONGEST_LINE)
