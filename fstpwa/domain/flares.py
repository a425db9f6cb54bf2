"""Flares: when one begins, lasts and ends, and the steps back to the usual dose.

Source: content E.2, and the rule `flare` in `step_back` of each phase (how many days near usual end
it, which shares of the dose follow and for how long). A flare is what somebody says is one; what
ratings look like is only asked (domain/flare_signs.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Literal

from fstpwa.domain.adaptation import Easing, Reason
from fstpwa.domain.days import short_day, weekday_name
from fstpwa.domain.flare_signs import far_from, near_to, usual_before
from fstpwa.domain.pain_rules import morning, zone_of
from fstpwa.domain.practice_history import PracticeHistory, SessionRecord
from fstpwa.domain.programme import Programme

RULE = "flare"
"""Id of the content's rule, and of the reason while a flare lasts."""
RETURN_RULE = "flare_ladder"
"""Id of the reason on the steps back."""
LAPSES_AFTER_DAYS = 7
"""A flare of which nothing was heard for so many days is taken as over. Source: our own rule (E):
without it whoever never says "back to usual" stays at the flare-day session for ever."""
SORE_MORNING = 2
"""A rise that is no step up. Source: content B.1, next morning +2."""
LONG_DAYS = 28
"""Over so many days in a flare a clinician's look is suggested. Source: content E.2."""

