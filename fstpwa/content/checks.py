"""Checks content files against each other; each complaint names file, field and reason."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fstpwa.content.dose_checks import check_movement_doses, check_session_doses
from fstpwa.content.files import FOLDERS, ContentFiles, file_of
from fstpwa.content.movement_files import MovementFile
from fstpwa.content.programme_checks import check_programmes, check_reasons
from fstpwa.content.safety_checks import check_safety
from fstpwa.content.wording import check_wording
from fstpwa.domain.check_in import RATED_MEASURES
from fstpwa.domain.errors import BrokenContent

Problems = Iterator[BrokenContent]


def check(files: ContentFiles) -> list[BrokenContent]:
    """Return everything in `files` that does not fit together."""
    every: tuple[Callable[[ContentFiles], Problems], ...] = (
        _check_order,
        _check_vocabularies,
        _check_movements,
        check_movement_doses,
        _check_measures,
        check_programmes,
        check_reasons,
        check_session_doses,
        check_safety,
        check_wording,
    )
    return [problem for one in every for problem in one(files)]


def _check_order(files: ContentFiles) -> Problems:
    """Yield items that order.yaml lacks, names twice or invents."""
    name = file_of("order")
    for kind in FOLDERS:
        ordered: list[str] = getattr(files.order, kind)
        existing: Mapping[str, Any] = getattr(files, kind)
        for place, item in enumerate(ordered):
            field = f"{kind}.{place}"
            if item not in existing:
                yield BrokenContent(name, field, f"there is no file for {item!r}")
            if item in ordered[:place]:
                yield BrokenContent(name, field, f"{item!r} is there twice")
        for item in existing:
            if item not in ordered:
                yield BrokenContent(name, kind, f"{item!r} is missing")


def _check_vocabularies(files: ContentFiles) -> Problems:
    """Yield health flags without a file, or with another label there."""
    name = file_of("vocabularies")
    flags = files.vocabularies.health_flags
    for flag, label in flags.items():
        if flag not in files.flags:
            yield BrokenContent(name, f"health_flags.{flag}", "there is no flag file for it")
        elif files.flags[flag].label != label:
            yield BrokenContent(
                name, f"health_flags.{flag}", "differs from the label in the flag's file"
            )
    for flag in files.flags:
        if flag not in flags:
            yield BrokenContent(
                file_of("flags", flag), "id", f"{flag!r} is not in the vocabulary health_flags"
            )


def _vocabulary_of(files: ContentFiles) -> dict[str, Mapping[Any, str]]:
    words = files.vocabularies
    return {
        "kind": words.kinds,
        "regions": words.body_regions,
        "contact_regions": words.body_regions,
        "load_regions": words.body_regions,
        "fascial_line": words.fascial_lines,
        "planes": words.planes,
        "joints": words.joints,
        "position": words.positions,
        "equipment": words.equipment,
        "sides": words.sides,
        "stop_if": words.health_flags,
        "ask_first_if": words.health_flags,
        "modify_if": words.health_flags,
        "serves": words.conditions,
        "fst_elements": words.fst_elements,
    }


def _check_movements(files: ContentFiles) -> Problems:
    vocabulary = _vocabulary_of(files)
    for slug, movement in files.movements.items():
        name = file_of("movements", slug)
        for field, allowed in vocabulary.items():
            yield from _check_codes(name, field, getattr(movement, field), allowed)
        yield from _check_evidence(files, name, movement)
        yield from _check_flag_lists(files, name, movement)
        yield from _check_easier(files, name, movement)
        if movement.other_side_ok and movement.sides != "left_right":
            yield BrokenContent(name, "other_side_ok", "only a left_right movement can have it")
        if "none" in movement.equipment and len(movement.equipment) > 1:
            yield BrokenContent(name, "equipment", "'none' stands alone or not at all")


def _check_codes(name: str, field: str, value: Any, allowed: Mapping[Any, str]) -> Problems:
    several = isinstance(value, list)
    codes = value if several else [value]
    for place, code in enumerate(codes):
        where = f"{field}.{place}" if several else field
        if code not in allowed:
            yield BrokenContent(name, where, f"{code!r} is not in the vocabulary")
        elif code in codes[:place]:
            yield BrokenContent(name, where, f"{code!r} is there twice")


def _check_evidence(files: ContentFiles, name: str, movement: MovementFile) -> Problems:
    evidence = movement.evidence
    if evidence.level not in files.vocabularies.evidence_levels:
        yield BrokenContent(name, "evidence.level", f"{evidence.level!r} is not in the vocabulary")
    for place, source in enumerate(evidence.sources):
        if source not in files.sources.root:
            yield BrokenContent(
                name, f"evidence.sources.{place}", f"{source!r} is not in sources.yaml"
            )


def _check_flag_lists(files: ContentFiles, name: str, movement: MovementFile) -> Problems:
    """Yield flags in a second list: across the library a flag leaves out or asks first (A.1)."""
    named: set[str] = set()
    for field in ("stop_if", "ask_first_if", "modify_if"):
        for place, flag in enumerate(getattr(movement, field)):
            where = f"{field}.{place}"
            if flag in named:
                yield BrokenContent(name, where, f"{flag!r} is in another list as well")
            named.add(flag)
            known = files.flags.get(flag)
            if known and field != "modify_if" and known.list_used != field:
                reason = f"{flag!r} belongs to {known.list_used} in the whole library"
                yield BrokenContent(name, where, reason)


def _check_easier(files: ContentFiles, name: str, movement: MovementFile) -> Problems:
    instead = movement.easier.instead
    field = "easier.instead"
    if instead is None:
        return
    if instead == movement.slug:
        yield BrokenContent(name, field, "is the movement itself")
    elif instead not in files.movements:
        yield BrokenContent(name, field, f"there is no movement {instead!r}")
    elif files.movements[instead].retired and not movement.retired:
        yield BrokenContent(name, field, f"{instead!r} is retired")


def _check_measures(files: ContentFiles) -> Problems:
    for slug, measure in files.measures.items():
        name = file_of("measures", slug)
        if measure.licence not in files.measure_rules.licence_status:
            yield BrokenContent(
                name, "licence", f"{measure.licence!r} is not a licence of measure_rules.yaml"
            )
        if slug in RATED_MEASURES and measure.anchors is None:
            yield BrokenContent(
                name, "anchors", "are missing, but the check-in asks for this rating"
            )
        if measure.range[0] >= measure.range[1]:
            yield BrokenContent(name, "range", "the lowest value comes first")
