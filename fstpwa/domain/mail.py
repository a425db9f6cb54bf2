"""What a letter is, and what somebody who sends letters must be able to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fstpwa.domain.days import long_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A short letter in plain text. Never holds a word about health, nor a link that signs in."""

    to: str
    """One e-mail address, folded."""
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """When and where an account was changed, for a notice about it."""

    at: datetime
    """In the person's own time zone."""
    browser: str
    """Browser and system in words, perhaps empty."""
    origin: str
    """The address of this Good Days, such as https://example.org."""
    can_act: bool = True
    """Whether who reads the letter can still get into the account."""
    contact: str = ""
    """The address of whoever runs this Good Days; empty if none is known."""


def notice_text(what: str, happened: Happened) -> str:
    """Return the text of a notice: what was changed, when, where, and what to do about it."""
    on = f" in {happened.browser}" if happened.browser else ""
    when = f"{long_day(happened.at.date())} {happened.at:%Y, %H:%M (%Z)}{on}"
    advice = []
    if happened.can_act:
        advice.append(
            f"set a new password at {happened.origin}/reset, then open “You”, “Devices” "
            "and sign out everywhere else"
        )
    if happened.contact:
        advice.append(f"write to {happened.contact}")
    elif not happened.can_act:
        advice.append(f"tell the people who run {happened.origin}")
    return (
        f"{what}\n\nThat was on {when}.\n\n"
        "If it was you, you need not do anything. "
        f"If it was not, {', and '.join(advice)}.\n"
    )


class Mailer(Protocol):
    """Hands letters on to a mail server, or keeps them where none is set up."""

    def send(self, letter: Letter) -> None:
        """Hand `letter` on. Raises NotSent if that fails or takes longer than ten seconds."""
