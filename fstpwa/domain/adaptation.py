"""What becomes of today's sessions, and why: every rule's reasons put together.

The rules are in modules of their own (pain_rules, flares, step_back, put_away, energy); each
returns reasons. The most cautious one decides about the whole session, source: programmes.yaml,
general.step_back. What concerns single movements adds up. Nothing here opens what the safety gate
closed: the gate is laid on afterwards (services/gate.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

SessionKind = Literal["usual", "easier", "flare", "none"]
"""usual: as prescribed. easier: every movement in its easier version. flare: only the flare-day
session. none: nothing is started."""
Suggestion = Literal["therapist_message", "clinician_review", "screens"]

_CAUTION: Mapping[SessionKind, int] = {"none": 400, "flare": 300, "easier": 200, "usual": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Easing:
    """How much less than prescribed."""

    session: SessionKind = "usual"
    phase_doses: str | None = None
    """Id of the phase whose doses count where they are smaller; what it lacks is done easier."""
    sets_less: int = 0
    """Fewer sets of each movement; with only one left, its easier version."""
    dose_share: float = 1.0
    """Of repetitions and seconds, above 0."""
    time_share: float = 1.0
    """Of the session's time, above 0: the least important movements are left out."""
    only_template: str | None = None
    """Only this session of the phase is eased; None eases all."""
    movements_easier: frozenset[str] = frozenset()
    movements_away: frozenset[str] = frozenset()
    """Not done at all; another may stand in."""
    both_hands: bool = False
    """Both hands on a support in whatever is done standing."""

    @property
    def is_nothing(self) -> bool:
        """Whether everything stays as prescribed."""
        return self == NOTHING

    @property
    def eases_sessions(self) -> bool:
        """Whether whole sessions are done with less of each movement than prescribed."""
        return self.both_hands or replace(self, time_share=1.0).caution > 0

    @property
    def caution(self) -> float:
        """How cautious it is about whole sessions; the greatest wins. 0 changes none."""
        found: float = _CAUTION[self.session]
        found += 100 if self.phase_doses is not None else 0
        found += 10 * (1 - self.time_share) + 180 * (1 - self.dose_share) + 20 * self.sets_less
        return found / (2 if self.only_template else 1)


NOTHING = Easing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that acts on a day."""

    rule: str
    """Id of the rule: the content's step_back id, or one of ours."""
    sentence: str
    """For the person: what is done and why."""
    since: date
    until: date | None = None
    """The last day it acts, as far as is known now; None until something else ends it."""
    easing: Easing = NOTHING
    suggests: tuple[Suggestion, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The numbers it rests on, as JSON has them: {"rise": 3}."""
    may_keep_usual: bool = True
    """Whether the person may do the usual session all the same, today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """What is done to the sessions of one day."""

    day: date
    reasons: tuple[Reason, ...] = ()
    """What acts today, the most cautious first."""
    easing: Easing = NOTHING
    kept_usual: bool = False
    """Whether the person chose the usual session for today."""

    @property
    def leading(self) -> Reason | None:
        """The reason that decides about whole sessions, or the first one."""
        return self.reasons[0] if self.reasons else None

    def easing_for(self, template: str) -> Easing:
        """Return what is done to one session of the phase.

        What concerns another session of it is left out; what concerns only this one decides like
        what concerns all. So a rule for one session never hides a rule for all of them.
        """
        acting = [each for each in self.reasons if not (self.kept_usual and each.may_keep_usual)]
        concern = [
            replace(each.easing, only_template=None)
            for each in acting
            if each.easing.only_template in (None, template)
        ]
        decides = max(concern, key=lambda each: each.caution, default=NOTHING)
        return _joined(decides, concern, acting)

    @property
    def why_away(self) -> Mapping[str, str]:
        """Why each movement that is put away today is: slug -> sentence of the first reason."""
        found: dict[str, str] = {}
        for reason in self.reasons:
            # What the person chose to do as usual all the same does not act today.
            if not (self.kept_usual and reason.may_keep_usual):
                for slug in sorted(reason.easing.movements_away):
                    found.setdefault(slug, reason.sentence)
        return MappingProxyType(found)

    @property
    def may_keep_usual(self) -> bool:
        """Whether there is something to keep the usual against."""
        if any(each.easing.session == "none" and not each.may_keep_usual for each in self.reasons):
            return False
        return not self.kept_usual and any(
            each.may_keep_usual and not each.easing.is_nothing for each in self.reasons
        )


def put_together(reasons: Iterable[Reason], day: date, *, keeps_usual: bool) -> Adaptation:
    """Return what the reasons of a day do to its sessions.

    Args:
        reasons: of every rule that acts on `day`.
        day: the person's own day.
        keeps_usual: whether they chose the usual session for it: then only what may not be
            overruled acts.
    """
    ordered = tuple(sorted(reasons, key=lambda each: (-each.easing.caution, each.rule)))
    acting = [each for each in ordered if not (keeps_usual and each.may_keep_usual)]
    concern = [each.easing for each in acting if each.easing.only_template is None]
    easing = _joined(acting[0].easing if acting else NOTHING, concern, acting)
    return Adaptation(day=day, reasons=ordered, easing=easing, kept_usual=keeps_usual)


def _joined(easing: Easing, concern: Sequence[Easing], acting: Iterable[Reason]) -> Easing:
    """Return the deciding easing, with what the others add to it.

    What all that act do to single movements adds up. Of the shares of dose and time the smallest
    counts: half the dose on the way back from a flare stays half where two flares in six weeks
    ask for earlier doses, too. Source: our own rule (E); the content says which rule wins, not
    that the others are over.

    Args:
        easing: the most cautious one.
        concern: all that concern the same sessions.
        acting: every reason that acts.
    """
    every = [each.easing for each in acting]
    return replace(
        easing,
        dose_share=min((each.dose_share for each in concern), default=easing.dose_share),
        time_share=min((each.time_share for each in concern), default=easing.time_share),
        movements_easier=frozenset().union(*(each.movements_easier for each in every)),
        movements_away=frozenset().union(*(each.movements_away for each in every)),
        both_hands=any(each.both_hands for each in every),
    )
