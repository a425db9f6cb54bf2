"""Passwords: argon2id, a few at a time, and none that everybody tries first."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from fstpwa.domain.email_address import name_of
from fstpwa.domain.errors import InvalidValue

SHORTEST, LONGEST = 8, 128
"""Letters, after they were brought into one form (NFC)."""

AT_ONCE = 4
"""Each takes 19 MiB for some tens of milliseconds; more would only wait for the processor."""

TOO_SHORT = f"Please use at least {SHORTEST} letters or signs."
TOO_LONG = f"Please use at most {LONGEST} letters or signs."
TOO_COMMON = "That password is one of those that are tried first. Please choose another one."
TOO_PLAIN = "That is the same few signs over and over. Please choose another one."
HAS_NAME = "Please choose a password without the name in your e-mail address."
HAS_ADDRESS = "Please choose a password without your e-mail address in it."

FEWEST_SIGNS = 3
"""So many different ones at least."""

SHORTEST_NAME = 4
"""A shorter one is part of too many words."""

SHORTEST_PART = 2
"""A name or domain of one letter says nothing about a password."""

OWN_NAMES = ("gooddays", "goodday", "fstpwa")
"""What is tried first here, with digits and signs around it. docs/security.md names them."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_seats = BoundedSemaphore(AT_ONCE)


def check_choice(password: str, email: str) -> None:
    """Refuse a password that should not be chosen. Raises InvalidValue with the reason."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise InvalidValue(TOO_SHORT)
    if len(plain) > LONGEST:
        raise InvalidValue(TOO_LONG)
    if len(set(plain.casefold())) < FEWEST_SIGNS:
        raise InvalidValue(TOO_PLAIN)
    if plain.casefold() in _common() or _is_little_but(OWN_NAMES, plain):
        raise InvalidValue(TOO_COMMON)
    _refuse_own_address(plain.casefold(), email.casefold())


def hash_of(password: str) -> str:
    """Return the argon2id hash of a password, at most 200 letters. Takes some tens of ms."""
    with _seat():
        return _hasher.hash(_plain(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether `password` is the one that `stored` was made of.

    Without a stored one the same work is done in vain, so that the time says nothing.
    """
    too_long = len(password) > 4 * LONGEST
    with _seat():
        nobodys = _nobodys()  # also where it is not needed, or the first time would tell
        try:
            _hasher.verify(stored or nobodys, "" if too_long else _plain(password))
        except (Argon2Error, InvalidHashError):
            return False
    return bool(stored) and not too_long


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _refuse_own_address(plain: str, email: str) -> None:
    """Refuse a folded password that is made of the folded address it belongs to."""
    domain = email.rpartition("@")[2]
    if email and (email in plain or domain in plain):
        raise InvalidValue(HAS_ADDRESS)
    name = name_of(email)
    if len(name) >= SHORTEST_NAME and name in plain:
        raise InvalidValue(HAS_NAME)
    names = tuple(each for each in (name, domain.partition(".")[0]) if len(each) >= SHORTEST_PART)
    if _is_little_but(names, plain):
        raise InvalidValue(HAS_NAME if name in plain else HAS_ADDRESS)


def _is_little_but(names: tuple[str, ...], plain: str) -> bool:
    """Whether there is little in it but these names and what people put around one."""
    letters = "".join(each for each in plain.casefold() if each.isalpha())
    rest = letters
    for name in names:
        rest = rest.replace(name, "")
    return rest != letters and len(rest) < SHORTEST_NAME


@contextmanager
def _seat() -> Iterator[None]:
    with _seats:
        yield


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    """Return a hash of something nobody types; made at the first sign-in, in a seat of its own."""
    return _hasher.hash("\x00nobody")


@cache
def _common() -> frozenset[str]:
    # The list comes with zxcvbn, and with it others that are large: only when one is needed.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - see above

    return frozenset(each for each in FREQUENCY_LISTS["passwords"] if len(each) >= SHORTEST)
