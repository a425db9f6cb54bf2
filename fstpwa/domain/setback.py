"""The setback card: what somebody decided on a good day for a bad one. Source: content E.3."""

from dataclasses import dataclass, fields

from fstpwa.domain.check_in import check_text

LETTERS = 500
"""Most letters of one line of the card, line breaks included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """One card. Every line may be empty."""

    early_signs: str = ""
    first: str = ""
    keep: str = ""
    drop: str = ""
    whom: str = ""
    help: str = ""

    def __bool__(self) -> bool:
        """Whether anything is written on it."""
        return any(self.lines().values())

    def lines(self) -> dict[str, str]:
        """Return the lines by name, in the order of the card."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def checked_card(card: Setback) -> Setback:
    """Return the card as it is stored, without blanks around its lines.

    Raises:
        InvalidValue: a line is too long, or holds what cannot be stored.
    """
    return Setback(**{name: check_text(text, LETTERS) or "" for name, text in card.lines().items()})
