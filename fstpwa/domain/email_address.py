"""E-mail addresses: one way of writing each, and clear words for what is none."""

import re
import unicodedata

from fstpwa.domain.errors import InvalidValue

LONGEST = 254
"""Letters; what mail servers take (RFC 5321)."""
LONGEST_NAME = 64
"""Bytes before the @."""

NAME = re.compile(r"[^\s@.\"(),:;<>\[\\\]]+(?:\.[^\s@.\"(),:;<>\[\\\]]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")

DOTTED_CAPITAL_I = "\u0130"
"""Its small letter is an i with a dot more, which is another mailbox than either i."""

NOT_AN_ADDRESS = "Please enter an e-mail address, such as name@example.org."
TOO_LONG = f"Please use an e-mail address of at most {LONGEST} letters."


NAME_TOO_LONG = "Please check the address: the part before the @ is too long."
ODD_LETTER = "Please write the address in small letters, as your mailbox has it."


def folded(text: str) -> str:
    """Return an e-mail address in the one way it is stored, compared and written to.

    Spaces around it go; letters become small ones in their usual form (NFKC); a domain in other
    letters becomes its ASCII name. Plus signs and dots stay: whether they matter is up to the
    other server. Letters are only ever sent to the folded address, so that two spellings of one
    folded address are one mailbox.

    Raises:
        InvalidValue: it is no address, or too long, or has a capital that has no one small letter.
    """
    # A text that is far too long is not worth looking at closely.
    if len(text.strip()) > 2 * LONGEST:
        raise InvalidValue(TOO_LONG)
    if DOTTED_CAPITAL_I in text.rpartition("@")[0]:
        raise InvalidValue(ODD_LETTER)
    plain = unicodedata.normalize("NFKC", text.strip()).lower()
    plain = unicodedata.normalize("NFKC", plain).strip()
    name, at, domain = plain.rpartition("@")
    if not at or not NAME.fullmatch(name) or not _is_printable(plain):
        raise InvalidValue(NOT_AN_ADDRESS)
    address = f"{name}@{_ascii(domain)}"
    if len(address) > LONGEST:
        raise InvalidValue(TOO_LONG)
    if len(name.encode()) > LONGEST_NAME:
        raise InvalidValue(NAME_TOO_LONG)
    return address


def readable(address: str) -> str:
    """Return a folded address as people write it: its domain in its own letters, where it has any.

    A domain that does not come back as it was is shown as it is stored, so that no two look alike.
    """
    name, at, domain = address.rpartition("@")
    try:
        written = domain.encode("ascii").decode("idna")
        is_same = written.encode("idna").decode("ascii") == domain
    except UnicodeError:
        return address
    return f"{name}{at}{written}" if is_same and written.isprintable() else address


def name_of(address: str) -> str:
    """Return what stands before the @, and before a plus sign."""
    return address.partition("@")[0].partition("+")[0]


def _ascii(domain: str) -> str:
    try:
        plain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise InvalidValue(NOT_AN_ADDRESS) from None
    if not DOMAIN.fullmatch(plain):
        raise InvalidValue(NOT_AN_ADDRESS)
    return plain


def _is_printable(text: str) -> bool:
    return all(unicodedata.category(letter)[0] not in "CZ" for letter in text)
