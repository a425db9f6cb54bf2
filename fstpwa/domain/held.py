"""What each thing somebody told does to their plan now: sections of a page, and a few words."""

from collections.abc import Mapping
from typing import Literal

from fstpwa.domain.standing import Condition

Section = Literal["urgent", "whole", "waits", "left_out", "gentler", "agreed", "noted"]
SECTIONS: tuple[Section, ...] = (
    "urgent",
    "whole",
    "waits",
    "left_out",
    "gentler",
    "agreed",
    "noted",
)
DOES: Mapping[Section, str] = {
    "urgent": "The whole plan waits until it is looked at.",
    "whole": "The whole plan waits for a clinician.",
    "waits": "Some movements wait for a clinician.",
    "left_out": "Some movements are left out.",
    "gentler": "Some movements are gentler.",
    "agreed": "It was agreed to: nothing waits because of it.",
}
EMERGENCY = "The whole plan is closed: this may need help now."


def section_of(condition: Condition) -> Section:
    """Return where a condition belongs. Emergencies have a page of their own."""
    if condition.whole_plan is not None:
        return "whole" if condition.whole_plan == "ask_first_lock_all" else "urgent"
    if condition.lifted:
        return "agreed"
    if condition.holds_area:
        return "left_out"
    listed = condition.flag.list_used if condition.flag else None
    if condition.movements or condition.waits or listed == "ask_first_if":
        return "waits"
    return "left_out" if listed == "stop_if" else "gentler"


def what_it_does(condition: Condition) -> str:
    """Return in words what a condition does to the plan now."""
    if condition.whole_plan == "emergency":
        return EMERGENCY
    return DOES[section_of(condition)]
