"""What a rule is called for people, and the numbers it rests on, in words."""

from collections.abc import Callable, Mapping
from typing import Any

TITLES: Mapping[str, str] = {
    "next_morning_2_twice_or_red": "A sore morning twice, or a session that was too much",
    "next_morning_3_or_48h": "Much worse the next morning",
    "next_morning_3_twice": "Much worse the next morning, twice",
    "median_up_2": "Your usual ratings went up",
    "flare": "A flare",
    "flare_ladder": "After a flare",
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
    "put_away": "A movement put away",
    "too_much": "A movement was too much",
    "kept_usual": "You kept the usual",
    "worst_third": "Hard days",
    "low_energy": "Less energy than usual",
    "newer_version": "A newer version of your programme",
    "step": "A step on",
    "restart": "From the first part again",
}
"""Rule -> its name. A rule may have a detail behind a colon: "put_away:neck-turns"."""

_WORDS: Mapping[str, Callable[[Any], str]] = {
    "rise": lambda value: f"up by {value}",
    "days_away": lambda value: f"{value} days away",
}


def title_of(rule: str) -> str:
    """Return what a rule is called: the content's id, or one of ours, with or without a detail."""
    name = rule.split(":", maxsplit=1)[0]
    return TITLES.get(name, name.replace("_", " ").capitalize())


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """Return the numbers that a decision rests on, in a short line; empty without any."""
    said = [_WORDS[key](value) for key, value in facts.items() if key in _WORDS]
    line = ", ".join(each for each in said if each)
    return f"{line[0].upper()}{line[1:]}." if line else ""
