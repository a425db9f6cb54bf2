"""What somebody answered about their health and recorded, and which answers still count.

Source of every rule: content/safety (effects, flags and unlock). The history is never rewritten.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from fstpwa.domain.dose import SideChoice
from fstpwa.domain.safety_content import Flag, Question, Safety, UnlockWay

SeenOutcome = Literal["all clear", "being treated", "told to wait"]
AGREED: tuple[UnlockWay, ...] = ("clinician_agreed", "therapist")
SEEN: tuple[UnlockWay, ...] = ("seen",)
RED_EFFECTS = frozenset({"emergency", "urgent_lock"})
"""A yes to a question with such an effect is a red answer: saying no later never takes it back."""


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
    regions: frozenset[str] = frozenset()
    """Where it is; none while that is not told, and for all over or not sure."""
    side: SideChoice = "both"
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
class Counted:
    """A yes that still counts."""

    answer: Answer
    asked_on: date
    """The last day on which it was said or confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody told us on one question."""

    counting: tuple[Counted, ...] = ()
    news: tuple[datetime, ...] = ()
    """When it was said anew: not only confirmed, as in a new screening."""


Place = tuple[frozenset[str], SideChoice]


def place_of(answer: Answer, flag: Flag | None) -> Place:
    """Return where a yes acts: regions (none for the whole body) and side.

    Source: content/safety/effects.yaml, area_flag_rules on region_choice.
    """
    if flag is None or flag.scope == "whole_body":
        return frozenset(), "both"
    allowed = frozenset(flag.regions)
    side = answer.side if flag.ask_side else "both"
    if flag.region_choice == "fixed":
        return allowed, side
    return answer.regions & allowed or allowed, side


def told(question: Question, history: History, safety: Safety) -> Told:
    """Return what of the answers to one question still counts, whatever order they come in.

    A screening, being asked again and a correction are about all that holds now: their yes
    takes the place of earlier ones, their no ends them. A check before a session and a worry
    are only about what is new: their yes comes on top, their no ends nothing. A screening that
    was not finished counts with its yes, not with its no.

    A red answer (emergency, urgent) is asked for as "new or getting worse", so each yes to it
    is new, and no answer takes it back. A lock that time alone does not lift (surgery,
    fracture) is ended by a later no only if somebody agreed in between, or as a correction.
    """
    walk = _Walk(question, history, safety)
    answers = (each for each in history.answers if each.question == question.id)
    for answer in sorted(answers, key=_in_order):
        walk.hear(answer)
    return Told(counting=tuple(walk.counting), news=tuple(walk.news))


def latest_unlock(
    history: History, key: str, after: datetime, ways: Collection[UnlockWay]
) -> Unlock | None:
    """Return the last unlock of a lock in one of `ways` after a moment, None without one."""
    found = [
        each for each in history.unlocks if each.key == key and each.way in ways and each.at > after
    ]
    return max(found, key=lambda each: each.at, default=None)


def _in_order(answer: Answer) -> tuple[datetime, bool, list[str], str]:
    # Said at the same moment, yes and then no would be nothing: the yes comes last.
    return answer.at, answer.yes, sorted(answer.regions), answer.side


@dataclass(slots=True)
class _Walk:
    """Hears the answers to one question in order of time."""

    question: Question
    history: History
    safety: Safety
    counting: list[Counted] = field(default_factory=list)
    news: list[datetime] = field(default_factory=list)

    @property
    def flag(self) -> Flag | None:
        found = self.question.sets_flag
        return self.safety.flags[found] if found else None

    @property
    def is_red(self) -> bool:
        return self.question.effect in RED_EFFECTS

    def hear(self, answer: Answer) -> None:
        """Take one more answer into account."""
        if answer.yes:
            self._hear_yes(answer)
        elif answer.final and answer.source in ANSWERED_ANEW:
            self.counting = [each for each in self.counting if not self._ends(answer, each)]

    def _hear_yes(self, answer: Answer) -> None:
        same = [each for each in self.counting if self._is_about(answer, each)]
        others = [each for each in self.counting if each not in same]
        if answer.final and answer.source in ANSWERED_ANEW and not self.is_red:
            others = [each for each in others if not self._replaces(answer, each)]
        if same and self._only_confirms(answer):
            if answer.final:
                same = [replace(each, asked_on=answer.day) for each in same]
        else:
            # Of the same place the latest is the strictest: what lifts must come after it.
            same = [Counted(answer=answer, asked_on=answer.day)]
            self.news.append(answer.at)
        self.counting = [*others, *same]

    def _is_about(self, answer: Answer, earlier: Counted) -> bool:
        """Whether an answer is about the place of an earlier yes.

        Asked again, it is about every place it covers; about all of them if it names none.
        """
        here, there = place_of(answer, self.flag), place_of(earlier.answer, self.flag)
        if answer.source == Source.ASKED_AGAIN:
            return not answer.regions or there[0] <= here[0]
        return here == there

    def _only_confirms(self, answer: Answer) -> bool:
        """Whether a yes only repeats what was said of the same place before.

        Of the red answers only one that is asked again by date: what stays after all clear.
        """
        if answer.source == Source.ASKED_AGAIN and self.question.effect == "urgent_lock":
            return self.flag is not None and self.flag.expires_after_days is not None
        return answer.source in ANSWERED_ANEW and not self.is_red

    def _replaces(self, answer: Answer, earlier: Counted) -> bool:
        """Whether a yes for another place takes the place of an earlier one."""
        if earlier.answer.at == answer.at or answer.source == Source.ASKED_AGAIN:
            return False
        return answer.source == Source.CORRECTION or self._time_may_end(earlier, answer)

    def _ends(self, answer: Answer, earlier: Counted) -> bool:
        """Whether a no about all that holds now ends what was said before."""
        if answer.source == Source.ASKED_AGAIN:
            return self._is_about(answer, earlier) and self._settled(answer, earlier)
        if self.is_red:
            return False
        return answer.source == Source.CORRECTION or self._time_may_end(earlier, answer)

    def _settled(self, answer: Answer, earlier: Counted) -> bool:
        """Whether "it has settled" lifts the flag: on its date at the earliest.

        Source: content/safety/unlock.yaml, rules.expires, and rules.seen.then for red answers.
        """
        flag = self.flag
        if flag is None or "expires" not in flag.unlock or flag.expires_after_days is None:
            return False
        if answer.day < earlier.asked_on + timedelta(days=flag.expires_after_days):
            return False
        if not self.is_red:
            return True
        seen = self._latest(SEEN, earlier.answer.at, answer.at)
        return seen is not None and seen.outcome == "all clear"

    def _time_may_end(self, earlier: Counted, later: Answer) -> bool:
        """Whether no longer naming it is enough, or somebody has to have agreed.

        Source: content/safety/unlock.yaml, principles: surgery and fracture.
        """
        flag = self.flag
        if flag is None or flag.expires_after_days is None or "expires" in flag.unlock:
            return True
        return self._latest(AGREED, earlier.answer.at, later.at) is not None

    def _latest(
        self, ways: Collection[UnlockWay], after: datetime, before: datetime
    ) -> Unlock | None:
        key = self.question.sets_flag or self.question.id
        until = History(unlocks=[each for each in self.history.unlocks if each.at <= before])
        return latest_unlock(until, key, after, ways)
