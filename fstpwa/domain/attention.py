"""Who needs their therapist today: a group, the reasons, and a place in the list.

The four groups join two questions, "are they doing it?" and "are they worse?". They are for a
first look of one minute, and no judgement: a pause, a holiday, a flare day, a red day and a rest
day count against nobody, and nothing is said before there are seven days to look at.

Source: the brief (four groups, reasons in words); where a rule names no other source it is our own
(E). Each reason has its rule in domain/attention_reasons.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from fstpwa.domain.adherence import Kept, kept
from fstpwa.domain.attention_facts import DAY, WINDOW_DAYS, Facts
from fstpwa.domain.attention_reasons import ORDER, WEEK_DAYS, WORSE, Reason, reasons
from fstpwa.domain.statistics import BASELINE_DAYS

DOING_DAYS = 14
"""Two weeks, today included, say whether somebody is doing it now."""
DOING_SHARE = 0.5
"""Half of what was due. It is far below what would be called a full week (`FULL_SHARE`), because
two to four movements done beat ten assigned. Source: our own rule (E)."""


class Group(StrEnum):
    """How somebody is doing, at a glance; whom to look at first comes first."""

    DOING_WORSE = "doing_worse"
    NOT_DOING_WORSE = "not_doing_worse"
    NOT_DOING_FINE = "not_doing_fine"
    TOO_EARLY = "too_early"
    """Fewer than seven days to look at, or nothing planned or done in four weeks."""
    DOING_BETTER = "doing_better"
    """Doing it, and nothing says that they are worse."""
    RESTING = "resting"
    """Their plan rests today: a holiday, an illness, a pause."""
    NOT_SHARED = "not_shared"
    """They do not share sessions and check-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What a therapist is told of one client."""

    group: Group
    reasons: tuple[Reason, ...]
    """The weightiest first; none: nothing needs the therapist."""

    @property
    def rank(self) -> tuple[int | float, ...]:
        """Return what puts people in order: the smaller, the sooner they are to be looked at.

        The weightiest reason decides, then the next one; whoever has one reason more comes before
        whoever has the same without it. Then how much there is of the weightiest, then the group.
        No sum of weights: five small things never come before one that may do harm.
        """
        places = [ORDER.index(each.sign) for each in self.reasons]
        # Behind the last reason stands what is lighter than any: so more reasons come first.
        places += [len(ORDER)] * (len(ORDER) + 1 - len(places))
        size = self.reasons[0].size if self.reasons else 0
        return (*places, -size, tuple(Group).index(self.group))


def attention(facts: Facts) -> Attention:
    """Return how a client is doing, and why they may need their therapist today."""
    found = reasons(facts)
    return Attention(group=_group(facts, found), reasons=found)


def four_weeks(facts: Facts) -> Kept:
    """Return how the last four weeks were kept, today included."""
    return _kept_of(facts, WINDOW_DAYS)


def is_doing(facts: Facts) -> bool:
    """Return whether somebody does what they set out to do, by the last two weeks.

    They did half of what was due, or more; where nothing was due, nothing is amiss. Where no plan
    is seen, they practised in each of the two weeks.
    """
    if not facts.planned:
        return all(_practised_in(facts, week) for week in (0, 1))
    since = facts.today - DOING_DAYS * DAY
    lately = [each.state for each in facts.planned if each.day > since]
    # What does not count can only make less of it due: most people need no closer look.
    if lately.count("done") >= DOING_SHARE * len(lately):
        return True
    found = _kept_of(facts, DOING_DAYS)
    return found.done >= DOING_SHARE * found.due


def _group(facts: Facts, found: tuple[Reason, ...]) -> Group:
    if not facts.shares_records:
        return Group.NOT_SHARED
    if facts.is_paused:
        return Group.RESTING
    first = facts.first_day
    if first is None or (facts.today - first).days < BASELINE_DAYS:
        return Group.TOO_EARLY
    is_worse = any(each.sign in WORSE for each in found)
    if is_doing(facts):
        return Group.DOING_WORSE if is_worse else Group.DOING_BETTER
    return Group.NOT_DOING_WORSE if is_worse else Group.NOT_DOING_FINE


def _kept_of(facts: Facts, days: int) -> Kept:
    first = facts.today - (days - 1) * DAY
    return kept(facts.planned, facts.excused, first=first, last=facts.today, today=facts.today)


def _practised_in(facts: Facts, weeks_ago: int) -> bool:
    last = facts.today - weeks_ago * WEEK_DAYS * DAY
    days = [last - back * DAY for back in range(WEEK_DAYS)]
    return any(each.day in days for each in facts.sessions) or all(
        day in facts.excused for day in days
    )
