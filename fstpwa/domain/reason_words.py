"""What a rule is called for people, and the numbers that a decision rests on, in words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fstpwa.domain.adaptation import Adaptation, Reason
from fstpwa.domain.movement import Movement
from fstpwa.domain.put_away import A_MOVEMENT

TITLES: Mapping[str, str] = {
    "next_morning_2_twice_or_red": "A sore morning twice, or a session that was too much",
    "next_morning_3_or_48h": "Much worse the next morning",
    "next_morning_3_twice": "Much worse the next morning, twice",
    "median_up_2": "Your usual ratings went up",
    "flare": "A flare",
    "flare_ladder": "On the way back from a flare",
    "two_flares": "Two flares in six weeks",
    "missed_8": "Back after a break",
    "missed_21": "Back after a long break",
    "first_step_up": "First steps hurt more",
    "first_step_up_twice": "First steps hurt more, twice",
    "raise_pain": "Heel raises hurt",
    "no_change_6_weeks": "No change in six weeks",
    "night_pain": "Woken by pain",
    "fall": "A fall",
    "near_misses": "Near-falls",
    "new_symptom": "Something new",
    "good_day_same_dose": "A good day",
    "part_growth": "A new part grows",
    "put_away": "A movement put away",
    "too_much": "A movement was too much",
    "kept_usual": "You kept the usual",
    "step": "A step on",
    "restart": "From the first part again",
    "assigned": "Given by your therapist",
}
"""Rule -> its name. A rule may name a movement behind a colon: "put_away:neck-turns"."""


def title_of(rule: str) -> str:
    """Return what a rule is called; one that came after these words, by its id."""
    name = rule.split(":", maxsplit=1)[0]
    return TITLES.get(name, name.replace("_", " ").capitalize())


def named(found: Adaptation, movements: Mapping[str, Movement]) -> Adaptation:
    """Return an adaptation whose sentences name the movement that they are about.

    The rules know movements by their slug only.
    """
    reasons = tuple(_named(each, movements) for each in found.reasons)
    return replace(found, reasons=reasons)


def _named(reason: Reason, movements: Mapping[str, Movement]) -> Reason:
    movement = movements.get(reason.facts.get("movement", ""))
    if movement is None or not reason.sentence.startswith(A_MOVEMENT):
        return reason
    return replace(reason, sentence=movement.name + reason.sentence.removeprefix(A_MOVEMENT))


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """Return the numbers that a decision rests on, in a short sentence; empty without any."""
    for keys, words in _SENTENCES.items():
        if all(facts.get(key) is not None for key in keys):
            return words(facts)
    return ""


def _rises(facts: Mapping[str, Any]) -> str:
    rises = [f"{rise:g}" for rise in facts["rises"]]
    return f"Up by {' and '.join(rises)} the morning after."


def _worst(facts: Mapping[str, Any]) -> str:
    usual = facts.get("usual_pain")
    beside = f"; your usual was {usual:g}" if usual is not None else ""
    return f"The worst pain was {facts['worst_pain']}{beside}."


def _from_to(facts: Mapping[str, Any]) -> str:
    what = {"pain": "pain", "fatigue": "tiredness", "stiffness": "stiffness"}
    name = what.get(facts.get("measure", ""), "first-step pain")
    return f"Your usual {name}: {facts['from']:g} before, {facts['to']:g} now."


_SENTENCES: Mapping[tuple[str, ...], Callable[[Mapping[str, Any]], str]] = {
    ("rises",): _rises,
    ("worst_pain",): _worst,
    ("from", "to"): _from_to,
    ("hours",): lambda facts: f"Not settled after {facts['hours']} hours.",
    ("days_away",): lambda facts: f"{facts['days_away']} days without a session.",
    ("flares", "days"): lambda facts: f"{facts['flares']} flares within {facts['days']} days.",
    ("near_falls",): lambda facts: f"{facts['near_falls']} near-falls in a week.",
    ("nights",): lambda facts: f"{facts['nights']} nights in a row.",
    ("days_near_usual", "days_needed"): lambda facts: (
        f"{facts['days_near_usual']} of {facts['days_needed']} days near usual so far."
    ),
    ("minutes_before", "minutes_now", "minutes_full"): lambda facts: (
        f"About {facts['minutes_before']} minutes a week before, {facts['minutes_now']} now, "
        f"{facts['minutes_full']} in full."
    ),
    ("dose_share", "step", "of"): lambda facts: (
        f"Step {facts['step']} of {facts['of']}: {facts['dose_share']:.0%} of the dose."
    ),
}
"""Which facts are said how; the first line whose facts are all there is taken."""
