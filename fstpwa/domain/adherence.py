"""How much of what was planned was done, counted as it is fair to the person.

Source: the brief ("adherence is counted against what was planned for that day after pauses, and
shown kindly"), content.md E.2 ("flare pauses the calendar", "missed sessions simply grey", "lighter
day, not failed"). Where those are silent, our own rules (E):

* A session counts on the day it was moved to, and optional ones never count.
* Nothing that was planned in a pause, on a flare day or on a red day counts against anybody. What
  was done there all the same counts as done, but never beyond what was planned: it can make up for
  a missed session of its week, and no week is more than full.
* What is still ahead, today included, is not missed.
* A share is only said where so many sessions were planned that it means something.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fstpwa.domain.days import days_between, monday_of
from fstpwa.domain.pauses import counted, paused_in_words
from fstpwa.domain.practice_history import PlannedRecord

WEEKS = 4
"""This week and the three before it."""
LEAST_FOR_SHARE = 10
"""With fewer sessions a share says more than it knows. Source: our own rule (E)."""
FULL_SHARE = 0.75
"""With so much done nobody would call a week lighter. Source: content B.1 ("75%+ done")."""
WEEK = timedelta(days=7)
SUNDAY = timedelta(days=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """Days on which nothing counts against anybody."""

    paused: Collection[date] = frozenset()
    flares: Collection[date] = frozenset()
    held: Collection[date] = frozenset()
    """Red days."""

    def __contains__(self, day: date) -> bool:
        """Return whether nothing counts on `day`."""
        return day in self.paused or day in self.flares or day in self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was done of what was planned, in some days."""

    first: date
    last: date
    planned: int
    """Sessions that count, those still ahead included."""
    due: int
    """Of these, those whose day is over or that are done."""
    done: int
    """At most `planned`."""
    paused_days: int
    flare_days: int
    held_days: int
    """Red days; a day that is several of these counts as the first of them."""

    @property
    def is_lighter(self) -> bool:
        """Whether it was a lighter week: with flare or red days, or much left out. No failure."""
        return self.flare_days > 0 or self.held_days > 0 or self.done < FULL_SHARE * self.due

    @property
    def share(self) -> float | None:
        """The share of what was due that was done, 0-1; None where too little was due to say."""
        return min(self.done, self.due) / self.due if self.due >= LEAST_FOR_SHARE else None

    @property
    def words(self) -> str:
        """Return "4 of 5 planned sessions", with what else is to be said; never a percentage."""
        found = [
            paused_in_words(self.paused_days),
            counted(self.flare_days, "flare day") if self.flare_days else "",
            counted(self.held_days, "day of rest after a session") if self.held_days else "",
        ]
        if self.planned:
            found.insert(0, f"{self.done} of {counted(self.planned, 'planned session')}")
        return ", ".join(each for each in found if each) or "Nothing was planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """The last four weeks of a programme."""

    weeks: tuple[Kept, ...]
    """From Monday to Sunday, oldest first; the last one is the present week. None from before the
    programme began."""
    together: Kept
    """All of them."""

    @property
    def this_week(self) -> Kept:
        """The present week."""
        return self.weeks[-1]


def adherence(
    planned: Iterable[PlannedRecord], excused: Excused, *, started_on: date, today: date
) -> Adherence:
    """Return how the last four weeks of a programme were kept.

    Args:
        planned: its sessions of these weeks, the present week to its Sunday included; others
            are not looked at.
        excused: the days on which nothing counts against anybody.
        started_on: the day the programme began.
        today: the person's own day.
    """
    records = tuple(planned)
    this_monday = monday_of(today)
    mondays = [this_monday - back * WEEK for back in reversed(range(WEEKS))]
    weeks = tuple(
        kept(records, excused, first=monday, last=monday + SUNDAY, today=today)
        for monday in mondays
        if monday + SUNDAY >= started_on
    ) or (kept(records, excused, first=this_monday, last=this_monday + SUNDAY, today=today),)
    return Adherence(weeks=weeks, together=_together(weeks))


def kept(
    planned: Iterable[PlannedRecord], excused: Excused, *, first: date, last: date, today: date
) -> Kept:
    """Return what was done of what was planned from `first` to `last`, both included."""
    counting = due = done = 0
    for each in planned:
        if each.optional or not first <= each.day <= last:
            continue
        is_done = each.state == "done"
        done += is_done
        if each.day in excused:
            continue
        counting += 1
        due += is_done or each.day < today or each.state == "skipped"
    days = [day for day in days_between(first, last) if day <= today]
    return Kept(
        first=first,
        last=last,
        planned=counting,
        due=due,
        done=min(done, counting),
        paused_days=sum(day in excused.paused for day in days),
        flare_days=sum(day in excused.flares and day not in excused.paused for day in days),
        held_days=sum(
            day in excused.held and day not in excused.paused and day not in excused.flares
            for day in days
        ),
    )


def _together(weeks: tuple[Kept, ...]) -> Kept:
    return Kept(
        first=weeks[0].first,
        last=weeks[-1].last,
        planned=sum(each.planned for each in weeks),
        due=sum(each.due for each in weeks),
        # Week by week: what is done in one does not make up for another.
        done=sum(each.done for each in weeks),
        paused_days=sum(each.paused_days for each in weeks),
        flare_days=sum(each.flare_days for each in weeks),
        held_days=sum(each.held_days for each in weeks),
    )
