"""Which programmes to suggest: for what somebody came for, where it is, and what is left of them.

Source: content/reasons.yaml and the counting of the clinical availability table. The ranking is
our own design.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from fstpwa.domain.gated_session import ProgrammeLeft, programme_left
from fstpwa.domain.library import Library, Reason
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.programme import Programme
from fstpwa.domain.put_aside import NOTHING_ASIDE, PutAside
from fstpwa.domain.safety import availability
from fstpwa.domain.standing import Condition

MOST_SUGGESTED = 3
FEWEST_MOVEMENTS = 3
"""With fewer left, another area and a clinician are the better answer."""
FIBROMYALGIA = "fibromyalgia"
"""Id of the reason whose programme comes first whatever else is chosen: it has half doses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A programme to start with."""

    programme: str
    """Slug."""
    why: str
    """One sentence that names what the person said."""
    left: ProgrammeLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSuggested:
    """A programme that fits what was said, but of which too little is left now."""

    programme: str
    """Slug."""
    why: str
    """One sentence that names the answers it comes from."""
    because: tuple[Condition, ...]
    left: ProgrammeLeft


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    """What can be done when nothing that was asked for can be suggested."""

    programme: Suggestion | None
    """The programme of the whole library of which most is left, None if all are emptied."""
    breathing: tuple[str, ...]
    """Slugs of the breathing movements that are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What to offer at the end of the first questions."""

    offered: tuple[Suggestion, ...]
    """At most three, best first."""
    not_suggested: tuple[NotSuggested, ...]
    still_open: StillOpen | None
    """Only if nothing is offered."""


def suggest(
    reasons: Collection[str],
    regions: Collection[str],
    conditions: Iterable[Condition],
    library: Library,
    aside: PutAside = NOTHING_ASIDE,
) -> Suggestions:
    """Return the programmes to suggest, those left out with the answers it comes from.

    Programmes for more of the reasons come first, then those for more of the regions, then
    those of which more is left. A reason with several programmes brings those that the regions
    fit. Without a reason the regions alone decide. Locks of the whole plan are not looked at:
    this is what there is once they are lifted.

    Args:
        reasons: ids of content/reasons.yaml; unknown ones say nothing.
        regions: codes of the body regions the person named; may be empty.
        conditions: what holds today (`Standing.conditions`).
        library: all content.
        aside: what the person puts aside by wish. It never takes a programme away: of two that
            serve as well, the one that keeps more of what they like to do comes first.
    """
    conditions = tuple(conditions)
    chosen = [each for each in library.reasons.values() if each.id in reasons]
    fitting = _fitting(chosen, frozenset(regions), library)
    remains = {
        slug: programme_left(library.programmes[slug], conditions, library.movements, aside)
        for slug in fitting
    }
    offered: list[Suggestion] = []
    not_suggested: list[NotSuggested] = []
    for slug in _ranked(fitting, remains, chosen):
        programme, left = library.programmes[slug], remains[slug]
        if is_emptied(programme, left):
            not_suggested.append(_not_suggested(programme, left))
        else:
            why = _why(programme, chosen, fitting[slug], library)
            offered.append(Suggestion(programme=programme.slug, why=why, left=left))
    return Suggestions(
        offered=tuple(offered[:MOST_SUGGESTED]),
        not_suggested=tuple(not_suggested),
        still_open=None if offered else still_open(conditions, library, aside),
    )


def could_be_suggested(
    reasons: Collection[str], regions: Collection[str], library: Library
) -> tuple[Programme, ...]:
    """Return the programmes that `suggest` chooses from, whatever the answers about health are.

    Their regions are asked about before anything is suggested.

    Args:
        reasons: ids of content/reasons.yaml; unknown ones say nothing.
        regions: codes of the body regions the person named; may be empty.
        library: all content.
    """
    chosen = [each for each in library.reasons.values() if each.id in reasons]
    fitting = _fitting(chosen, frozenset(regions), library)
    return tuple(library.programmes[slug] for slug in fitting)


def is_emptied(programme: Programme, left: ProgrammeLeft) -> bool:
    """Return whether too little of a programme is left to start it.

    That is fewer than three movements, or no session of its first phase with a core movement
    left. One small session without its core is no reason: an answer about one area never takes
    away a whole programme (content/safety/effects.yaml, area_flag_rules).
    """
    first = programme.phases[0]
    lost = {
        session_id for phase_id, session_id in left.sessions_without_core if phase_id == first.id
    }
    with_core = [
        session.id
        for session in first.sessions
        if any(line.priority == "core" for line in session.movements)
    ]
    return left.left < FEWEST_MOVEMENTS or all(each in lost for each in with_core)


def still_open(
    conditions: Iterable[Condition], library: Library, aside: PutAside = NOTHING_ASIDE
) -> StillOpen:
    """Return what of the whole library can be done, whatever somebody came for."""
    conditions = tuple(conditions)
    found: list[tuple[float, Suggestion]] = []
    for programme in library.programmes_on_offer():
        left = programme_left(programme, conditions, library.movements, aside)
        if not is_emptied(programme, left):
            why = f"Of all programmes this one keeps most: {left.left} of its {left.of} movements."
            found.append(
                (
                    _share(left),
                    Suggestion(programme=programme.slug, why=why, left=left),
                )
            )
    best = max(found, key=lambda each: each[0], default=None)
    return StillOpen(
        programme=best[1] if best is not None else None,
        breathing=tuple(
            movement.slug
            for movement in library.movements_on_offer()
            if movement.kind == "breathing"
            and movement.slug not in aside.why
            and availability(movement, conditions).is_left
        ),
    )


def labels_of(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return what the person told us, in their words, each once; reports have no label."""
    return tuple(
        dict.fromkeys(each.flag.person_label for each in conditions if each.flag is not None)
    )


