"""What the player's page carries for a phone with no network: all that is said after a session."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import json

from fstpwa.blueprints.progress.forms import HowItWasForm
from fstpwa.content import library
from fstpwa.domain.after_session import (
    HELP_KIND,
    KIND_OF_STOP,
    LASTING_KIND,
    NOT_NAMED,
    EmergencyHelp,
    emergency_help,
)
from fstpwa.domain.pain_zone import RED_KINDS
from fstpwa.domain.pre_session import AFTER, may_be_emergency
from fstpwa.domain.safety_content import PainKind
from fstpwa.models.people import User


@dataclass(frozen=True, slots=True, kw_only=True)
class OnThePhone:
    """The questions after a session, every advice that an answer can lead to, and which leads where.

    The same as `domain.after_session.red_advice` and `domain.pain_zone.zone_with_kinds`, written
    out: the phone compares and shows, it has no rule and no word of its own.
    """

    form: HowItWasForm
    red_kinds: tuple[PainKind, ...]
    """Kinds of pain after which the day is over, in the content's order."""
    not_named: str
    red: str
    """The content's message after a red session."""
    emergency: str
    """The content's question whether it is an emergency, with the number to call."""
    help: EmergencyHelp
    tingling_words: str
    """What opens the questions about a feeling that stays; the same for the signs of danger."""
    signs_words: str
    facts: str
    """JSON for player/after.ts: which kinds are red, from which number pain is."""


def on_the_phone(user: User, red_from: Mapping[str, int]) -> OnThePhone:
    """Return what the page of a session of `user` carries.

    Args:
        user: whose session it is.
        red_from: of `domain.pain_zone.red_from`, for the session's day.
    """
    safety = library().safety
    questions = safety.after_session
    country = user.country or None
    ticks = [*(item.id for item in safety.pre_session.items), *AFTER]
    return OnThePhone(
        form=HowItWasForm(formdata=None),
        red_kinds=tuple(kind for kind in questions.kinds if kind.zone == "red"),
        not_named=NOT_NAMED,
        red=safety.message("post_red"),
        emergency=safety.message("sww_1_now", country),
        help=emergency_help(safety, country),
        tingling_words="It is still there, or something is weak",
        signs_words=AFTER["after_signs"].short,
        facts=json.dumps(
            {
                "red_kinds": sorted(RED_KINDS),
                "red_from": red_from,
                "kind_of_stop": KIND_OF_STOP,
                "help_kind": HELP_KIND,
                "lasting_kind": LASTING_KIND,
                "urgent": [each for each in ticks if may_be_emergency([each], safety)],
            }
        ),
    )
