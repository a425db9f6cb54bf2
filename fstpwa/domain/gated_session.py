"""The safety gate applied to a planned session and to a whole programme, then what is put aside.

Source of every rule: content/safety/area_flag_rules (effects.yaml) and movements' flag lists;
substitutes are our own design. What counts of the answers is worked out in domain/standing.py,
what that leaves of one movement in domain/safety.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fstpwa.domain.dose import Dose, Side, SideChoice, easier_dose, evened
from fstpwa.domain.movement import Movement
from fstpwa.domain.programme import Programme, SessionTemplate
from fstpwa.domain.put_aside import NOTHING_ASIDE, PutAside, WhyAside
from fstpwa.domain.safety import SIDES, Availability, Verdict, availability, sides_of
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition
from fstpwa.domain.substitutes import Substitutes


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A movement, or one side of it, that is not done."""

    slug: str
    verdict: Verdict
    """HIDDEN or LOCKED; less only where it is put aside and the answers leave it."""
    side: Side | None
    """Only this side is left out and the other one stays; None if nothing of it is left."""
    because: tuple[Condition, ...]
    """What hides or locks it, strongest first; nothing where it is put aside."""
    aside: WhyAside | None = None
    """Why it is put aside, although the answers leave it."""
    instead: str | None = None
    """Slug of the movement that stands in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softened:
    """A movement that is done in its easier version only."""

    slug: str
    because: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatedSession:
    """A session with nothing in it that is hidden, locked or put aside."""

    items: tuple[PlannedItem, ...]
    """Empty if nothing is left; ids and priorities are those of the planned items."""
    left_out: tuple[LeftOut, ...]
    softened: tuple[Softened, ...]
    """Of the planned movements; substitutes always play in their easier version."""
    has_core: bool
    """Whether a core movement is left, or there was none to lose and something is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeLeft:
    """What the answers leave of a programme: each movement of its phases counts once."""

    left: int
    """Movements of which at least one side can be done."""
    of: int
    easier: int
    """How many of those left are done in their easier version on every side that is left."""
    out: tuple[LeftOut, ...]
    """Those of which nothing is left, in the order of the programme."""
    one_side: tuple[LeftOut, ...]
    """Those that are left on one side only."""
    aside: tuple[LeftOut, ...]
    """Those that the answers leave and that are put aside, in the order of the programme."""
    sessions_without_core: tuple[tuple[str, str], ...]
    """(phase id, session id) of each session that lost all its core movements."""


def gated(
    items: Sequence[PlannedItem],
    conditions: Iterable[Condition],
    programme: Programme,
    movements: Mapping[str, Movement],
    aside: PutAside = NOTHING_ASIDE,
) -> GatedSession:
    """Return a planned session as it may be done now.

    What is hidden or locked is taken out, on one side where the other may go alone. What is
    done in an easier version is marked softened; a movement is softened as a whole, also when
    the flag lies on one of the two sides that are done. What is left and put aside is taken out
    next, as a whole: safety comes first, and its reason stays. A movement that is wholly out is
    replaced where the content has a fitting one (see `Substitutes`). Locks of the whole plan
    are not looked at: where they lead is decided before a session is opened at all.

    Args:
        items: what was planned, however long ago.
        conditions: what holds today (`Standing.conditions`).
        programme: the one the session belongs to: what a substitute must serve.
        movements: the library by slug; KeyError if an item's movement is not in it.
        aside: what is not done although the answers leave it, and what is liked.
    """
    conditions = tuple(conditions)
    substitutes = Substitutes(
        programme, movements, conditions, {item.slug for item in items}, aside
    )
    kept: list[PlannedItem] = []
    left_out: list[LeftOut] = []
    softened: list[Softened] = []
    for item in items:
        gate = _Gate(movements[item.slug], conditions)
        fitted = gate.fitted(item)
        if fitted is None:
            fitted = substitutes.take(item)
            left_out.append(gate.all_out(item, fitted))
        elif (why := aside.why.get(item.slug)) is not None:
            fitted = substitutes.take(item)
            left_out.append(gate.put_aside(why, fitted))
        else:
            left_out += gate.one_side_out(item, fitted)
            softened += gate.softened(fitted)
        kept += [fitted] if fitted is not None else []
    return GatedSession(
        items=_with_level_changes(kept, movements),
        left_out=tuple(left_out),
        softened=tuple(softened),
        has_core=_has_core(kept, items),
    )


