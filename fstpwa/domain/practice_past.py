"""A history looked at from one day: what its rules ask again and again, worked out once.

Only sessions of the running programme count: what somebody did before it belonged to other doses.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from fstpwa.domain.flares import Flare, flares, paused_days
from fstpwa.domain.pain_rules import morning, zone_of
from fstpwa.domain.pain_zone import Zone
from fstpwa.domain.practice_history import MeasureName, PracticeHistory, SessionRecord
from fstpwa.domain.programme import Phase, Programme

DAY = timedelta(days=1)
WEEK_DAYS = 7
"""Source: content, "7-day medians"."""
LEAST_RATINGS = 3
"""Of seven days: fewer say little of what is usual. Source: our own rule (E)."""
AWAY_DAYS = 8
"""So many days after a session somebody was away. Source: content, rule `missed_8`."""
LONGEST_ACTING_DAYS = 14
"""No rule acts for longer after its trigger; the content check holds it."""
JUDGED_DAYS = LONGEST_ACTING_DAYS + AWAY_DAYS
"""As far back it is looked how sessions were: what is older acts no more, nor makes a row."""
RECENT_DAYS = 35
"""As far back single movements are looked at: the last five loading sessions, the last holds."""
LOADING = "load"
"""Id of the session that loads, in the programmes that have one (plantar-heel)."""


class SoreMorning(NamedTuple):
    """The morning after a day with sessions."""

    day: date
    """Of the sessions."""
    rise: int
    """Points above the pain before them; the worst, where there are several answers."""
    unsettled: bool
    """Whether it was not as before after 48 hours."""


class Zoned(NamedTuple):
    """The traffic light of a session."""

    session: SessionRecord
    zone: Zone


class Gap(NamedTuple):
    """Days without a session of the programme."""

    last: date
    """Of the last session before it; of the beginning where there was none."""
    back: date | None
    """Of the first session after it; None while it lasts."""
    days: int
    """From the last session to the next one, or to today."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """A history, the programme it belongs to, and the day from which it is looked at."""

    history: PracticeHistory
    programme: Programme
    today: date
    grace_days: int = 0
    """What ended at most so many days ago counts as acting still: "within the last week"."""

    def is_over(self, until: date) -> bool:
        """Return whether what acted until a day is over."""
        return (self.today - until).days > self.grace_days

    @cached_property
    def phase(self) -> Phase:
        """The phase they are in; the first one, if the programme has that no more."""
        known = {phase.id: phase for phase in self.programme.phases}
        return known.get(self.history.place.phase, self.programme.phases[0])

    @cached_property
    def sessions(self) -> tuple[SessionRecord, ...]:
        """What was done of this programme up to today, oldest first."""
        begun = self.history.place.started_on
        return tuple(
            each
            for each in self.history.sessions
            if each.done_s > 0 and begun <= each.day <= self.today
        )

    @cached_property
    def recent(self) -> tuple[SessionRecord, ...]:
        """The sessions of the last five weeks, oldest first."""
        since = self.today - RECENT_DAYS * DAY
        return tuple(each for each in self.sessions if each.day > since)

    @cached_property
    def judged(self) -> tuple[SessionRecord, ...]:
        """The sessions of the last three weeks, oldest first."""
        since = self.today - JUDGED_DAYS * DAY
        return tuple(each for each in self.recent if each.day >= since)

    @cached_property
    def zoned(self) -> tuple[Zoned, ...]:
        """The sessions of the last three weeks of which it is known how they were, oldest first."""
        said = (each for each in self.judged if _says_how_it_was(each))
        found = ((each, zone_of(each, self._up_to(each.day))) for each in said)
        return tuple(Zoned(each, zone) for each, zone in found if zone is not None)

    @cached_property
    def mornings(self) -> tuple[SoreMorning, ...]:
        """The mornings after them that were answered by today, oldest first."""
        found: dict[date, SoreMorning] = {}
        for session in self.judged:
            if session.day >= self.today or session.next_morning_pain is None:
                continue
            after = morning(session, self._up_to(session.day))
            if after is None:
                continue
            before = found.get(session.day, SoreMorning(session.day, after.rise, False))  # noqa: FBT003 - a tuple's third place
            found[session.day] = SoreMorning(
                session.day,
                max(before.rise, after.rise),
                before.unsettled or after.unsettled,
            )
        return tuple(found[day] for day in sorted(found))

    @cached_property
    def flares(self) -> tuple[Flare, ...]:
        """The flares up to today, oldest first."""
        return flares(self.history, self.programme, self.today)

    @cached_property
    def still_days(self) -> frozenset[date]:
        """The days on which the calendar stood still for a flare or the way back from one."""
        return paused_days(self.history, self.programme, self.today)

    @cached_property
    def practised_on(self) -> tuple[date, ...]:
        """The days with a session, oldest first."""
        return tuple(sorted({each.day for each in self.sessions}))

    @cached_property
    def loading_template(self) -> str | None:
        """Id of the session of this phase that loads; None: each of them counts as loading."""
        return LOADING if any(each.id == LOADING for each in self.phase.sessions) else None

    @cached_property
    def loading_days(self) -> tuple[date, ...]:
        """The recent days on which something was loaded, oldest first."""
        return tuple(sorted({each.day for each in self.recent if self.is_loading(each.template)}))

    def _up_to(self, day: date) -> PracticeHistory:
        """Return the history without the sessions after a day.

        What was usual before a session is looked for from the end: so it is found at once.
        """
        found = self._histories.get(day)
        if found is None:
            end = bisect_right(self.history.sessions, day, key=attrgetter("day"))
            found = replace(self.history, sessions=self.history.sessions[:end])
            self._histories[day] = found
        return found

    @cached_property
    def _histories(self) -> dict[date, PracticeHistory]:
        return {}

    def is_loading(self, template: str) -> bool:
        """Return whether a session of the phase loads."""
        return self.loading_template in (None, template)

    def gaps(self, at_least: int) -> Sequence[Gap]:
        """Return the gaps of at least so many days between sessions, oldest first.

        A pause makes one, too: it never counts against anybody, but who was away for long goes
        on more gently whatever the reason (our own reading of "missed").
        """
        begun = self.history.place.started_on
        days = self.practised_on if self.practised_on else (begun,)
        found = [
            Gap(last, back, (back - last).days)
            for last, back in pairwise(days)
            if (back - last).days >= at_least
        ]
        away = (self.today - days[-1]).days
        if away >= at_least:
            found.append(Gap(days[-1], None, away))
        return found

    def rating(self, measure: MeasureName, day: date) -> int | None:
        """Return what was said of a day, None where nothing was."""
        record = self.history.days.get(day)
        return None if record is None else record.rating(measure)

    def ratings(self, measure: MeasureName, first: date, last: date) -> list[int]:
        """Return what was said of some days, both ends included."""
        days = self.history.days
        found = []
        for number in range((last - first).days + 1):
            record = days.get(first + number * DAY)
            rating = None if record is None else record.rating(measure)
            if rating is not None:
                found.append(rating)
        return found

    def usual(self, measure: MeasureName, day: date) -> float | None:
        """Return the median of the 7 days up to `day`; None with fewer than 3 answers."""
        return self.median_of(measure, day - (WEEK_DAYS - 1) * DAY, day)

    def usual_at_start(self, measure: MeasureName, day: date) -> float | None:
        """Return what was usual when something began on `day`.

        The 7 days up to it; where too little was said in them, the 7 days from it on.
        """
        before = self.usual(measure, day)
        if before is not None:
            return before
        # Not before the seven days are over: a start that still changes is none.
        last = day + (WEEK_DAYS - 1) * DAY
        return self.median_of(measure, day, last) if last < self.today else None

    def median_of(self, measure: MeasureName, first: date, last: date) -> float | None:
        """Return the median of some days, None with fewer than 3 answers."""
        found = self.ratings(measure, first, last)
        return median(found) if len(found) >= LEAST_RATINGS else None

    def days_of(self, kind: str) -> tuple[date, ...]:
        """Return the days on which something was said or happened, oldest first."""
        days = {each.day for each in self.history.events if each.kind == kind}
        return tuple(sorted(day for day in days if day <= self.today))


def _says_how_it_was(session: SessionRecord) -> bool:
    return (
        session.worst_pain is not None
        or bool(session.pain_kinds)
        or any(each.pain_kind is not None for each in session.movements)
    )
