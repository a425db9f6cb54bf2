"""What was too much in which movement, and why: said while it was done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

PAIN_KINDS = {"sharp": "sharp pain", "tingling_numb": "tingling or numbness"}
REASONS = {"pain": "because of pain", "tired": "tired", "other": "for another reason"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """One movement in one session of which something was said."""

    log_id: UUID
    day: date
    slug: str
    state: str
    """done, part or skipped."""
    easier: bool
    reason: str | None
    pain_kind: str | None

    @property
    def words(self) -> str:
        """Return "left out because of pain", "easier version, tired", "stopped: sharp pain"."""
        return felt_in_words(self.state, self.reason, self.pain_kind, easier=self.easier)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMuch:
    """Everything that was said of one movement, the last time first."""

    slug: str
    times: tuple[Felt, ...]

    @property
    def stopped(self) -> int:
        """How often something was felt in it that means stopping."""
        return sum(each.pain_kind is not None for each in self.times)

    @property
    def hurt(self) -> int:
        """How often pain was the reason, or something that means stopping was felt."""
        return sum(each.reason == "pain" or each.pain_kind is not None for each in self.times)


def felt_in_words(state: str, reason: str | None, pain_kind: str | None, *, easier: bool) -> str:
    """Return what was done of a movement and why, in a few words; empty where it was as planned."""
    did = {"skipped": "left out", "part": "partly done"}.get(state, "")
    if easier:
        did = f"{did}, easier version" if did else "easier version"
    why = REASONS.get(reason or "", "")
    # "left out because of pain", but "left out, tired".
    joined = f"{did} {why}" if did and reason == "pain" else ", ".join(filter(None, (did, why)))
    felt = PAIN_KINDS.get(pain_kind or "", "")
    if not felt:
        return joined
    return f"{joined}: {felt}" if joined else felt


def too_much(felt: Iterable[Felt]) -> tuple[TooMuch, ...]:
    """Return what was too much by movement: what was stopped first, then by how often it hurt."""
    found: dict[str, list[Felt]] = {}
    for each in felt:
        found.setdefault(each.slug, []).append(each)
    by_movement = [
        TooMuch(slug=slug, times=tuple(sorted(times, key=lambda each: each.day, reverse=True)))
        for slug, times in found.items()
    ]
    return tuple(
        sorted(
            by_movement,
            key=lambda each: (-each.stopped, -each.hurt, -len(each.times), each.slug),
        )
    )