def programme_left(
    programme: Programme,
    conditions: Iterable[Condition],
    movements: Mapping[str, Movement],
    aside: PutAside = NOTHING_ASIDE,
) -> ProgrammeLeft:
    """Return what `conditions` leave of a programme, substitutes not counted.

    Its flare-day session is not counted, and locks of the whole plan are not looked at: this
    says what there would be to do once they are lifted. What is put aside of it counts as left
    and is named besides.

    Source of the counting: the availability table of the clinical content.
    """
    conditions = tuple(conditions)
    sessions = [(phase, each) for phase in programme.phases for each in phase.sessions]
    slugs = dict.fromkeys(line.slug for _, session in sessions for line in session.movements)
    gates = {slug: _Gate(movements[slug], conditions) for slug in slugs}
    found = {slug: gate.availability for slug, gate in gates.items()}
    left = [slug for slug in slugs if found[slug].is_left]
    return ProgrammeLeft(
        left=len(left),
        of=len(slugs),
        easier=sum(found[slug].best == Verdict.EASIER for slug in left),
        out=tuple(gates[slug].out(SIDES) for slug in slugs if not found[slug].is_left),
        one_side=tuple(
            gates[slug].out((side,), only=side)
            for slug in left
            for side in SIDES
            if not _may(found[slug], side)
        ),
        aside=tuple(
            gates[slug].put_aside(aside.why[slug], None) for slug in left if slug in aside.why
        ),
        sessions_without_core=tuple(
            (phase.id, session.id) for phase, session in sessions if _lost_core(session, found)
        ),
    )


class _Gate:
    """What the conditions leave of one movement, and what is to be said about it."""

    def __init__(self, movement: Movement, conditions: tuple[Condition, ...]) -> None:
        self.movement = movement
        self.availability = availability(movement, conditions)

    def fitted(self, item: PlannedItem) -> PlannedItem | None:
        """Return the item with the sides that may be done, None if there are none."""
        sides = [side for side in sides_of(item.side) if _may(self.availability, side)]
        if not sides:
            return None
        softened = any(self.availability.on(side) == Verdict.EASIER for side in sides)
        side: SideChoice | None = item.side
        if len(sides) < len(sides_of(item.side)):
            side = sides[0]
        least = self._least(item) if softened else item.easier_dose
        return replace(item, side=side, softened=item.softened or softened, easier_dose=least)

    def _least(self, item: PlannedItem) -> Dose:
        """Return the easier dose, no more than the library's: prescribed, it may be more."""
        library = self.movement.easier.dose
        if item.easier_dose.mode != library.mode:
            return item.easier_dose
        least = easier_dose(item.easier_dose, library)
        return evened(least) if self.movement.sides == "alternating" else least

    def all_out(self, item: PlannedItem, substitute: PlannedItem | None) -> LeftOut:
        """Return the whole item as left out."""
        instead = substitute.slug if substitute is not None else None
        return replace(self.out(sides_of(item.side)), instead=instead)

    def put_aside(self, why: WhyAside, substitute: PlannedItem | None) -> LeftOut:
        """Return the movement as left out, although the answers leave it."""
        return LeftOut(
            slug=self.movement.slug,
            verdict=self.availability.best,
            side=None,
            because=(),
            aside=why,
            instead=substitute.slug if substitute is not None else None,
        )

    def one_side_out(self, item: PlannedItem, fitted: PlannedItem) -> list[LeftOut]:
        """Return the side of the item that was taken out, if one was."""
        gone = set(sides_of(item.side)) - set(sides_of(fitted.side))
        return [self.out((side,), only=side) for side in gone]

    def softened(self, fitted: PlannedItem) -> list[Softened]:
        """Return the item as softened, if it is."""
        sides = sides_of(fitted.side)
        because = self._because(sides, Verdict.EASIER, Verdict.EASIER)
        return [Softened(slug=fitted.slug, because=because)] if because else []

    def out(self, sides: Sequence[Side], *, only: Side | None = None) -> LeftOut:
        """Return the movement as left out on `sides`, for the reasons there."""
        return LeftOut(
            slug=self.movement.slug,
            verdict=max(self.availability.on(side) for side in sides),
            side=only,
            because=self._because(sides, Verdict.LOCKED, Verdict.HIDDEN),
        )

    def _because(
        self, sides: Sequence[Side], least: Verdict, most: Verdict
    ) -> tuple[Condition, ...]:
        """Return the conditions that by themselves do between `least` and `most` on a side."""
        alone = [(each, availability(self.movement, (each,))) for each in self.availability.because]
        return tuple(
            condition
            for condition, does in alone
            if any(least <= does.on(side) <= most for side in sides)
        )


def _may(found: Availability, side: Side) -> bool:
    return found.on(side) <= Verdict.EASIER


def _with_level_changes(
    items: Sequence[PlannedItem], movements: Mapping[str, Movement]
) -> tuple[PlannedItem, ...]:
    """Return the items knowing anew when one gets down to the floor or up again."""
    found: list[PlannedItem] = []
    low = False
    for item in items:
        needs_floor = movements[item.slug].floor_or_bed_needed
        found.append(replace(item, changes_level=needs_floor != low))
        low = needs_floor
    return tuple(found)


def _has_core(kept: Sequence[PlannedItem], planned: Sequence[PlannedItem]) -> bool:
    if any(item.priority == "core" for item in kept):
        return True
    return bool(kept) and all(item.priority != "core" for item in planned)


def _lost_core(session: SessionTemplate, found: Mapping[str, Availability]) -> bool:
    core = [line.slug for line in session.movements if line.priority == "core"]
    return bool(core) and not any(found[slug].is_left for slug in core)
