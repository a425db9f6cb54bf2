"""The tests of the content before the next step is offered, each with its numbers in words.

Source: `progress` of each phase (content/programmes), whose keys are the arguments here. What
nobody answered holds nobody back; where a step needs to be shown (a hold, pain while loading, days
tracked), it has to be said. How good a day was is never counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from fstpwa.domain.practice_history import MeasureName, SessionRecord, Support
from fstpwa.domain.practice_past import AWAY_DAYS, DAY, WEEK_DAYS, Past
from fstpwa.domain.step_back_triggers import SEVERITY

SHARES: Mapping[float, str] = {0.6: "6 in 10", 0.75: "3 in 4"}
SUPPORTS: tuple[Support, ...] = ("both_hands", "one_hand", "fingertips", "none")
"""From the most that is held on to, to the least."""
SUPPORT_WORDS: Mapping[str, str] = {
    "both_hands": "with both hands on a support",
    "one_hand": "with one hand on a support",
    "fingertips": "with fingertip support",
    "none": "without a support",
}
HOLD_WORDS: Mapping[str, str] = {
    "tandem-stance": "heel-to-toe stance",
    "single-leg-stance": "one-leg stance",
}
MEASURE_WORDS: Mapping[str, str] = {
    "pain": "pain",
    "fatigue": "tiredness",
    "stiffness": "stiffness",
    "first_step_pain": "first-step pain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that is looked at before a step is offered."""

    id: str
    met: bool
    words: str
    """What is asked for, and how it is now."""
    because: str = ""
    """The same as a reason to go on, once it is met: "you did 8 of 10 planned sessions"."""


Rule = Mapping[str, Any]


def share_done(past: Past, progress: Rule) -> Criterion:
    """Tell whether enough of what was planned was done, since the present step began.

    What was not done on a day in a flare, on the way back from one, or on which a session had
    been too much does not count; what was done on it does. Pauses have nothing planned.
    """
    first = max(past.today - progress["window_days"] * DAY, past.history.place.since)
    still = past.still_days | {session.day for session, zone in past.zoned if zone == "red"}
    states = [
        each.state
        for each in past.history.planned
        if first <= each.day < past.today
        and not each.optional
        and (each.state == "done" or each.day not in still)
    ]
    planned, done = len(states), states.count("done")
    share = progress["min_share_of_planned_sessions"]
    wanted = f"{SHARES.get(share, f'{share:.0%}')} of your planned sessions"
    now = f"you did {done} of {planned}" if planned else "none were planned yet"
    return Criterion(
        id="share",
        met=planned > 0 and done >= share * planned,
        words=f"At least {wanted} in {progress['window_days']} days: {now}.",
        because=f"you did {done} of {planned} planned sessions",
    )


def no_flare(past: Past, progress: Rule) -> Criterion:
    """Tell whether the last flare is over for long enough."""
    days = progress["no_flare_days"]
    said = [day for day, record in past.history.days.items() if record.flare and day <= past.today]
    said += [each.last or past.today for each in past.flares]
    since = (past.today - max(said)).days if said else None
    now = "none noted" if since is None else f"the last day of one {_days_ago(since)}"
    return Criterion(
        id="no_flare",
        met=since is None or since >= days,
        words=f"No flare for {days} days: {now}.",
        because=f"there was no flare for {days} days",
    )


def no_rises(past: Past, progress: Rule) -> Iterable[Criterion]:
    """Tell of each measure the programme tracks whether it is as usual as two weeks ago.

    The median of the last 7 days is held against that of the first 7 days of the window.
    """
    for measure, most in progress["max_rise"].items():
        if most is None:
            continue
        rise = _rise(past, measure, progress["window_days"])
        name = MEASURE_WORDS[measure]
        now = "" if rise is None else f": {_rise_in_words(rise)}"
        yield Criterion(
            id=f"rise_{measure}",
            met=rise is None or rise <= most,
            words=f"Usual {name} not up by more than {most}{now}.",
            because="" if rise is None else f"usual {name} {_risen_in_words(rise)}",
        )


def _rise(past: Past, measure: MeasureName, window_days: int) -> float | None:
    first = past.today - window_days * DAY
    before = past.ratings(measure, first, first + (WEEK_DAYS - 1) * DAY)
    now = past.ratings(measure, past.today - (WEEK_DAYS - 1) * DAY, past.today)
    return median(now) - median(before) if before and now else None


