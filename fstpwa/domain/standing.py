"""What holds today of everything somebody answered about their health, and what lifts a lock.

Source of every rule: content/safety (effects and unlock). The history of answers is never
rewritten: what counts today is worked out from all of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from fstpwa.domain.dose import SideChoice
from fstpwa.domain.safety_content import Effect, Flag, Safety, UnlockWay

FLARE_QUESTION = "mo_flare"
ENDS_UNLOCKS = frozenset({"as_surgery", "as_fracture", "as_falls", "em_trauma"})
"""A new yes to one of these ends every unlock: new surgery, a fracture or a fall."""
UNLOCK_DAYS = 365
WAIT_DAYS = 7
"""Told to wait: asked again after so many days."""
REPORT = "report:"
"""Begins the key of a lock that comes from a report of something that went wrong."""

SeenOutcome = Literal["all clear", "being treated", "told to wait"]
WholePlan = Literal["emergency", "urgent_lock", "ask_first_lock_all"]
_SEEN: tuple[UnlockWay, ...] = ("seen",)
_AGREED: tuple[UnlockWay, ...] = ("clinician_agreed", "therapist")
_WHOLE_PLAN: tuple[WholePlan, ...] = ("emergency", "urgent_lock", "ask_first_lock_all")


class Source(StrEnum):
    """Where an answer was given."""

    SCREENING = "screening"
    BEFORE_SESSION = "before_session"
    WORRY = "worry"
    ASKED_AGAIN = "asked_again"
    """"You told us about this a while ago. Is it better now?" """
    CORRECTION = "correction"


ANSWERED_ANEW = frozenset({Source.SCREENING, Source.ASKED_AGAIN, Source.CORRECTION})
"""Here the question is about all that holds now; elsewhere only about what is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Yes or no to one question, with the place where the question has one."""

    question: str
    yes: bool
    at: datetime
    day: date
    """The person's own day."""
    source: Source
    final: bool = True
    """Whether its screening was finished. A yes counts before that, a no does not."""
    regions: frozenset[str] = frozenset()
    """Where. None given, as after "all over" or "not sure", means every region allowed."""
    side: SideChoice = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Somebody recorded what lifts a lock."""

    key: str
    """The flag, the question where it sets no flag, or "report:" and the report's id."""
    way: UnlockWay
    """clinician_agreed, therapist or seen."""
    at: datetime
    day: date
    outcome: SeenOutcome | None = None
    """What they were told; only for seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Something went wrong: what it puts away until it was reviewed."""

    id: str
    at: datetime
    day: date
    movements: frozenset[str] = frozenset()
    """Slugs that are locked for this person."""
    urgent: bool = False
    """Severe, or worse the next day: the whole plan waits until they were seen."""
    emergency: bool = False
    fall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A screening that was finished."""

    started_at: datetime
    day: date
    """The day it was finished."""
    after_care: bool = False
    """A complete new screening after care: the only thing that lifts an emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything somebody answered and recorded, in any order."""

    answers: Sequence[Answer] = ()
    unlocks: Sequence[Unlock] = ()
    reports: Sequence[Report] = ()
    screened: Sequence[Screened] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One yes that still counts, and what it does now."""

    key: str
    question: str | None
    """None for a report."""
    flag: Flag | None
    regions: frozenset[str]
    side: SideChoice
    since: date
    whole_plan: WholePlan | None
    """What locks the whole plan now."""
    waits: bool = False
    """Whether what it hides or locks waits for clinician_agreed now."""
    lifted: bool = False
    """Whether its locks are lifted; softening stays."""
    unlocked_until: date | None = None
    ask_again_on: date | None = None
    seen: SeenOutcome | None = None
    movements: frozenset[str] = frozenset()
    """Locked by name; only from a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for somebody on one day."""

    today: date
    conditions: tuple[Condition, ...] = ()
    last_screened: date | None = None

    @property
    def whole_plan(self) -> WholePlan | None:
        """The strongest thing that locks the whole plan, None if nothing does."""
        found = {condition.whole_plan for condition in self.conditions}
        return next((effect for effect in _WHOLE_PLAN if effect in found), None)

    @property
    def locking(self) -> tuple[Condition, ...]:
        """The conditions that lock the whole plan, strongest first."""
        return tuple(
            condition
            for effect in _WHOLE_PLAN
            for condition in self.conditions
            if condition.whole_plan == effect
        )

    @property
    def to_ask_again(self) -> tuple[Condition, ...]:
        """The conditions whose time has run out: "Is it better now?"."""
        return tuple(
            condition
            for condition in self.conditions
            if condition.ask_again_on is not None and condition.ask_again_on <= self.today
        )

    def condition(self, key: str) -> Condition | None:
        """Return the strongest condition with this key, None if nothing of it holds."""
        return next((each for each in self.conditions if each.key == key), None)


