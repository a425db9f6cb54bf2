"""The fields of what a programme asks after its sessions (services/programme_asks.py)."""

from collections.abc import Mapping
from typing import Any, cast

from wtforms import Field, Form, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm

from fstpwa.blueprints.number_fields import WholeNumberField
from fstpwa.content import library
from fstpwa.domain.practice_history import Support
from fstpwa.domain.session_changes import LONGEST_HELD_S, Held, NearFalls
from fstpwa.services.programme_asks import Asked

SUPPORT_CHOICES: Mapping[Support, str] = {
    "both_hands": "Both hands",
    "one_hand": "One hand",
    "fingertips": "Fingertips",
    "none": "Nothing",
}
NEAR_FALL_CHOICES: Mapping[NearFalls, str] = {"0": "None", "1": "One", "2": "More than one"}
NOT_OFFERED = "Choose from the answers that are offered."
NEAR_FALLS = "near_falls"


class HeldField(WholeNumberField):
    """Seconds that a stance was held, 0-600."""

    def __init__(self, label: str = "", **settings: Any) -> None:
        super().__init__(label, measure="", **settings)

    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest number."""
        return 0, LONGEST_HELD_S


class OfferedField(SelectField):
    """One of a few words, or nothing."""

    def __init__(self, label: str, words: Mapping[str, str], **settings: Any) -> None:
        choices = [SelectChoice(value, said) for value, said in words.items()]
        super().__init__(label, choices=choices, validate_choice=False, **settings)
        self.words = words

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, which is shown beside it."""
        super().process_formdata(valuelist)
        self.data = self.data or None
        if self.data is not None and self.data not in self.words:
            raise ValueError(NOT_OFFERED)


class SupportField(OfferedField):
    """What was held on to; it has to be said with how long."""

    def __init__(self, label: str, *, held: str, **settings: Any) -> None:
        super().__init__(label, cast("Mapping[str, str]", SUPPORT_CHOICES), **settings)
        self.held = held

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:  # noqa: ARG002, FBT001 - its parent's
        """Say which of the two is missing. Raises ValueError."""
        seconds = form[self.held]
        if not seconds.errors and (seconds.data is None) != (self.data is None):
            self.errors = (*self.errors, "Say both: how long, and what you held on to.")


def fields(asked: Asked, near_falls: NearFalls | None) -> dict[str, Field]:
    """Return the fields of what is asked after one session, opened with what is stored."""
    movements = library().movements
    found: dict[str, Field] = {}
    for position, done in asked.stances.items():
        name = movements[done.slug].name if done.slug in movements else done.slug
        held, support = _names(position)
        found[held] = HeldField(f"{name}: how many seconds could you hold it?", default=done.held_s)
        found[support] = SupportField(
            "What did you hold on to?", held=held, default=done.support or None
        )
    if asked.near_falls:
        found[NEAR_FALLS] = OfferedField(
            "Any near-falls since the last time?",
            cast("Mapping[str, str]", NEAR_FALL_CHOICES),
            default=near_falls,
        )
    return found


def of_form(form: Form, asked: Asked) -> list[tuple[Field, Field]]:
    """Return the two fields of each stance, in order."""
    pairs = [_names(position) for position in asked.stances]
    return [(form[held], form[support]) for held, support in pairs]


def stances_in(form: Form, asked: Asked) -> dict[int, Held]:
    """Return what was said of the stances, by position. Call only when the form is valid."""
    return {
        position: Held(seconds=seconds.data, support=support.data)
        for position, (seconds, support) in zip(asked.stances, of_form(form, asked), strict=True)
        if seconds.raw_data
    }


def near_falls_in(form: Form, asked: Asked) -> NearFalls | None:
    """Return how many near-falls were told; None where it was not asked, or not said."""
    near = form[NEAR_FALLS] if asked.near_falls else None
    return near.data if near and near.raw_data else None


def _names(position: int) -> tuple[str, str]:
    return f"held_{position}", f"support_{position}"
