"""What the player needs to lead a planned session without asking the server again."""

from collections.abc import Mapping
from typing import Any

from fstpwa.content import library
from fstpwa.domain import variants as ways
from fstpwa.domain.dose import dose_in_words
from fstpwa.domain.movement import Movement
from fstpwa.domain.session import PlannedItem, Variant
from fstpwa.domain.timeline import Block, Pace, minutes, pacer
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession
from fstpwa.services.figures import figure_of
from fstpwa.services.people import pace_of
from fstpwa.services.planning import items_of

SCHEMA = 1

NECK_REGION = "neck"
BALANCE_KIND = "balance"
SELF_RELEASE_KIND = "self_release"

STOP_KINDS = ("sharp", "tingling_numb")


def variants_of(session: PlannedSession, pace: Pace) -> tuple[Variant, ...]:
    """Return the ways to do `session`, the usual first. Every total shown comes from here."""
    return ways.variants(
        items_of(session.items), items_of(session.flare_items), library().movements, pace
    )


def usual_minutes(session: PlannedSession, pace: Pace) -> int:
    """Return the minutes of the usual variant."""
    return minutes(ways.usual_s(items_of(session.items), library().movements, pace))


def movements_of(session: PlannedSession) -> tuple[Movement, ...]:
    """Return the movements of the usual variant, in order."""
    return tuple(library().movements[item["slug"]] for item in session.items)


def equipment_of(session: PlannedSession) -> tuple[str, ...]:
    """Return the labels of what `session` needs, each once, without 'none'."""
    labels = library().vocabularies.equipment
    codes = [code for movement in movements_of(session) for code in movement.equipment]
    return tuple(labels[code] for code in dict.fromkeys(codes) if code != "none")


def player_plan(session: PlannedSession, user: User, *, log_url: str) -> dict[str, Any]:
    """Return everything the phone plays: items with their cues, variants, advice.

    The phone selects, joins and plays; it never computes a dose. Durations in seconds.
    """
    pace = pace_of(user)
    items = items_of(session.items)
    flare_items = items_of(session.flare_items)
    return {
        "schema": SCHEMA,
        "user": str(user.public_id),
        "session": str(session.id),
        "name": session.name,
        "programme": library().programmes[session.programme].name,
        "log_url": log_url,
        "pace": {
            "get_ready_s": pace.get_ready_s,
            "transition_s": pace.transition_s,
            "least_rest_s": pace.least_rest_s,
        },
        "items": _items(items, pace) + _items(flare_items, pace),
        "variants": [_variant(variant) for variant in variants_of(session, pace)],
        "stop_advice": _stop_advice(user),
        "emergency_number": library().safety.emergency_numbers.number_for(user.country or None),
    }


def warning_of(movement: Movement) -> str | None:
    """Return the content's warning before a movement that needs one, else None."""
    messages = library().safety.messages
    if movement.kind == BALANCE_KIND:
        return messages["risk_before_balance"].text
    if NECK_REGION in movement.regions or NECK_REGION in movement.load_regions:
        return messages["risk_before_neck"].text
    if movement.kind == SELF_RELEASE_KIND:
        return messages["risk_before_self_release"].text
    return None


def items_in_words(session: PlannedSession) -> list[tuple[Movement, str, str]]:
    """Return movement, dose in words and note of each item, for reading without the player."""
    movements = library().movements
    rows = []
    for item in items_of(session.items):
        movement = movements[item.slug]
        alternating = movement.sides == "alternating"
        words = dose_in_words(item.dose, side=item.side, alternating=alternating)
        rows.append((movement, words, item.note))
    return rows


def _items(items: tuple[PlannedItem, ...], pace: Pace) -> list[dict[str, Any]]:
    movements = library().movements
    return [
        _item(item, movements, pace, first=position == 0) for position, item in enumerate(items)
    ]


def _item(
    item: PlannedItem, movements: Mapping[str, Movement], pace: Pace, *, first: bool
) -> dict[str, Any]:
    movement = movements[item.slug]
    words = library().vocabularies
    usual = ways.item_block(item, movements, pace, easier=False, first=first)
    easier = ways.item_block(item, movements, pace, easier=True, first=first)
    return {
        "id": item.id,
        "slug": item.slug,
        "name": movement.name,
        "kind": movement.kind,
        "priority": item.priority,
        "note": item.note,
        "equipment": ", ".join(words.equipment[c] for c in movement.equipment if c != "none"),
        "position": words.positions[movement.position],
        "warning": warning_of(movement),
        "start_position": movement.start_position,
        "steps": list(movement.steps),
        "feel": movement.feel_it_here,
        "breathing": movement.breathing,
        "cautions": movement.cautions,
        "how_easier": movement.easier.how,
        "pacer": pacer(movement),
        "figure": _figure(item.slug),
        "usual": _block(usual),
        "easier": _block(easier),
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "duration_s": block.duration_s,
        "cues": [
            {
                "t": cue.t,
                "duration_s": cue.duration_s,
                "kind": cue.kind,
                "side": cue.side,
                "n": cue.n,
                "of": cue.of,
                "say": cue.say,
            }
            for cue in block.cues
        ],
    }


def _figure(slug: str) -> dict[str, Any] | None:
    figure = figure_of(slug)
    if figure is None:
        return None
    return {
        "still_avif": figure.still_avif,
        "still_webp": figure.still_webp,
        "anim": figure.motion,
        "mirror_side": "right",
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "name": variant.name,
        "label": ways.label(variant),
        "minutes": minutes(variant.total_s),
        "total_s": variant.total_s,
        "parts": [[part.item, part.easier] for part in variant.parts],
    }


def _stop_advice(user: User) -> dict[str, str]:
    """Return what to read out when something feels wrong: the content's words."""
    safety = library().safety
    kinds = {kind.id: kind.at_once for kind in safety.after_session.kinds}
    neck = safety.questions["em_neck_artery"]
    return {
        "sharp": kinds["sharp"],
        "tingling": kinds["tingling_numb"],
        "dizzy": f"{neck.text} If so: {safety.fill(neck.then, user.country or None)}",
        "red": safety.messages["post_red"].text,
    }