def _fitting(
    chosen: list[Reason], regions: frozenset[str], library: Library
) -> dict[str, frozenset[str]]:
    """Return the programmes that fit, each with the named regions that it is for."""
    on_offer = {each.slug: each for each in library.programmes_on_offer()}
    shared = {
        slug: regions & frozenset(programme.target_regions) for slug, programme in on_offer.items()
    }
    if not chosen:
        return {slug: places for slug, places in shared.items() if places}
    fitting: dict[str, frozenset[str]] = {}
    for reason in chosen:
        slugs = [slug for slug in reason.programmes if slug in on_offer]
        # Of several programmes those that the regions fit; all of them if the regions fit none.
        named = [slug for slug in slugs if shared[slug]] or slugs
        fitting |= {slug: shared[slug] for slug in named}
    return fitting


def _ranked(
    fitting: Mapping[str, frozenset[str]],
    remains: Mapping[str, ProgrammeLeft],
    chosen: list[Reason],
) -> list[str]:
    """Return the slugs, the best first; of equals the one that was thought of first."""

    def rank(slug: str) -> tuple[bool, int, int, int, float]:
        named_by = [reason for reason in chosen if slug in reason.programmes]
        left = remains[slug]
        return (
            all(reason.id != FIBROMYALGIA for reason in named_by),
            -len(named_by),
            -len(fitting[slug]),
            # What one reason alone leads to is meant more surely than one of several.
            min((len(reason.programmes) for reason in named_by), default=1),
            -_share(left),
        )

    return sorted(fitting, key=rank)


def _share(left: ProgrammeLeft) -> float:
    """Return how much of a programme answers and wishes leave, 0 to 1."""
    return (left.left - len(left.aside)) / left.of


def _why(
    programme: Programme, chosen: list[Reason], shared: frozenset[str], library: Library
) -> str:
    """Say what the person said that leads to a programme."""
    labels = plain_regions(library.vocabularies)
    places = "; ".join(label.lower() for region, label in labels.items() if region in shared)
    said = [reason.said for reason in chosen if programme.slug in reason.programmes]
    if not said:
        return f"You named places that it is for: {places}."
    sentence = f"You told us about {' and '.join(said)}"
    return f"{sentence} ({places})." if places else f"{sentence}."


def _not_suggested(programme: Programme, left: ProgrammeLeft) -> NotSuggested:
    because = tuple(dict.fromkeys(condition for each in left.out for condition in each.because))
    said = "; ".join(labels_of(because)) or "something that went wrong"
    why = f"Too little of it is left for now, because you told us: {said}."
    return NotSuggested(programme=programme.slug, why=why, because=because, left=left)
