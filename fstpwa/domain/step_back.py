"""Stepping back: the content's rules for doing less, of the phase somebody is in.

Stepping back needs no yes. Each rule has a trigger (step_back_triggers.py) and says what then is
done and for how long (step_back_actions.py); its sentence is the content's. The rule `flare` is in
flares.py. Source: content B.1 and `step_back` of each phase; programmes.yaml, general.step_back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fstpwa.domain.adaptation import Reason, Suggestion
from fstpwa.domain.flares import RULE as FLARE
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.practice_past import Past
from fstpwa.domain.programme import Programme
from fstpwa.domain.step_back_actions import ACTIONS, ASIDE, action_of
from fstpwa.domain.step_back_triggers import (
    EVENTS,
    TRIGGERS,
    last_met,
)

ASKED_AGAIN_AFTER = timedelta(days=7)
"""After "not now" starting again is offered again so much later. Source: our own rule (E)."""

TELLS: Mapping[str, Suggestion] = {
    "therapist_message": "therapist_message",
    "clinician_review": "clinician_review",
    "screens": "screens",
    "therapist": "therapist_message",
}
"""What `suggest`, `open` and `tell` may name -> what is suggested."""
_WORDS: Mapping[str, frozenset[Any]] = {
    "use": frozenset({"easier_versions", "easier_version"}),
    "drop": frozenset({"one_set"}),
    "if_only_one_set": frozenset({"easier_version"}),
    "session": frozenset({"flare"}),
    "dose": frozenset({"previous_phase", "as_planned"}),
    "suggest": frozenset(TELLS),
    "open": frozenset({"screens"}),
    "tell": frozenset({"therapist"}),
    "support": frozenset({"both_hands"}),
    "pause": frozenset({True}),
    "event": frozenset(EVENTS),
    "since": frozenset({"phase_start"}),
    "any_one": frozenset({True}),
    "good_day": frozenset({True}),
    "count": frozenset({1, 2, 3}),
}
"""Key of a trigger or an action -> the words that are known for it."""
_FLARE_KEYS = frozenset({"session", "calendar", "until", "then"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Starting again at a phase, which is offered."""

    phase: str
    sentence: str
    because: str
    since: date


def reasons(history: PracticeHistory, programme: Programme, today: date) -> Sequence[Reason]:
    """Return the rules of the present phase that act today.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
    """
    past = Past(history=history, programme=programme, today=today)
    return tuple(_acting(past))


def eased_within(history: PracticeHistory, programme: Programme, today: date, days: int) -> bool:
    """Return whether a rule made whole sessions easier today or in the last `days` days.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
        days: how many days back.
    """
    past = Past(history=history, programme=programme, today=today, grace_days=days)
    return any(each.easing.caution > 0 for each in _acting(past))


def _acting(past: Past) -> Iterator[Reason]:
    for rule in past.phase.step_back:
        if rule["id"] == FLARE:
            continue
        hit = last_met(past, rule["trigger"])
        if hit is None or hit.since > past.today:
            continue
        then = rule["then"]
        acting = action_of(then)(past, then, hit, rule["for_days"])
        if acting is not None:
            yield Reason(
                rule=rule["id"],
                sentence=rule["sentence"],
                since=hit.since,
                until=acting.until,
                easing=acting.easing,
                suggests=_suggestions(then),
                facts=hit.facts,
                may_keep_usual=_may_keep_usual(rule),
            )


def restart(
    history: PracticeHistory,
    programme: Programme,
    today: date,
    acting: Iterable[Reason] | None = None,
) -> Restart | None:
    """Return what starting again is offered for, None if it is not.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed.
        today: the person's own day.
        acting: what acts today, where it is known already.
    """
    past = Past(history=history, programme=programme, today=today)
    if any(today - day < ASKED_AGAIN_AFTER for day in past.days_of("stayed")):
        return None
    rules = {rule["id"]: rule for rule in past.phase.step_back}
    for reason in _acting(past) if acting is None else acting:
        then = rules[reason.rule]["then"] if reason.rule in rules else {}
        if "restart_phase" in then and reason.until is None and reason.easing.session != "none":
            return Restart(
                phase=_phase(programme, then["restart_phase"]),
                sentence=reason.sentence,
                because=_because(reason),
                since=reason.since,
            )
    return None


def restart_after(event: str, programme: Programme, phase_id: str) -> str | None:
    """Return the phase at which one starts again after an event, None where the phase says nothing.

    Args:
        event: the content's name of it, such as "fall".
        programme: the one that is followed.
        phase_id: where the person is; KeyError if the programme has no such phase.
    """
    for rule in programme.phase(phase_id).step_back:
        then = rule["then"]
        if rule["trigger"].get("event") == event and then.get("pause"):
            return _phase(programme, then["restart_phase"])
    return None


def _phase(programme: Programme, phase_id: str) -> str:
    """Return a phase to start again at; the first one, where a newer content has lost it."""
    known = [phase.id for phase in programme.phases]
    return phase_id if phase_id in known else known[0]


def asks(programme: Programme, phase_id: str, event: str) -> bool:
    """Return whether a rule of a phase waits for something that has to be asked for."""
    phases = (phase for phase in programme.phases if phase.id == phase_id)
    return any(
        rule["trigger"].get("event") == event for phase in phases for rule in phase.step_back
    )


def _because(reason: Reason) -> str:
    away = reason.facts.get("days_away")
    if away is not None:
        return f"You were away for {away} days."
    return "You told us of a fall."


def _suggestions(then: Mapping[str, Any]) -> tuple[Suggestion, ...]:
    found = (TELLS[then[key]] for key in ("suggest", "open", "tell") if key in then)
    return tuple(dict.fromkeys(found))


def _may_keep_usual(rule: Mapping[str, Any]) -> bool:
    """Return whether the usual session may be kept: not where somebody is to be told of it.

    A pause, an event after which one starts again, or a clinician's look are no matter of choice.
    "Consider telling your therapist" is.
    """
    then = rule["then"]
    if "pause" in then or "tell" in then or then.get("suggest") == "clinician_review":
        return False
    return not ("restart_phase" in then and rule["for_days"] is not None)


def unknown_in(rule: Mapping[str, Any]) -> str | None:
    """Return what of a rule nobody knows how to do, None where all is known.

    For the content check: a rule that cannot be carried out must never get into a programme.
    """
    trigger, then = rule["trigger"], rule["then"]
    if rule["id"] == FLARE:
        known = "flare" in trigger and set(then) - ASIDE >= _FLARE_KEYS
        return None if known else "a flare needs its session, its end and its steps back"
    keys = frozenset(then) - ASIDE
    if keys not in ACTIONS:
        return f"nobody knows what to do with {', '.join(sorted(keys))}"
    return _unknown_trigger(trigger) or _unknown_word({**trigger, **then})


def _unknown_trigger(trigger: Mapping[str, Any]) -> str | None:
    if frozenset(trigger) not in TRIGGERS:
        return f"nobody knows when {', '.join(sorted(trigger))} is met"
    for each in trigger.get("any", ()):
        problem = _unknown_trigger(each) or _unknown_word(each)
        if problem is not None:
            return problem
    return None


def _unknown_word(rule: Mapping[str, Any]) -> str | None:
    for key, known in _WORDS.items():
        if key in rule and rule[key] not in known:
            return f"{key} cannot be {rule[key]!r}"
    return None