def zone_median(past: Past, rule: Rule, window_days: int) -> Criterion:
    """Tell whether at least half of the sessions of the window were of that colour or better."""
    first = past.today - window_days * DAY
    severities = [SEVERITY[zone] for session, zone in past.zoned if session.day >= first]
    within = sum(severity <= SEVERITY[rule["is"]] for severity in severities)
    now = f": {within} of {len(severities)}" if severities else ""
    return Criterion(
        id="session_zone_median",
        met=not severities or median(severities) < SEVERITY[rule["is"]] + 1,
        words=f"Most sessions within what is usual for you{now}.",
        because=f"{within} of {len(severities)} sessions stayed within what is usual for you"
        if severities
        else "",
    )


def no_row_of_sore_mornings(past: Past, rule: Rule, window_days: int) -> Criterion:
    """Tell whether there were fewer sore mornings in a row than that, in the window."""
    first = past.today - window_days * DAY
    longest = run = 0
    before: date | None = None
    for each in past.mornings:
        if each.day < first:
            continue
        in_a_row = before is not None and (each.day - before).days < AWAY_DAYS
        run = ((run if in_a_row else 0) + 1) if each.rise >= 2 else 0
        longest, before = max(longest, run), each.day
    count = rule["consecutive_sessions_below"]
    return Criterion(
        id="next_morning_rise_2_or_more",
        met=longest < count,
        words=f"Fewer than {count} sore mornings in a row: {longest or 'none'}.",
    )


def calm_mornings(past: Past, rule: Rule, _: int) -> Criterion:
    """Tell whether each morning after a session was calm for so many days."""
    first = past.today - rule["for_days"] * DAY
    rises = [each.rise for each in past.mornings if each.day >= first]
    calm = sum(rise < rule["below"] for rise in rises)
    now = f": {calm} of {len(rises)} were" if rises else ""
    return Criterion(
        id="next_morning_rise",
        met=calm == len(rises),
        words=f"Calm mornings after sessions for {rule['for_days']} days{now}.",
        because="the mornings after were calm" if rises else "",
    )


def median_steady(past: Past, rule: Rule, window_days: int) -> Criterion:
    """Tell whether a measure is as it was at the start of the window, or lower."""
    rise = _rise(past, rule["measure"], window_days)
    name = MEASURE_WORDS.get(rule["measure"], rule["measure"])
    now = "" if rise is None else f": {_rise_in_words(rise)}"
    return Criterion(
        id=f"median_{rule['measure']}",
        met=rise is None or rise <= rule["change_at_most"],
        words=f"{name.capitalize()} steady or lower{now}.",
        because="" if rise is None else f"{name} is steady or lower",
    )


def during_pain(past: Past, rule: Rule, _: int) -> Criterion:
    """Tell whether enough of the last loading sessions were bearable and calm the next morning.

    The last ones whose worst pain was said; a morning nobody spoke of counts as calm.
    """
    rises = {each.day: each.rise for each in past.mornings}
    said = [
        each
        for each in past.recent
        if each.template == rule["session"] and each.worst_pain is not None
    ][-rule["of_last_sessions"] :]
    met = sum(
        (each.worst_pain or 0) <= rule["at_most"]
        and rises.get(each.day, 0) < rule["and_next_morning_rise_below"]
        for each in said
    )
    return Criterion(
        id="during_pain",
        met=met >= rule["met"],
        words=(
            f"Pain of {rule['at_most']} or less while loading, and a calm morning after, in "
            f"{rule['met']} of the last {rule['of_last_sessions']} loading sessions: "
            f"{met} so far. It counts once you say how a session was."
        ),
        because=f"{met} of your last {len(said)} loading sessions were calm",
    )


