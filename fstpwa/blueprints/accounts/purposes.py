"""What step-up is asked for, in words, and where to go for somebody who would rather not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """What comes after proving again who one is."""

    before: str
    """Ends a sentence: before ..."""
    not_now: str
    """The endpoint to go back to; it asks for no proof."""


PURPOSES = {
    "accounts.email": Purpose("your e-mail address is changed", "factors.index"),
    "accounts.keep": Purpose("an e-mail address is set", "factors.index"),
    "accounts.offer_carry": Purpose(
        "a code is shown that opens your records in another browser", "accounts.devices"
    ),
    "accounts.password": Purpose("your password is set or changed", "factors.index"),
    "factors.app": Purpose("the authenticator app is set up or turned off", "factors.index"),
    "factors.index": Purpose("a passkey is renamed or removed", "factors.index"),
    "factors.new_passkey": Purpose("a passkey is added", "factors.index"),
    "factors.recovery_codes": Purpose("recovery codes are made", "factors.index"),
    "settings.delete": Purpose("everything you recorded is deleted", "settings.index"),
    "settings.export": Purpose("your records are handed out", "settings.index"),
    "sharing.code": Purpose(
        "a code is shown that lets a therapist see what you record", "sharing.index"
    ),
    "sharing.consent": Purpose("a therapist can see what you record", "sharing.arrive"),
    "sharing.go_on": Purpose("a therapist can see more of what you record", "sharing.index"),
}
"""By the endpoint that `access.confirmed` leads on to."""
