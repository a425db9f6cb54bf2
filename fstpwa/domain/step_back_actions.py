"""What a step back does: each action of the content as an easing of the day.

Source: `then` of each rule in `step_back` of each phase, whose keys are read here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fstpwa.domain.adaptation import NOTHING, Easing
from fstpwa.domain.practice_past import DAY, WEEK_DAYS, Past
from fstpwa.domain.step_back_hit import Hit

Then = Mapping[str, Any]

ASIDE = frozenset({"suggest", "needs_confirmation"})
"""What says nothing about the dose: whom to tell, and that it needs no yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What a rule does on a day."""

    easing: Easing
    until: date | None
    """The last day of it, as far as is known; None until something happens."""


Action = Callable[[Past, Then, Hit, int | None], Acting | None]
"""Of the past, what the rule does, when it was met and for how many days; None: it is over."""


def until_over(past: Past, hit: Hit, for_days: int | None, easing: Easing) -> Acting | None:
    """Act from the day of the trigger for so many days, or as long as it holds.

    Without a number of days it acts as long as the trigger holds.
    """
    if hit.is_open:
        return Acting(easing=easing, until=None)
    until = hit.last if for_days is None else hit.last + (for_days - 1) * DAY
    return None if past.is_over(until) else Acting(easing=easing, until=until)


def easier_versions(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do every movement in its easier version, within a share of the time where one is given."""
    easing = Easing(session="easier", time_share=then.get("session_time_share", 1.0))
    return until_over(past, hit, for_days, easing)


def easier_movement(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do one movement in its easier version."""
    easing = Easing(movements_easier=frozenset({then["movement"]}))
    return until_over(past, hit, for_days, easing)


def earlier_doses(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do what is planned in the doses of an earlier phase."""
    easing = replace(_doses_of(past, then["phase"]), time_share=then.get("session_time_share", 1.0))
    return until_over(past, hit, for_days, easing)


def as_planned(past: Past, _: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Change nothing, neither down nor up."""
    return until_over(past, hit, for_days, NOTHING)


def one_set_less(past: Past, _: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do one set less of everything; with one set only, the easier version."""
    return until_over(past, hit, for_days, Easing(sets_less=1))


def flare_session(past: Past, _: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do only the flare-day session."""
    return until_over(past, hit, for_days, Easing(session="flare"))


def both_hands(past: Past, _: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Hold on with both hands."""
    return until_over(past, hit, for_days, Easing(both_hands=True))


def first_part(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do what is planned in the doses of the first part.

    With a number of days that is all; without one it is what somebody does until they answer the
    offer to start again at it.
    """
    return until_over(past, hit, for_days, _doses_of(past, then["restart_phase"]))


def pause_then_first_part(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Start nothing for so many days, then start again at the first part.

    The place goes back there with the report (services/reports.py), which notes "restarted". Where
    the report was never finished, what is planned is done in the doses of the first part and with
    both hands until the offer to start again is answered.
    """
    pause = until_over(past, hit, for_days, Easing(session="none"))
    if pause is not None:
        return pause
    place = past.history.place
    started_again = any(day >= hit.since for day in past.days_of("restarted"))
    if place.phase == then["restart_phase"] or started_again or place.started_on > hit.since:
        return None
    earlier = replace(_doses_of(past, then["restart_phase"]), both_hands=True)
    return Acting(easing=earlier, until=None)


def half_the_load(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Do a share of the loading session the next time.

    For so many days and until the next loading day is over; for a week where there is none (our
    own): "next time" may be later than the days of the rule.
    """
    easing = Easing(dose_share=then["load_share"], only_template=past.loading_template)
    least = hit.last + ((for_days or 1) - 1) * DAY
    most = hit.last + (WEEK_DAYS - 1) * DAY
    done = next((day for day in past.loading_days if day >= hit.last), None)
    until = max(least, min(done or most, most))
    return None if past.is_over(until) else Acting(easing=easing, until=until)


def skip_then_less(past: Past, then: Then, hit: Hit, for_days: int | None) -> Acting | None:
    """Leave out so many loading days, then do fewer sets of the loading session for some days.

    Days on which one was planned count, whether or not it was done; none in a week counts as left
    out, too (our own).
    """
    template = past.loading_template
    most = hit.last + (WEEK_DAYS - 1) * DAY
    days = sorted(
        {
            each.day
            for each in past.history.planned
            if each.day >= hit.last and past.is_loading(each.template)
        }
    )
    left_out = [*days, most][: then["skip_loading_days"]]
    last = min(left_out[-1], most) if left_out else hit.last - DAY
    if past.today <= last:
        return Acting(easing=Easing(session="none", only_template=template), until=last)
    until = last + (for_days or 0) * DAY
    easing = Easing(sets_less=-then["sets"], only_template=template)
    return None if past.is_over(until) else Acting(easing=easing, until=until)


def _doses_of(past: Past, phase: str) -> Easing:
    """Return the easing to the doses of a phase.

    In that phase itself, or where a newer content has lost it, the easier versions.
    """
    known = {each.id for each in past.programme.phases} - {past.phase.id}
    return Easing(phase_doses=phase) if phase in known else Easing(session="easier")


ACTIONS: Mapping[frozenset[str], Action] = {
    frozenset[str](): as_planned,
    frozenset({"use"}): easier_versions,
    frozenset({"use", "session_time_share"}): easier_versions,
    frozenset({"use", "movement"}): easier_movement,
    frozenset({"dose"}): as_planned,
    frozenset({"dose", "phase"}): earlier_doses,
    frozenset({"dose", "phase", "session_time_share"}): earlier_doses,
    frozenset({"drop", "if_only_one_set"}): one_set_less,
    frozenset({"session"}): flare_session,
    frozenset({"support"}): both_hands,
    frozenset({"open"}): as_planned,
    frozenset({"restart_phase"}): first_part,
    frozenset({"pause", "restart_phase", "ask", "tell"}): pause_then_first_part,
    frozenset({"load_share"}): half_the_load,
    frozenset({"skip_loading_days", "sets"}): skip_then_less,
}
"""The keys that an action of the content has, but for ASIDE -> its function."""


def action_of(then: Then) -> Action:
    """Return what an action of the content does.

    Raises KeyError for one that nobody knows; the content check refuses those.
    """
    return ACTIONS[frozenset(then) - ASIDE]
