"""What makes a step back: each trigger of the content as a function that says when it was so.

Source: `step_back` of each phase (content/programmes), whose keys are the arguments here. What the
content leaves open is said in the function, with "our own".
"""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from fstpwa.domain.days_away import missed, missed_too_long
from fstpwa.domain.pain_rules import SETTLES_IN_DAYS, base
from fstpwa.domain.pain_zone import Zone
from fstpwa.domain.practice_past import (
    AWAY_DAYS,
    DAY,
    LONGEST_ACTING_DAYS,
    WEEK_DAYS,
    Past,
    SoreMorning,
)
from fstpwa.domain.step_back_hit import Hit

SEVERITY: Mapping[Zone, int] = {"green": 0, "amber": 1, "red": 2}
NEW_SYMPTOM_DAYS = 14
"""As long the safety questions are suggested after "it is new". Source: our own rule (E)."""
LONGEST_RUN_DAYS = 180
"""A run of days is not followed back any further; a history holds no more."""


Trigger = Callable[[Past, Mapping[str, Any]], Hit | None]


def any_of(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when one of several was last met."""
    found = [hit for each in trigger["any"] if (hit := last_met(past, each)) is not None]
    return max(found, key=lambda hit: (hit.last, hit.since), default=None)


def sore_mornings(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when so many mornings in a row were so much worse than before the session.

    In a row are the mornings that were answered, with less than 8 days between: a morning nobody
    spoke of neither makes a row nor breaks one (our own).
    """
    count = trigger.get("consecutive_sessions", 1)
    least = trigger["next_morning_rise_at_least"]
    mornings = past.mornings
    for end in range(len(mornings), count - 1, -1):
        row = mornings[end - count : end]
        if all(each.rise >= least for each in row) and _is_unbroken(row):
            day = row[-1].day + DAY
            facts = {"rises": [each.rise for each in row]}
            return Hit(since=day, last=day, facts=facts)
    return None


def _is_unbroken(row: tuple[SoreMorning, ...]) -> bool:
    return all((after.day - before.day).days < AWAY_DAYS for before, after in pairwise(row))


def unsettled(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when it was last not as before, so many hours after a session."""
    after = max(trigger["not_settled_hours"] // 24, SETTLES_IN_DAYS) * DAY
    days = [each.day + after for each in past.mornings if each.unsettled]
    days = [day for day in days if day <= past.today]
    if not days:
        return None
    return Hit(since=days[-1], last=days[-1], facts={"hours": trigger["not_settled_hours"]})


def zone_reached(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when the last session was of a colour, or of a worse one."""
    least = SEVERITY[trigger["session_zone"]]
    for session, zone in reversed(past.zoned):
        if SEVERITY[zone] >= least:
            facts = {
                "worst_pain": session.worst_pain,
                "usual_pain": base(past.history, session.day),
                "kinds": list(session.pain_kinds),
            }
            return Hit(since=session.day, last=session.day, facts=facts)
    return None


def usual_risen(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when a 7-day median was so much above that of the phase's start, day after day.

    What was usual at the start are the 7 days up to it, or the first 7 days of the phase where
    those were not answered; at least 3 answers make a median (our own).
    """
    found = []
    for measure, least in trigger["median_7d_rise"].items():
        start = past.usual_at_start(measure, past.history.place.phase_since)
        if start is None:
            continue
        spell = _last_spell(past, measure, start + least, trigger["lasting_days"])
        if spell is not None:
            first, last = spell
            facts = {"measure": measure, "from": start, "to": past.usual(measure, last)}
            found.append(Hit(since=first, last=last, facts=facts))
    return max(found, key=lambda hit: (hit.last, -hit.since.toordinal()), default=None)


def _last_spell(past: Past, measure: Any, least: float, lasting: int) -> tuple[date, date] | None:
    """Return since when and until when a median was high for so many days, the latest time."""
    begun = past.history.place.phase_since
    day = past.today
    # What ended longer ago acts no more.
    while (past.today - day).days < LONGEST_ACTING_DAYS:
        first = day
        while first >= begun and _is_high(past, measure, least, first):
            first -= DAY
        days = (day - first).days
        if days >= lasting:
            return first + lasting * DAY, day
        day = first - DAY
    return None


def _is_high(past: Past, measure: Any, least: float, day: date) -> bool:
    usual = past.usual(measure, day)
    return usual is not None and usual >= least


def several_flares(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when so many flares last began within so many days.

    The days of the rule begin when the last of them is over: during a flare only the flare-day
    session is done anyway (our own).
    """
    count, within = trigger["flares"], trigger["within_days"]
    flares = past.flares
    for end in range(len(flares), count - 1, -1):
        row = flares[end - count : end]
        if (row[-1].first - row[0].first).days > within:
            continue
        over = row[-1].last
        goes_on = over is None or over >= past.today
        last = past.today if over is None or goes_on else over + DAY
        facts = {"flares": count, "days": (row[-1].first - row[0].first).days}
        return Hit(since=row[-1].first, last=last, is_open=over is None, facts=facts)
    return None


def good_day(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell whether today is a good day. It changes nothing, and no rule ever counts one."""
    said = past.history.days.get(past.today)
    if not trigger["good_day"] or said is None or said.good_day != "yes":
        return None
    return Hit(since=past.today, last=past.today)


def fall(past: Past, _: Mapping[str, Any]) -> Hit | None:
    """Tell when the last fall was reported."""
    days = past.days_of("fall")
    return Hit(since=days[-1], last=days[-1]) if days else None


def near_falls(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when there were last so many near-falls within so many days."""
    count, within = trigger["count"], trigger["within_days"]
    days = past.days_of("near_fall")
    days = tuple(day for day in days for _ in range(_how_many(past, day)))
    for end in range(len(days), count - 1, -1):
        row = days[end - count : end]
        if (row[-1] - row[0]).days < within:
            return Hit(since=row[-1], last=row[-1], facts={"near_falls": count, "days": within})
    return None


def _how_many(past: Past, day: date) -> int:
    """Return how many near-falls were told of a day: 1, or 2 for "more than one"."""
    values = [
        each.value
        for each in past.history.events
        if each.kind == "near_fall" and each.day == day and each.value
    ]
    return max((int(value[0]) for value in values), default=1)


def new_symptom(past: Past, _: Mapping[str, Any]) -> Hit | None:
    """Tell whether a flare was said to be new or different.

    Until it is said to be like before, or over; at most two weeks (our own). The screening that is
    suggested acts for itself: whatever is answered in it holds at once.
    """
    days = past.days_of("flare_is_new")
    if not days or (past.today - days[-1]).days >= NEW_SYMPTOM_DAYS:
        return None
    over = (*past.days_of("flare_like_before"), *past.days_of("back_to_usual"))
    if any(day > days[-1] for day in over):
        return None
    return Hit(since=days[-1], last=past.today, is_open=True)


def woken_nights(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when pain last woke somebody so many nights in a row, which it had not done before.

    New it is, unless each night they spoke of in the week before was such a night (our own).
    """
    nights = trigger["nights_in_a_row"]
    for back in range(LONGEST_ACTING_DAYS):
        last = past.today - back * DAY
        row = [past.history.days.get(last - number * DAY) for number in range(nights)]
        if any(each is None or not each.woken_by_pain for each in row):
            continue
        first = last - (nights - 1) * DAY
        week = [past.history.days.get(first - number * DAY) for number in range(1, WEEK_DAYS + 1)]
        before = [each.woken_by_pain for each in week if each and each.woken_by_pain is not None]
        if not before or not all(before):
            return Hit(since=last, last=last, facts={"nights": nights})
    return None


def first_steps_up(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when first steps last hurt so much more on the mornings after loading days.

    The morning after is compared with that of the loading day, or with the median of the week
    before it. Where a phase has no session that loads, each session counts as one (our own).
    """
    count = trigger.get("consecutive_loading_days", 1)
    least = trigger["next_morning_rise_at_least"]
    rises = [
        (day, rise)
        for day in past.loading_days
        if (rise := _rise_after(past, trigger["measure"], day)) is not None
    ]
    for end in range(len(rises), count - 1, -1):
        row = rises[end - count : end]
        near = all((after[0] - before[0]).days < AWAY_DAYS for before, after in pairwise(row))
        if near and all(rise >= least for _, rise in row):
            day = row[-1][0] + DAY
            return Hit(since=day, last=day, facts={"rises": [rise for _, rise in row]})
    return None


def _rise_after(past: Past, measure: Any, day: date) -> float | None:
    """Return how much worse the morning after a day was; None while it is not known."""
    if day >= past.today:
        return None
    after = past.rating(measure, day + DAY)
    before: float | None = past.rating(measure, day)
    if before is None:
        before = past.usual(measure, day - DAY)
    return None if after is None or before is None else after - before


def no_change(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell whether a measure is no better than at the start of the programme, after so many days.

    "Change" is how much better it became: a median that fell is a change, so "at most 0" is as
    it was, or worse. Medians of 7 days with at least 3 answers (our own).
    """
    measure, most = trigger["measure"], trigger["median_change_at_most"]
    begun = past.history.place.started_on
    due = begun + trigger["after_days"] * DAY
    start = past.usual_at_start(measure, begun) if due <= past.today else None
    now = past.usual(measure, past.today)
    if start is None or now is None or start - now > most:
        return None
    first = past.today
    while first > due and (past.today - first).days < LONGEST_RUN_DAYS:
        before = past.usual(measure, first - DAY)
        if before is None or start - before > most:
            break
        first -= DAY
    return Hit(since=first, last=past.today, is_open=True, facts={"from": start, "to": now})


def hurt_during(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when a session with some movement last hurt more than so much.

    The worst pain is said of a whole session, so it stands for each of its movements that was
    done (our own).
    """
    for session in reversed(past.recent):
        worst = session.worst_pain
        if worst is None or worst <= trigger["during_pain_above"]:
            continue
        if any(
            each.slug == trigger["movement"] and each.state != "skipped"
            for each in session.movements
        ):
            return Hit(since=session.day, last=session.day, facts={"worst_pain": worst})
    return None


EVENTS: Mapping[str, Trigger] = {
    "fall": fall,
    "near_miss": near_falls,
    "new_or_different_symptom": new_symptom,
    "woken_by_shoulder_pain": woken_nights,
}
"""Event of the content -> its function."""


def event(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Tell when something that is told last happened."""
    return EVENTS[trigger["event"]](past, trigger)


TRIGGERS: Mapping[frozenset[str], Trigger] = {
    frozenset({"any"}): any_of,
    frozenset({"next_morning_rise_at_least"}): sore_mornings,
    frozenset({"next_morning_rise_at_least", "consecutive_sessions"}): sore_mornings,
    frozenset({"not_settled_hours"}): unsettled,
    frozenset({"session_zone", "count"}): zone_reached,
    frozenset({"median_7d_rise", "any_one", "since", "lasting_days"}): usual_risen,
    frozenset({"missed_days"}): missed,
    frozenset({"missed_days_over"}): missed_too_long,
    frozenset({"flares", "within_days"}): several_flares,
    frozenset({"good_day"}): good_day,
    frozenset({"event"}): event,
    frozenset({"event", "count", "within_days"}): event,
    frozenset({"event", "nights_in_a_row"}): event,
    frozenset({"measure", "next_morning_rise_at_least"}): first_steps_up,
    frozenset(
        {"measure", "next_morning_rise_at_least", "consecutive_loading_days"}
    ): first_steps_up,
    frozenset({"measure", "median_change_at_most", "after_days"}): no_change,
    frozenset({"during_pain_above", "movement"}): hurt_during,
}
"""The keys that a trigger of the content has -> its function."""


def last_met(past: Past, trigger: Mapping[str, Any]) -> Hit | None:
    """Return when a trigger of the content was last met, None where it was not.

    Raises KeyError for one that nobody knows; the content check refuses those.
    """
    return TRIGGERS[frozenset(trigger)](past, trigger)