def standing(history: History, safety: Safety, today: date) -> Standing:
    """Return what holds today, after everything that was answered and recorded.

    Args:
        history: all of it; answers to questions that the content no longer has do nothing.
        safety: the safety content.
        today: the person's own day.
    """
    conditions = [
        condition
        for question_id in dict.fromkeys(answer.question for answer in history.answers)
        if question_id in safety.questions
        for answer in _counting(question_id, history, safety, today)
        if (condition := _condition(answer, history, safety, today)) is not None
    ]
    conditions += [
        condition
        for report in history.reports
        if (condition := _condition_of_report(report, history, today)) is not None
    ]
    order = list(safety.effects)
    strength = {
        condition.key: order.index(safety.questions[condition.question].effect)
        for condition in conditions
        if condition.question is not None
    }
    conditions.sort(
        key=lambda each: (
            _WHOLE_PLAN.index(each.whole_plan) if each.whole_plan else len(_WHOLE_PLAN),
            strength.get(each.key, 0),
        )
    )
    return Standing(
        today=today,
        conditions=tuple(conditions),
        last_screened=max((each.day for each in history.screened), default=None),
    )


def key_of(question_id: str, safety: Safety) -> str:
    """Return the key under which a lock set by a question is lifted: its flag, else its id."""
    return safety.questions[question_id].sets_flag or question_id


def ways_to_lift(condition: Condition) -> tuple[UnlockWay, ...]:
    """Return what would lift a condition's lock now, in the order to offer it.

    An emergency ends only by a complete new screening after care. An urgent lock waits for
    "I was seen" whatever else its flag lists; after that its movements wait for a clinician.
    """
    if condition.whole_plan == "emergency":
        return ("rescreen_after_care",)
    if condition.whole_plan == "urgent_lock":
        return ("seen",)
    if condition.whole_plan == "ask_first_lock_all" or condition.waits:
        return ("clinician_agreed", "therapist")
    if condition.lifted:
        return ()
    if condition.flag is None:
        return ("clinician_agreed", "therapist") if condition.movements else ()
    if condition.flag.list_used == "modify_if":
        return tuple(way for way in condition.flag.unlock if way in ("expires", "never"))
    return tuple(way for way in condition.flag.unlock if way != "seen")


def _counting(
    question_id: str, history: History, safety: Safety, today: date
) -> list[tuple[Answer, date]]:
    """Return the yes answers that still count, each with the day it was last confirmed."""
    question = safety.questions[question_id]
    flag = safety.flags[question.sets_flag] if question.sets_flag else None
    stays = question.effect in ("emergency", "urgent_lock")
    counting: list[tuple[Answer, date]] = []
    answers = (each for each in history.answers if each.question == question_id)
    for answer in sorted(answers, key=lambda each: each.at):
        anew = answer.final and answer.source in ANSWERED_ANEW
        if answer.yes:
            same = [old for old, _ in counting if _is_same(old, answer)]
            if anew and not stays:
                counting = [(old, answer.day) for old in same[:1]]
            # Said again unasked, it is new: a second sprain, another fall.
            if not (same and anew):
                counting.append((answer, answer.day))
        elif anew and _settles(answer, flag, stays=stays):
            counting = []
    if question.effect == "emergency":
        care = [each.started_at for each in history.screened if each.after_care]
        counting = [each for each in counting if not any(each[0].at < at for at in care)]
    if question_id == FLARE_QUESTION:
        # Every day's check asks about it anew.
        counting = [each for each in counting if each[0].day == today]
    return counting


def _is_same(one: Answer, other: Answer) -> bool:
    return (one.regions, one.side) == (other.regions, other.side)


def _settles(answer: Answer, flag: Flag | None, *, stays: bool) -> bool:
    """Whether a no ends what was said before."""
    if answer.source == Source.ASKED_AGAIN:
        return flag is not None and "expires" in flag.unlock
    return not stays


def _condition(
    counted: tuple[Answer, date], history: History, safety: Safety, today: date
) -> Condition | None:
    answer, asked_on = counted
    question = safety.questions[answer.question]
    flag = safety.flags[question.sets_flag] if question.sets_flag else None
    condition = Condition(
        key=key_of(question.id, safety),
        question=question.id,
        flag=flag,
        regions=_regions(answer, flag),
        side=answer.side,
        since=answer.day,
        whole_plan=_whole_plan(question.effect),
    )
    expires = flag.expires_after_days if flag is not None else None
    if expires is not None and condition.whole_plan != "emergency":
        condition = replace(condition, ask_again_on=asked_on + timedelta(days=expires))
    if condition.whole_plan == "urgent_lock":
        return _after_being_seen(condition, answer.at, history, today)
    return _unlocked(condition, answer.at, history, today)


