"""What has to be known of a copy of the database before it is relied on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """Whose key it is, and that key as the master key wrapped it."""

    public_id: bytes
    data_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """Read from a copy that is whole."""

    revisions: frozenset[str]
    """Of its tables; empty where they are not this product's."""
    people: int
    keys: tuple[Key, ...]
