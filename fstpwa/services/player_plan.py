"""What the player needs to lead a planned session without asking the server again.

Everything here takes what the gate leaves of a session (services/gate.py), never the stored one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from fstpwa.content import library
from fstpwa.domain import variants as ways
from fstpwa.domain.after_session import KIND_OF_STOP, StopReason
from fstpwa.domain.cautions import SAID_ONCE, risk_messages
from fstpwa.domain.movement import Movement, MovementSides
from fstpwa.domain.pain_before import pain_before
from fstpwa.domain.pain_zone import red_from
from fstpwa.domain.session import PlannedItem, Variant
from fstpwa.domain.timeline import CLOSING, DEFAULT_PACE, Block, Pace, minutes, pacer
from fstpwa.models.people import User
from fstpwa.services.figures import figure_of, in_words
from fstpwa.services.gate import PlayableSession
from fstpwa.services.pain_base import base_on
from fstpwa.services.people import pace_of
from fstpwa.services.programme_versions import of_session
from fstpwa.services.voices import voices

SCHEMA = 2
Items = tuple[PlannedItem, ...]
STAMP_LETTERS = 16
TURNS: Mapping[MovementSides, str] = {
    "left_right": "all",
    "alternating": "still",
    "bilateral": "none",
}
"""What of a movement's pictures is turned round on the right side."""


def variants_of(playable: PlayableSession, pace: Pace) -> tuple[Variant, ...]:
    """Return the ways to do a session, the usual first. Every total shown comes from here.

    Where the gate left nothing of the usual session, only the flare-day version may be left;
    where it left nothing at all, there is no way.
    """
    return ways.variants(playable.usual.items, playable.flare.items, library().movements, pace)


def usual_minutes(playable: PlayableSession, pace: Pace) -> int:
    """Return the minutes of the first variant, 0 where nothing is left."""
    items = playable.usual.items or playable.flare.items
    return minutes(ways.usual_s(items, library().movements, pace)) if items else 0


def movements_of(playable: PlayableSession) -> tuple[Movement, ...]:
    """Return the movements of the first variant, in order."""
    items = playable.usual.items or playable.flare.items
    return tuple(library().movements[item.slug] for item in items)


def equipment_of(playable: PlayableSession) -> tuple[str, ...]:
    """Return the labels of what a session needs, each once, without 'none'."""
    return tuple(_equipment(movements_of(playable)))


def player_plan(playable: PlayableSession, user: User, *, log_url: str) -> dict[str, Any]:
    """Return everything the phone plays: items with their cues, variants, advice.

    The phone selects, joins and plays; it never computes a dose. Durations in seconds.
    """
    session = playable.session
    return {
        "user": str(user.public_id),
        "session": str(session.id),
        "name": session.name,
        "programme": of_session(session).name,
        "log_url": log_url,
        **_played(playable.usual.items, playable.flare.items, pace_of(user)),
    }


def preview_plan(
    user: User, name: str, items: Items, flare_items: Items, *, today: date
) -> dict[str, Any]:
    """Return what the player needs to show a routine to whoever built it, at the usual pace.

    It belongs to no planned session: the phone keeps nothing of it and sends nothing.

    Args:
        user: who looks at it.
        name: of the routine.
        items: its movements, not gated; at least one.
        flare_items: those of its flare-day session; may be none.
        today: their own calendar day.
    """
    return {
        "user": str(user.public_id),
        "session": "preview",
        "name": name,
        "programme": "",
        "log_url": "",
        **_played(items, flare_items, DEFAULT_PACE),
        "preview": True,
        "stamp": "",
        "day": today.isoformat(),
        "zone": user.time_zone,
    }


def _played(items: Items, flare_items: Items, pace: Pace) -> dict[str, Any]:
    """Return what is played of some movements, and all that is said and shown with it."""
    offered = ways.variants(items, flare_items, library().movements, pace)
    return {
        "schema": SCHEMA,
        "pace": {
            "get_ready_s": pace.get_ready_s,
            "transition_s": pace.transition_s,
            "least_rest_s": pace.least_rest_s,
        },
        "items": _items(items, pace) + _items(flare_items, pace),
        "variants": [_variant(variant) for variant in offered],
        "stop_advice": _stop_advice(),
        "closing": CLOSING,
        "voices": [
            {"name": voice.name, "label": voice.label, "manifest": voice.manifest}
            for voice in voices()
        ],
    }


def stamped(plan: Mapping[str, Any], user: User, today: date) -> dict[str, Any]:
    """Return a plan with its day, what pain before and in it means on that day, and its stamp.

    By the stamp an old page is known; how much pain is usual does not make one old.

    Args:
        plan: of `player_plan`.
        user: whose plan it is; the phone reckons the day in their time zone.
        today: their own calendar day.
    """
    # Another drawing of a movement does not make a page old, nor does another recording.
    items = [{**item, "figure": None} for item in plan["items"]]
    content = json.dumps([today.isoformat(), items, plan["variants"]], sort_keys=True)
    stamp = sha256(content.encode()).hexdigest()[:STAMP_LETTERS]
    offered = [each["name"] for each in plan["variants"]]
    base = base_on(user.id, today)
    return {
        **plan,
        "pain_before": asdict(pain_before(base, offered)),
        "red_from": red_from(base),
        "stamp": stamp,
        "day": today.isoformat(),
        "zone": user.time_zone,
    }


def _items(items: Items, pace: Pace) -> list[dict[str, Any]]:
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
        "equipment": _equipment((movement,)),
        "position": words.positions[movement.position],
        "warnings": _warnings(movement),
        "start_position": movement.start_position,
        "steps": list(movement.steps),
        "feel": movement.feel_it_here,
        "breathing": movement.breathing,
        "cautions": movement.cautions,
        "how_easier": movement.easier.how,
        "pacer": pacer(movement),
        "figure": _figure(movement),
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
                "say": [[line.at_s, line.text, line.on_time] for line in cue.say],
            }
            for cue in block.cues
        ],
    }


def _figure(movement: Movement) -> dict[str, Any] | None:
    """Return a movement's pictures, and what of them is turned round for the right side.

    One that changes sides shows both in motion, so that only its still is turned.
    """
    figure = figure_of(movement.slug)
    if figure is None:
        return None
    return {
        "still_avif": figure.still_avif,
        "still_webp": figure.still_webp,
        "anim": figure.motion,
        "alt": in_words(movement),
        "turns": TURNS[movement.sides],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "name": variant.name,
        "label": ways.label(variant),
        "minutes": minutes(variant.total_s),
        "total_s": variant.total_s,
        "parts": [[part.item, part.easier] for part in variant.parts],
    }


def _equipment(movements: Iterable[Movement]) -> list[str]:
    labels = library().vocabularies.equipment
    codes = [code for movement in movements for code in movement.equipment]
    return [labels[code] for code in dict.fromkeys(codes) if code != "none"]


def _warnings(movement: Movement) -> list[dict[str, Any]]:
    """Return the safety messages before a movement; some are said once a session."""
    messages = library().safety.messages
    return [
        {"text": messages[name].text, "once": name in SAID_ONCE} for name in risk_messages(movement)
    ]


def _stop_advice() -> dict[str, str]:
    """Return what is said after a feeling that means stopping: the content's words.

    Dizziness is not here: the page itself says when to get help.
    """
    safety = library().safety
    stops: tuple[StopReason, ...] = ("sharp", "tingling")
    advice: dict[str, str] = {"red": safety.message("post_red")}
    for stop in stops:
        advice[stop] = safety.after_session.kind(KIND_OF_STOP[stop]).say_now or advice["red"]
    return advice
