"""What a letter is, and what somebody who sends letters must be able to do."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A short letter in plain text. Never holds a word about health, nor a link that signs in."""

    to: str
    """One e-mail address, folded."""
    subject: str
    text: str


class Mailer(Protocol):
    """Hands letters on to a mail server, or keeps them where none is set up."""

    def send(self, letter: Letter) -> None:
        """Hand `letter` on. Raises NotSent if that fails or takes longer than ten seconds."""