def holds(past: Past, rule: Rule, _: int) -> Criterion:
    """Tell whether a stance was held for so long, with no more support, so many times in a row.

    The last sessions in which it was said how long it could be held.
    """
    needed = rule["consecutive_sessions"]
    said = [held for each in past.recent if (held := _held(each, rule["movement"])) is not None]
    in_a_row = 0
    for seconds, support in reversed(said):
        if seconds < rule["seconds"] or not _is_as_little(support, rule["support"]):
            break
        in_a_row += 1
    name = HOLD_WORDS.get(rule["movement"], rule["movement"].replace("-", " "))
    how = SUPPORT_WORDS[rule["support"]]
    return Criterion(
        id=f"holds_{rule['movement']}",
        met=in_a_row >= needed,
        words=(
            f"{name[0].upper()}{name[1:]} for {rule['seconds']} seconds {how}, {needed} sessions in a "
            f"row: {min(in_a_row, needed)} so far. It counts once you say how long you held it."
        ),
        because=f"you held the {name} for {rule['seconds']} seconds, {needed} sessions in a row",
    )


def _held(session: SessionRecord, movement: str) -> tuple[int, Support] | None:
    for each in session.movements:
        if each.slug == movement and each.held_s is not None and each.support is not None:
            return each.held_s, each.support
    return None


def _is_as_little(support: Support, most: str) -> bool:
    return SUPPORTS.index(support) >= SUPPORTS.index(most)


def no_falls(past: Past, rule: Rule, _: int) -> Criterion:
    """Tell whether there were no more falls than that in so many days."""
    first = past.today - rule["for_days"] * DAY
    falls = sum(day > first for day in past.days_of("fall"))
    return Criterion(
        id="falls",
        met=falls <= rule["at_most"],
        words=f"No fall for {rule['for_days']} days" + (f": there were {falls}." if falls else "."),
        because=f"there was no fall for {rule['for_days']} days",
    )


def tracked_days(past: Past, rule: Rule, _: int) -> Criterion:
    """Tell whether the check-in was answered on enough of the last days."""
    first = past.today - rule["of_days"] * DAY
    days = sum(first < day <= past.today for day in past.history.days)
    least, of_days = rule["at_least"], rule["of_days"]
    return Criterion(
        id="tracked_days",
        met=days >= least,
        words=f"A check-in on at least {least} of {of_days} days: {days} so far.",
        because=f"you checked in on {days} of {of_days} days",
    )


ALSO: Mapping[str, tuple[frozenset[str], Callable[[Past, Rule, int], Criterion]]] = {
    "session_zone_median": (frozenset({"is"}), zone_median),
    "next_morning_rise_2_or_more": (
        frozenset({"consecutive_sessions_below"}),
        no_row_of_sore_mornings,
    ),
    "next_morning_rise": (frozenset({"below", "for_days"}), calm_mornings),
    "median_7d": (frozenset({"measure", "change_at_most"}), median_steady),
    "during_pain": (
        frozenset({"session", "at_most", "and_next_morning_rise_below", "met", "of_last_sessions"}),
        during_pain,
    ),
    "holds": (frozenset({"movement", "seconds", "support", "consecutive_sessions"}), holds),
    "falls": (frozenset({"at_most", "for_days"}), no_falls),
    "tracked_days": (frozenset({"at_least", "of_days"}), tracked_days),
}
"""Rule of `also` -> the values it needs, and its function."""


def also(past: Past, rule: Rule, window_days: int) -> Criterion:
    """Tell whether a further test of the content is met. Raises KeyError for an unknown one."""
    return ALSO[rule["rule"]][1](past, rule, window_days)


def unknown_in(rule: Rule) -> str | None:
    """Return what of a further test nobody knows, None where all is known."""
    if rule["rule"] not in ALSO:
        return f"nobody knows the test {rule['rule']!r}"
    needs = ALSO[rule["rule"]][0]
    if set(rule) - {"rule"} != needs:
        return f"{rule['rule']} needs {', '.join(sorted(needs))}"
    if rule.get("support", "none") not in SUPPORTS:
        return f"there is no support {rule['support']!r}"
    if rule["rule"] == "median_7d" and rule["measure"] not in MEASURE_WORDS:
        return f"{rule['measure']!r} is not asked every day"
    return None


def _rise_in_words(rise: float) -> str:
    if rise > 0:
        return f"up by {rise:g}"
    return f"down by {-rise:g}" if rise < 0 else "as before"


def _risen_in_words(rise: float) -> str:
    return f"has risen by only {rise:g}" if rise > 0 else "has not risen"


def _days_ago(days: int) -> str:
    if days == 0:
        return "is today"
    return "was yesterday" if days == 1 else f"was {days} days ago"
