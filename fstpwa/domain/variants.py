"""The ways to do a planned session: usual, easier, shorter, shortest, on a flare day."""

from collections.abc import Iterable, Mapping, Sequence

from fstpwa.domain.movement import Movement
from fstpwa.domain.session import Part, PlannedItem, Variant, VariantName
from fstpwa.domain.timeline import DEFAULT_PACE, Block, Pace, block, minutes, total_s

TEN_MINUTES = 10
FIVE_MINUTES = 5
LEVEL_CHANGE_S = 15
"""More time to get down to the floor or up again: hurrying there is how people fall."""

_LABELS: Mapping[VariantName, str] = {
    "usual": "Usual",
    "easier": "Easier",
    "ten": "Shorter",
    "five": "Shortest",
    "flare": "Flare day",
}


def label(variant: Variant) -> str:
    """Return the name of a variant for people, without its minutes."""
    return _LABELS[variant.name]


def variants(
    items: Sequence[PlannedItem],
    flare_items: Sequence[PlannedItem],
    movements: Mapping[str, Movement],
    pace: Pace = DEFAULT_PACE,
) -> tuple[Variant, ...]:
    """Return the variants of a planned session, in the order they are offered.

    "ten" and "five" keep the usual doses and drop movements, least important and last first,
    until at most 10 or 5 minutes are left or only core movements are. They are offered only
    when they are shown as at least a minute shorter than the next longer one.

    Args:
        items: the movements of the session, in order.
        flare_items: the movements of the programme's flare-day session; may be empty.
        movements: the library by slug; KeyError if one of the items is not in it.
        pace: the times around the work.

    Source: programmes.yaml, general.priority and general.easier_in_session.
    """
    offered: list[Variant] = []
    if items:
        usual = _variant("usual", items, movements, pace)
        offered += [usual, _easier("easier", items, movements, pace)]
        offered += _shorter(items, usual, movements, pace)
    if flare_items:
        flare = _flare(flare_items, movements, pace)
        # On a flare day a two-minute break is done in its easier version, not in five minutes.
        if not offered or flare.total_s <= offered[0].total_s:
            offered.append(flare)
    return tuple(offered)


def usual_s(
    items: Sequence[PlannedItem], movements: Mapping[str, Movement], pace: Pace = DEFAULT_PACE
) -> int:
    """Return the seconds of the usual variant of `items`, without making the other variants.

    A softened item counts in its easier version, as it is played.
    """
    return total_s(item_block(item, movements, pace, easier=False) for item in items)


def item_block(
    item: PlannedItem,
    movements: Mapping[str, Movement],
    pace: Pace = DEFAULT_PACE,
    *,
    easier: bool,
    first: bool = False,
) -> Block:
    """Return the cues of one item in its usual or its easier version.

    A softened item has only its easier version, whatever is asked for.
    """
    easier = easier or item.softened
    return block(
        movements[item.slug],
        item.easier_dose if easier else item.dose,
        item.side,
        pace,
        first=first,
        easier=easier,
        longer_way_s=LEVEL_CHANGE_S if item.changes_level else 0,
    )


def cut(
    items: Sequence[PlannedItem], most_s: int, movements: Mapping[str, Movement], pace: Pace
) -> list[PlannedItem]:
    """Return the movements that fit into `most_s` seconds in their usual versions, in order.

    Optional ones go first, then useful ones, the last first; core ones stay, and one at least.

    Source: programmes.yaml, general.priority.
    """
    kept = list(items)
    lengths = {
        item.id: item_block(item, movements, pace, easier=False).duration_s for item in items
    }
    for priority in ("optional", "useful"):
        for item in reversed(items):
            # A session of nothing but optional movements still keeps one.
            if sum(lengths[each.id] for each in kept) <= most_s or len(kept) == 1:
                return kept
            if item.priority == priority:
                kept.remove(item)
    return kept


def _shorter(
    items: Sequence[PlannedItem],
    usual: Variant,
    movements: Mapping[str, Movement],
    pace: Pace,
) -> Iterable[Variant]:
    longer = usual
    names: tuple[tuple[VariantName, int], ...] = (("ten", TEN_MINUTES), ("five", FIVE_MINUTES))
    for name, most in names:
        kept = cut(items, most * 60, movements, pace)
        variant = _variant(name, kept, movements, pace)
        if minutes(variant.total_s) < minutes(longer.total_s):
            yield variant
            longer = variant


def _easier(
    name: VariantName,
    items: Sequence[PlannedItem],
    movements: Mapping[str, Movement],
    pace: Pace,
) -> Variant:
    return _variant(name, items, movements, pace, easier=frozenset(item.id for item in items))


def _flare(items: Sequence[PlannedItem], movements: Mapping[str, Movement], pace: Pace) -> Variant:
    smaller = frozenset(item.id for item in items if item.easier_dose != item.dose)
    return _variant("flare", items, movements, pace, easier=smaller)


def _variant(
    name: VariantName,
    items: Sequence[PlannedItem],
    movements: Mapping[str, Movement],
    pace: Pace,
    *,
    easier: frozenset[str] = frozenset(),
) -> Variant:
    parts = tuple(Part(item=item.id, easier=item.softened or item.id in easier) for item in items)
    blocks = (item_block(item, movements, pace, easier=item.id in easier) for item in items)
    return Variant(name=name, parts=parts, total_s=total_s(blocks))