Ending = Literal["near_usual", "said", "lapsed"]
Where = Literal["none", "flare", "return"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step back to the usual dose, as the content has it."""

    dose_share: float
    for_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareRule:
    """What a programme says about flares."""

    near_days: int
    """Answered days in a row near usual that end one."""
    steps: tuple[Step, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flare:
    """One flare."""

    first: date
    last: date | None = None
    """The last day of it; None while it goes on. On this day it still counts."""
    ended_by: Ending | None = None
    usual: Mapping[str, float]
    """Measure -> what was usual before it; without one that was not answered."""
    near: int = 0
    """Answered days in a row, up to now, that were near usual."""

    @property
    def days(self) -> frozenset[date]:
        """Its days, where it is over; of one that goes on only the first."""
        return frozenset(_span(self.first, self.last or self.first))

    def holds_on(self, day: date) -> bool:
        """Return whether `day` is one of its days."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step back, on its days."""

    number: int
    """1 is the first."""
    of: int
    dose_share: float
    since: date
    """Where a session in it was too much, the day after."""
    until: date
    begun_anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareStanding:
    """Where somebody is on one day."""

    where: Where = "none"
    flare: Flare | None = None
    """The one they are in or come back from."""
    rung: Rung | None = None
    """Only on the way back."""
    day: int = 0
    """Which day of the flare it is, from 1; 0 outside one."""

    @property
    def is_long(self) -> bool:
        """Whether a clinician's look is suggested."""
        return self.where == "flare" and self.day > LONG_DAYS


def flare_rule(history: PracticeHistory, programme: Programme) -> FlareRule | None:
    """Return what the present phase says about flares, None if it says nothing.

    Somebody in a phase that the programme no longer has is treated as in its first one.
    """
    phases = {phase.id: phase for phase in programme.phases}
    phase = phases.get(history.place.phase, programme.phases[0])
    for rule in phase.step_back:
        if rule["id"] == RULE:
            then = rule["then"]
            return FlareRule(
                near_days=then["until"]["days_within_1_of_usual"],
                steps=tuple(Step(each["dose_share"], each["for_days"]) for each in then["then"]),
                sentence=rule["sentence"],
            )
    return None


def flares(history: PracticeHistory, programme: Programme, today: date) -> tuple[Flare, ...]:
    """Return the flares up to today, oldest first, with at least a day between them.

    One begins on a day it was said. It ends with its last day near usual, or before the day on
    which they said they are back; nothing heard of it for a week ends it, too. Said again within
    as many days as have to be near usual, it is the same one that goes on (our own rule (E): back
    was said too early; it must not count as two).

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
    """
    rule = flare_rule(history, programme)
    return () if rule is None else flares_by(rule.near_days, history, today)


def flares_by(near_days: int, history: PracticeHistory, today: date) -> tuple[Flare, ...]:
    """Return the flares up to today as `flares` does, for a rule of so many days near usual.

    Only what was said of days, and that they are back to usual, is looked at.
    """
    back = frozenset(each.day for each in history.events if each.kind == "back_to_usual")
    found: list[Flare] = []
    earlier: set[date] = set()
    for day in sorted(day for day, said in history.days.items() if said.flare and day <= today):
        before = found[-1] if found else None
        if before is not None and before.holds_on(day):
            continue
        if before is not None and before.last and (day - before.last).days <= near_days:
            goes_on = replace(before, last=None, ended_by=None)
            found[-1] = _followed(goes_on, day, history, back, near_days, today)
            continue
        earlier |= before.days if before is not None else frozenset()
        usual = usual_before(day, history, without=earlier)
        if before is not None:
            usual = {**before.usual, **usual}
        begun = Flare(first=day, usual=usual)
        found.append(_followed(begun, day, history, back, near_days, today))
    return tuple(found)


def _followed(
    flare: Flare,
    said_on: date,
    history: PracticeHistory,
    back: Collection[date],
    near_days: int,
    today: date,
) -> Flare:
    """Return a flare with its end, if it has one by today."""
    heard, near, day = said_on, 0, said_on
    while day <= today:
        record = history.days.get(day)
        said = record is not None and record.flare
        # Both said on one day: the more cautious one counts.
        if day in back and not said:
            return replace(flare, last=day - timedelta(days=1), ended_by="said")
        if said or (record is not None and far_from(flare.usual, record)):
            heard, near = day, 0
        elif record is not None and near_to(flare.usual, record):
            near += 1
            if near >= near_days:
                return replace(flare, last=day, ended_by="near_usual", near=near)
        if (day - heard).days >= LAPSES_AFTER_DAYS:
            return replace(flare, last=day, ended_by="lapsed", near=near)
        day += timedelta(days=1)
    return replace(flare, near=near)


def standing(history: PracticeHistory, programme: Programme, today: date) -> FlareStanding:
    """Return whether somebody is in a flare today, or on which step back from one."""
    rule = flare_rule(history, programme)
    found = flares(history, programme, today)
    if rule is None or not found:
        return FlareStanding()
    latest = found[-1]
    if latest.holds_on(today):
        return FlareStanding(where="flare", flare=latest, day=(today - latest.first).days + 1)
    rungs = _rungs(latest, history, rule, today)
    if rungs and today <= rungs[-1].until:
        return FlareStanding(where="return", flare=latest, rung=rungs[-1])
    return FlareStanding()


def paused_days(history: PracticeHistory, programme: Programme, today: date) -> frozenset[date]:
    """Return the days up to today on which the programme's calendar stood still.

    The days of each flare, and those at less than the usual dose after it: "No weeks are lost."
    """
    rule = flare_rule(history, programme)
    if rule is None:
        return frozenset()
    found: set[date] = set()
    known = flares(history, programme, today)
    for flare, following in zip_longest(known, known[1:]):
        found.update(_span(flare.first, flare.last or today))
        # The next flare ends the way back from the one before.
        last = following.first - timedelta(days=1) if following else today
        for rung in _rungs(flare, history, rule, last):
            found.update(_span((flare.last or today) + timedelta(days=1), rung.until))
    return frozenset(day for day in found if day <= today)


def _rungs(
    flare: Flare, history: PracticeHistory, rule: FlareRule, today: date
) -> tuple[Rung, ...]:
    """Return the steps back from a flare that are over or go on today, first one first.

    A session that was too much begins its week anew on the day after. Source: content E.2, "any
    step fails: stay".
    """
    if flare.last is None or flare.last >= today:
        return ()
    done = sorted(
        (each for each in history.sessions if flare.last < each.day <= today),
        key=lambda each: each.day,
    )
    found: list[Rung] = []
    since = flare.last + timedelta(days=1)
    for number, step in enumerate(rule.steps, start=1):
        if since > today:
            break
        begun_anew = False
        for each in done:
            is_in_it = since <= each.day < since + timedelta(days=step.for_days)
            if is_in_it and was_too_much(each, history):
                since, begun_anew = each.day + timedelta(days=1), True
        rung = Rung(
            number=number,
            of=len(rule.steps),
            dose_share=step.dose_share,
            since=since,
            until=since + timedelta(days=step.for_days - 1),
            begun_anew=begun_anew,
        )
        found.append(rung)
        since = rung.until + timedelta(days=1)
    return tuple(found)


def was_too_much(session: SessionRecord, history: PracticeHistory) -> bool:
    """Return whether a session was red, or the morning after it 2 or more worse."""
    if zone_of(session, history) == "red":
        return True
    after = morning(session, history)
    return after is not None and (after.rise >= SORE_MORNING or after.unsettled)


def needs_screen(found: FlareStanding, history: PracticeHistory) -> bool:
    """Return whether to ask "Your usual kind of flare, or new?": once in each flare.

    Source: content E.2, "flare screen first"; a worsening may be a new illness.
    """
    flare = found.flare
    return (
        found.where == "flare"
        and flare is not None
        and not any(
            each.kind in ("flare_like_before", "flare_is_new") and each.day >= flare.first
            for each in history.events
        )
    )


def reasons(history: PracticeHistory, programme: Programme, today: date) -> Sequence[Reason]:
    """Return what a flare, or coming back from one, does to today's sessions.

    In one: only the flare-day session. After it: the shares of the dose that the content says.
    """
    rule = flare_rule(history, programme)
    found = standing(history, programme, today)
    if rule is None or found.flare is None:
        return ()
    if found.rung is not None:
        return (_on_the_way_back(found.flare, found.rung, today),)
    return (
        Reason(
            rule=RULE,
            sentence=rule.sentence,
            since=found.flare.first,
            easing=Easing(session="flare"),
            suggests=("clinician_review",) if found.is_long else (),
            facts={
                "day": found.day,
                "days_near_usual": found.flare.near,
                "days_needed": rule.near_days,
            },
        ),
    )


def _on_the_way_back(flare: Flare, rung: Rung, today: date) -> Reason:
    anew = " A session was too much, so this week began anew." if rung.begun_anew else ""
    lapsed = ""
    if flare.ended_by == "lapsed" and rung.number == 1:
        lapsed = " You said nothing of the flare for a week, so we take it as over."
    until = f"{weekday_name(rung.until)} {short_day(rung.until)}"
    return Reason(
        rule=RETURN_RULE,
        sentence=(
            f"Back after a flare, one step at a time: {share_in_words(rung.dose_share)} until"
            f" {until}.{anew}{lapsed}"
        ),
        since=min(rung.since, today),
        until=rung.until,
        easing=Easing(dose_share=rung.dose_share),
        facts={"step": rung.number, "of": rung.of, "dose_share": rung.dose_share},
    )


def share_in_words(share: float) -> str:
    """Return "half the dose"."""
    words = {0.5: "half the dose", 0.75: "three quarters of the dose"}
    return words.get(share, f"{share:.0%} of the dose")


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
