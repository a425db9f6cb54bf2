"""The public halves of the keys that browsers subscribe with; read once in the life of a process.

A rotation is noticed at the next start, of the web process and of the worker alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from fstpwa import log
from fstpwa.domain.errors import NotSent
from fstpwa.outbound.push.vapid import load_keys
from fstpwa.web import settings

EXTENSION = "good-days-push-keys"
CANNOT_SEND = (
    "This Good Days cannot send reminders yet. Please ask the people who run it: "
    "they have to run “fstpwa init” and start it again."
)


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a browser needs to know, and what it may say it was given."""

    current_id: str
    by_id: Mapping[str, str]
    """65 bytes as base64url without padding, by the key's id."""

    @property
    def current(self) -> str:
        """The key that browsers subscribe with."""
        return self.by_id[self.current_id]

    def id_of(self, public: str) -> str:
        """Return the id of a public key, empty if it is none of ours."""
        wanted = public.rstrip("=")
        return next((key_id for key_id, key in self.by_id.items() if key == wanted), "")


def public_keys() -> PublicKeys | None:
    """Return the keys, None where none was ever made or one cannot be read."""
    kept = current_app.extensions
    if EXTENSION not in kept:
        kept[EXTENSION] = _read()
    found: PublicKeys | None = kept[EXTENSION]
    return found


def needed_keys() -> PublicKeys:
    """Return the keys. Raises NotSent, in words for the person, where there are none."""
    keys = public_keys()
    if keys is None:
        raise NotSent(CANNOT_SEND)
    return keys


def _read() -> PublicKeys | None:
    try:
        keys = load_keys(settings().push_keys_dir)
    except OSError as error:
        log.warning("push_keys_missing", error=error)
        return None
    return PublicKeys(keys.current.id, {each.id: each.public for each in keys.by_id.values()})