def _condition_of_report(report: Report, history: History, today: date) -> Condition | None:
    whole_plan: WholePlan | None = "urgent_lock" if report.urgent else None
    condition = Condition(
        key=REPORT + report.id,
        question=None,
        flag=None,
        regions=frozenset(),
        side="both",
        since=report.day,
        whole_plan="emergency" if report.emergency else whole_plan,
        movements=report.movements,
    )
    if report.emergency:
        care = any(each.after_care and each.started_at > report.at for each in history.screened)
        condition = replace(condition, whole_plan=whole_plan) if care else condition
    if condition.whole_plan == "urgent_lock":
        seen = _after_being_seen(condition, report.at, history, today)
        if seen is not None:
            return seen
        condition = replace(condition, whole_plan=None)
    if condition.whole_plan is None and not condition.movements:
        return None
    condition = _unlocked(condition, report.at, history, today)
    return None if condition.lifted and condition.whole_plan is None else condition


def _after_being_seen(
    condition: Condition, said_at: datetime, history: History, today: date
) -> Condition | None:
    """Return an urgent condition after what was recorded of being seen; None if it is cleared.

    Source: content/safety/unlock.yaml, rules.seen.then.
    """
    seen = _latest(history, condition.key, said_at, _SEEN)
    if seen is None:
        return replace(condition, ask_again_on=None)
    condition = replace(condition, seen=seen.outcome)
    if seen.outcome == "told to wait":
        return replace(condition, ask_again_on=seen.day + timedelta(days=WAIT_DAYS))
    if seen.outcome == "all clear":
        if condition.flag is None or condition.ask_again_on is None:
            return None
        return replace(condition, whole_plan=None)
    # Being treated: what it touches waits for a clinician; without a flag that is the whole plan.
    if condition.flag is None:
        waiting = replace(condition, whole_plan="ask_first_lock_all", ask_again_on=None)
        unlocked = _unlocked(waiting, seen.at, history, today)
        return None if unlocked.lifted else unlocked
    return _unlocked(replace(condition, whole_plan=None, waits=True), seen.at, history, today)


def _unlocked(condition: Condition, said_at: datetime, history: History, today: date) -> Condition:
    """Return the condition with its locks lifted if somebody agreed after it was said."""
    if condition.whole_plan in ("emergency", "urgent_lock"):
        return condition
    if condition.flag is not None and not set(_AGREED) & set(condition.flag.unlock):
        return condition
    agreed = _latest(history, condition.key, said_at, _AGREED)
    if agreed is None or _ended(agreed, history, today):
        return condition
    return replace(
        condition,
        whole_plan=None,
        waits=False,
        lifted=True,
        unlocked_until=agreed.day + timedelta(days=UNLOCK_DAYS),
        ask_again_on=None,
    )


def _latest(
    history: History, key: str, after: datetime, ways: Collection[UnlockWay]
) -> Unlock | None:
    found = [
        each for each in history.unlocks if each.key == key and each.way in ways and each.at > after
    ]
    return max(found, key=lambda each: each.at, default=None)


def _ended(unlock: Unlock, history: History, today: date) -> bool:
    """Whether an unlock is over: after a year, or after new surgery, a fall or a fracture."""
    if today >= unlock.day + timedelta(days=UNLOCK_DAYS):
        return True
    news = [
        answer.at
        for answer in history.answers
        if answer.question in ENDS_UNLOCKS and answer.yes and not _said_before(answer, history)
    ]
    news += [report.at for report in history.reports if report.fall]
    return any(at > unlock.at for at in news)


def _said_before(answer: Answer, history: History) -> bool:
    """Whether a yes only confirms what was said before, as in a new screening."""
    return answer.source in ANSWERED_ANEW and any(
        each.question == answer.question
        and each.yes
        and each.at < answer.at
        and _is_same(each, answer)
        for each in history.answers
    )


def _whole_plan(effect: Effect) -> WholePlan | None:
    return next((each for each in _WHOLE_PLAN if each == effect), None)


def _regions(answer: Answer, flag: Flag | None) -> frozenset[str]:
    if flag is None or flag.scope == "whole_body":
        return frozenset()
    allowed = frozenset(flag.regions)
    if flag.region_choice == "fixed":
        return allowed
    return answer.regions & allowed or allowed
