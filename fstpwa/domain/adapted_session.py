"""An easing laid on a planned session: never a dose above the prescribed one, never a new movement.

Source of what each easing means: programmes.yaml, `step_back` and general.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fstpwa.domain.adaptation import Easing
from fstpwa.domain.dose import Dose, apply_overrides, easier_dose, evened, ramped
from fstpwa.domain.movement import Movement
from fstpwa.domain.programme import Phase, Programme
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.timeline import DEFAULT_PACE, Pace
from fstpwa.domain.variants import cut, usual_s

BOTH_HANDS = "Both hands on something steady."


def adapted(
    items: Iterable[PlannedItem],
    easing: Easing,
    *,
    template: str,
    programme: Programme,
    movements: Mapping[str, Movement],
    pace: Pace = DEFAULT_PACE,
) -> tuple[PlannedItem, ...]:
    """Return the movements of a planned session as an easing leaves them, in order.

    Empty where only the flare-day session is done, or nothing. What is put away by name stays in
    here: the gate takes it out, where another may stand in (domain/gated_session.py).

    Args:
        items: as prescribed.
        easing: what acts on the day.
        template: id of the session in its phase.
        programme: the one that is followed.
        movements: the library by slug.
        pace: the times around the work, for shares of a session's time.
    """
    if easing.only_template not in (None, template):
        easing = Easing(
            movements_easier=easing.movements_easier,
            movements_away=easing.movements_away,
            both_hands=easing.both_hands,
        )
    if easing.session in ("flare", "none"):
        return ()
    earlier = (
        _doses_of(programme.phase(easing.phase_doses), movements) if easing.phase_doses else None
    )
    found = [_eased(item, easing, earlier, movements[item.slug]) for item in items]
    if easing.time_share < 1 and found:
        most_s = int(usual_s(found, movements, pace) * easing.time_share)
        found = cut(found, most_s, movements, pace)
    return with_both_hands(found, easing, movements)


def with_both_hands(
    items: Iterable[PlannedItem], easing: Easing, movements: Mapping[str, Movement]
) -> tuple[PlannedItem, ...]:
    """Return the items, each balance movement with the note to hold on, where an easing asks it."""
    return tuple(
        replace(item, note=f"{item.note} {BOTH_HANDS}".strip())
        if easing.both_hands
        and movements[item.slug].kind == "balance"
        and BOTH_HANDS not in item.note
        else item
        for item in items
    )


def adapted_flare(
    items: Sequence[PlannedItem],
    flare_items: Sequence[PlannedItem],
    easing: Easing,
    *,
    movements: Mapping[str, Movement],
    pace: Pace = DEFAULT_PACE,
) -> tuple[PlannedItem, ...]:
    """Return the flare-day movements that a session has on the day of an easing, in order.

    On a flare day nothing gets longer: a break that is shorter than the flare-day session rests
    instead of becoming one. Source: content.md E.2, "one tap to shorten"; our own rule (E).

    Args:
        items: the session as prescribed.
        flare_items: its flare-day version as prescribed.
        easing: what acts on the day.
        movements: the library by slug.
        pace: the times around the work.
    """
    if easing.session == "none":
        return ()
    found = tuple(
        replace(item, softened=item.softened or item.slug in easing.movements_easier)
        for item in flare_items
    )
    if easing.session == "flare":
        played = [replace(each, softened=each.easier_dose != each.dose) for each in found]
        if usual_s(played, movements, pace) > usual_s(items, movements, pace):
            return ()
    return found


def _eased(
    item: PlannedItem, easing: Easing, earlier: Mapping[str, Dose] | None, movement: Movement
) -> PlannedItem:
    alternating = movement.sides == "alternating"
    softened = item.softened or easing.session == "easier" or item.slug in easing.movements_easier
    dose = item.dose
    if earlier is not None:
        before = earlier.get(item.slug)
        softened = softened or before is None
        dose = easier_dose(dose, before) if before is not None else dose
    if easing.sets_less:
        softened = softened or dose.sets <= easing.sets_less
        dose = dose.with_changes(sets=max(1, dose.sets - easing.sets_less))
    if easing.dose_share < 1:
        dose = ramped(dose, easing.dose_share, alternating=alternating)
    easier = easier_dose(item.easier_dose, dose)
    return replace(
        item,
        dose=evened(dose) if alternating else dose,
        easier_dose=evened(easier) if alternating else easier,
        softened=softened,
    )


def _doses_of(phase: Phase, movements: Mapping[str, Movement]) -> dict[str, Dose]:
    """Return the smallest dose that a phase has of each movement."""
    found: dict[str, Dose] = {}
    for session in phase.sessions:
        for line in session.movements:
            dose = apply_overrides(movements[line.slug].dose, line)
            before = found.get(line.slug)
            found[line.slug] = easier_dose(dose, before) if before is not None else dose
    return found
