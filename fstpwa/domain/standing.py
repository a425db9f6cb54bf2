"""What holds today of everything somebody answered about their health, and what lifts a lock.

Source of every rule: content/safety (effects and unlock). Which answers still count is worked
out in domain/health_history.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from fstpwa.domain.dose import SideChoice
from fstpwa.domain.health_history import (
    AGREED,
    ANSWERED_ANEW,
    SEEN,
    Answer,
    Counted,
    History,
    Report,
    Screened,
    SeenOutcome,
    Source,
    Told,
    Unlock,
    latest_unlock,
    place_of,
    told,
)
from fstpwa.domain.safety_content import Effect, Flag, Safety, UnlockWay

__all__ = [
    "ANSWERED_ANEW",
    "Answer",
    "Condition",
    "History",
    "Report",
    "Screened",
    "SeenOutcome",
    "Source",
    "Standing",
    "Unlock",
    "WholePlan",
    "key_of",
    "standing",
    "ways_to_lift",
]

FLARE_QUESTION = "mo_flare"
ENDS_UNLOCKS = frozenset({"as_surgery", "as_fracture", "as_vfx", "as_falls", "em_trauma"})
"""A new yes to one of these ends every unlock: new surgery, a fracture or a fall."""
UNLOCK_DAYS = 365
WAIT_DAYS = 7
"""Told to wait: asked again after so many days."""
REPORT = "report:"
"""Begins the key of a lock that comes from a report of something that went wrong."""

WholePlan = Literal["emergency", "urgent_lock", "ask_first_lock_all"]
_WHOLE_PLAN: tuple[WholePlan, ...] = ("emergency", "urgent_lock", "ask_first_lock_all")


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
    holds_area: bool = False
    """Whether whatever touches its regions is put away, for this day; only from a report."""
    said_today: bool = False
    """Whether it is a report of this very day."""


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

    @property
    def seen_again_on(self) -> date | None:
        """The day on which to be seen again: all that locks urgently was seen and told to wait.

        None while anything urgent was not seen, and without anything urgent.
        """
        if self.whole_plan != "urgent_lock":
            return None
        urgent = [each for each in self.conditions if each.whole_plan == "urgent_lock"]
        if any(each.seen != "told to wait" for each in urgent):
            return None
        return min((day for each in urgent if (day := each.ask_again_on)), default=None)

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
    answered = {answer.question for answer in history.answers}
    heard = {
        question.id: told(question, history, safety)
        for question in safety.questions.values()
        if question.id in answered
    }
    rules = _Rules(history, safety, today, heard)
    conditions = [
        condition
        for question_id, each in heard.items()
        for counted in each.counting
        if (condition := rules.of_answer(question_id, counted)) is not None
    ]
    for report in history.reports:
        conditions += rules.of_report(report)
    conditions.sort(key=lambda each: _rank(each, safety))
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


def _rank(condition: Condition, safety: Safety) -> tuple[int, int, int]:
    """Return what sorts conditions, strongest first, then reports, then as the questions go."""
    locks = _WHOLE_PLAN.index(condition.whole_plan) if condition.whole_plan else len(_WHOLE_PLAN)
    if condition.question is None:
        return locks, 0, 0
    effect = safety.questions[condition.question].effect
    return (
        locks,
        list(safety.effects).index(effect),
        list(safety.questions).index(condition.question),
    )


def _whole_plan(effect: Effect) -> WholePlan | None:
    return next((each for each in _WHOLE_PLAN if each == effect), None)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Works out what one yes, or one report, does today."""

    history: History
    safety: Safety
    today: date
    heard: Mapping[str, Told]

    def of_answer(self, question_id: str, counted: Counted) -> Condition | None:
        """Return what a yes that counts does now, None if it was cleared."""
        answer, question = counted.answer, self.safety.questions[question_id]
        flag = self.safety.flags[question.sets_flag] if question.sets_flag else None
        whole_plan = _whole_plan(question.effect)
        if whole_plan == "emergency" and self._had_care(answer.at):
            return None
        if question_id == FLARE_QUESTION and answer.day != self.today:
            return None  # Every day's check asks about it anew.
        regions, side = place_of(answer, flag)
        condition = Condition(
            key=key_of(question_id, self.safety),
            question=question_id,
            flag=flag,
            regions=regions,
            side=side,
            since=answer.day,
            whole_plan=whole_plan,
        )
        if flag is not None and flag.expires_after_days is not None and whole_plan != "emergency":
            again = counted.asked_on + timedelta(days=flag.expires_after_days)
            condition = replace(condition, ask_again_on=again)
        if whole_plan == "urgent_lock":
            return self._after_being_seen(condition, answer.at)
        return self._unlocked(condition, answer.at)

    def of_report(self, report: Report) -> tuple[Condition, ...]:
        """Return what a report of something that went wrong does now, nothing once it is reviewed.

        What it puts away by name waits for a clinician. On its own day whatever else touches
        the place is put away too. Source: content/safety/messages.yaml, sww_7_saved, post_red.
        """
        condition = Condition(
            key=REPORT + report.id,
            question=None,
            flag=None,
            regions=report.regions,
            side=report.side,
            since=report.day,
            whole_plan="urgent_lock" if report.urgent else None,
            movements=report.movements,
            said_today=report.day == self.today,
        )
        if report.emergency and not self._had_care(report.at):
            return (replace(condition, whole_plan="emergency"),)
        if report.urgent:
            seen = self._after_being_seen(condition, report.at)
            if seen is not None:
                return (seen,)
            condition = replace(condition, whole_plan=None)
        if self._unlocked(condition, report.at).lifted:
            return ()
        rest = replace(condition, movements=frozenset(), holds_area=True)
        return (
            *((condition,) if condition.movements else ()),
            *((rest,) if condition.said_today and condition.regions else ()),
        )

    def _had_care(self, said_at: datetime) -> bool:
        """Whether a whole new screening after care was begun after that, and finished."""
        return any(each.after_care and each.started_at > said_at for each in self.history.screened)

    def _after_being_seen(self, condition: Condition, said_at: datetime) -> Condition | None:
        """Return an urgent condition after what was recorded of being seen; None if cleared.

        Source: content/safety/unlock.yaml, rules.seen.then.
        """
        seen = latest_unlock(self.history, condition.key, said_at, SEEN)
        if seen is None:
            return replace(condition, ask_again_on=None)
        condition = replace(condition, seen=seen.outcome)
        if seen.outcome == "told to wait":
            return replace(condition, ask_again_on=seen.day + timedelta(days=WAIT_DAYS))
        if seen.outcome == "all clear":
            if condition.flag is None or condition.ask_again_on is None:
                return None
            return replace(condition, whole_plan=None)
        # Being treated: what it touches waits for a clinician; without a flag the whole plan does.
        condition = replace(condition, ask_again_on=None)
        if condition.flag is None:
            waiting = replace(condition, whole_plan="ask_first_lock_all")
            unlocked = self._unlocked(waiting, seen.at)
            return None if unlocked.lifted else unlocked
        return self._unlocked(replace(condition, whole_plan=None, waits=True), seen.at)

    def _unlocked(self, condition: Condition, said_at: datetime) -> Condition:
        """Return the condition with its locks lifted if somebody agreed after it was said."""
        if condition.whole_plan in ("emergency", "urgent_lock"):
            return condition
        if condition.flag is not None and not set(AGREED) & set(condition.flag.unlock):
            return condition
        agreed = latest_unlock(self.history, condition.key, said_at, AGREED)
        if agreed is None or self._is_over(agreed):
            return condition
        return replace(
            condition,
            whole_plan=None,
            waits=False,
            lifted=True,
            unlocked_until=agreed.day + timedelta(days=UNLOCK_DAYS),
            ask_again_on=None,
        )

    def _is_over(self, unlock: Unlock) -> bool:
        """Whether an unlock has ended.

        After a year, on a new yes to the same question, or after new surgery, a fall or a
        fracture. Source: content/safety/unlock.yaml, principles.
        """
        if self.today >= unlock.day + timedelta(days=UNLOCK_DAYS):
            return True
        news = [
            at
            for question_id, each in self.heard.items()
            if question_id in ENDS_UNLOCKS or key_of(question_id, self.safety) == unlock.key
            for at in each.news
        ]
        news += [report.at for report in self.history.reports if report.fall]
        return any(at > unlock.at for at in news)
