"""What stands in for a movement that is taken out of a session, by the safety gate or by a wish."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from fstpwa.domain.dose import SideChoice, easier_dose, evened
from fstpwa.domain.movement import Movement
from fstpwa.domain.preferences import NO_EQUIPMENT
from fstpwa.domain.programme import Programme
from fstpwa.domain.put_aside import NOTHING_ASIDE, PutAside
from fstpwa.domain.safety import Verdict, availability, sides_of
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition
from fstpwa.domain.variants import item_block


class Substitutes:
    """Finds a stand-in for each movement that is out, never the same one twice in a session.

    First the gentler movement that the content itself names (`easier.instead`), if it is left.
    Else one of the same kind and for the same main region that serves what the programme
    serves, is wholly open, needs no other equipment than the programme's movements and no floor
    where the original needed none, and takes no longer in its easier version than the original
    did. Of several: the one that shares most regions, then one that is liked, then with the fewest
    flags that soften it, then the first of the library. It is new to the person, so it plays in its
    easier version. Nothing stands in that is put aside itself, by a wish or a rule of the day.
    Nothing stands in that touches the place of something that went wrong; where that place is not
    told, and for a movement that a rule of the day puts away, nothing that touches what that
    movement touches. Source: our own design, after area_flag_rules ("the remaining movements are
    offered") and post_red ("nothing more for this area").
    """

    def __init__(
        self,
        programme: Programme,
        movements: Mapping[str, Movement],
        conditions: Iterable[Condition],
        in_session: Collection[str],
        aside: PutAside = NOTHING_ASIDE,
    ) -> None:
        self._programme = programme
        self._movements = movements
        self._conditions = tuple(conditions)
        self._taken = set(in_session)
        self._aside = aside

    def take(self, item: PlannedItem) -> PlannedItem | None:
        """Return what stands in for `item` from now on, with its id; None if nothing does."""
        original = self._movements[item.slug]
        found = self._named(item, original) or self._alike(item, original)
        if found is not None:
            self._taken.add(found.slug)
        return found

    def _named(self, item: PlannedItem, original: Movement) -> PlannedItem | None:
        movement = self._movements.get(original.easier.instead or "")
        if movement is None or movement.retired or not self._is_free(movement):
            return None
        if _regions_of(movement) & self._sore(original):
            return None
        found = availability(movement, self._conditions)
        asked = sides_of(item.side)
        free = [side for side in asked if found.on(side) <= Verdict.EASIER]
        if not free:
            return None
        return _stand_in(item, movement, item.side if len(free) == len(asked) else free[0])

    def _alike(self, item: PlannedItem, original: Movement) -> PlannedItem | None:
        longest_s = item_block(item, self._movements, easier=False).duration_s
        sore = self._sore(original)
        found: list[tuple[tuple[int, bool, int], PlannedItem]] = []
        for movement in self._movements.values():
            if _regions_of(movement) & sore or not self._fits(movement, original):
                continue
            stand_in = _stand_in(item, movement, item.side)
            if item_block(stand_in, self._movements, easier=True).duration_s > longest_s:
                continue
            shared = len(set(movement.regions) & set(original.regions))
            liked = movement.slug in self._aside.preferred
            found.append(((-shared, not liked, len(movement.modify_if)), stand_in))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _is_free(self, movement: Movement) -> bool:
        """Return whether a movement is neither in the session already nor put aside."""
        return movement.slug not in self._taken and movement.slug not in self._aside.why

    def _fits(self, movement: Movement, original: Movement) -> bool:
        return (
            self._is_free(movement)
            and not movement.retired
            and movement.kind == original.kind
            and original.regions[0] in movement.regions
            and bool(set(movement.serves) & set(self._programme.serves))
            and set(movement.equipment) <= self._equipment()
            and (original.floor_or_bed_needed or not movement.floor_or_bed_needed)
            and availability(movement, self._conditions).worst == Verdict.OPEN
        )

    def _sore(self, original: Movement) -> frozenset[str]:
        """Return the regions that no stand-in may press, stretch or load."""
        reports = [each for each in self._conditions if each.question is None]
        sore = frozenset[str]().union(*(each.regions for each in reports))
        why = self._aside.why.get(original.slug)
        put_away = why is not None and why.by == "day"
        if put_away or any(
            original.slug in each.movements and not each.regions for each in reports
        ):
            sore |= _regions_of(original)
        return sore

    def _equipment(self) -> set[str]:
        """Return what the programme's movements need, which the person therefore has."""
        sessions = [each for phase in self._programme.phases for each in phase.sessions]
        return {NO_EQUIPMENT} | {
            thing
            for session in [*sessions, self._programme.flare_session]
            for line in session.movements
            for thing in self._movements[line.slug].equipment
        }


def _regions_of(movement: Movement) -> frozenset[str]:
    """Return the regions that a movement presses, stretches or loads."""
    return frozenset((*movement.contact_regions, *movement.load_regions))


def _stand_in(item: PlannedItem, movement: Movement, side: SideChoice | None) -> PlannedItem:
    """Return `movement` in place of `item`, in its easier version."""
    easier = easier_dose(movement.dose, movement.easier.dose)
    return replace(
        item,
        slug=movement.slug,
        dose=movement.dose,
        easier_dose=evened(easier) if movement.sides == "alternating" else easier,
        side=(side or "both") if movement.sides == "left_right" else None,
        note="",
        softened=True,
    )
