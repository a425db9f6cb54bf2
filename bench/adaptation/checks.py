"""What must hold on every day of every made-up person."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bench.adaptation.people import Person
from fstpwa.content import library
from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.adapted_session import BOTH_HANDS
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.gated_session import GatedSession
from fstpwa.domain.planning import Offer
from fstpwa.domain.practice_history import Place, PracticeHistory
from fstpwa.domain.preferences import why_not
from fstpwa.domain.safety import Verdict, availability, sides_of
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import Condition
from fstpwa.domain.variants import usual_s

LARGEST_STEP = 1.2
"""At most 20 % more from one week to the next inside a phase. Source: programmes.yaml, general."""
STEP_DAYS = 7
STUCK_DAYS = 120
"""So long in nothing but flare days, or without any session, and somebody is stuck."""
SPARE_S = 60
"""What stands in for a flare-day movement may need longer to get ready."""
REPLAYED_EVERY = 37
"""Every so many days the same history is put in once more, in another order."""


@dataclass(slots=True)
class DayChecks:
    """Looks at each day; what is wrong is kept, not raised, so that a run shows all of it."""

    person: Person
    wrong: list[str] = field(default_factory=list)
    days: int = 0
    less_since: date | None = None
    longest_less_days: int = 0
    last_step: date | None = None

    def decided(self, history: PracticeHistory, found: Adaptation, today: date) -> None:
        """Check what was decided: a reason for every change, and the same once more."""
        self.days += 1
        self._say(
            not (found.easing.is_nothing is False and not found.reasons),
            today,
            "something is changed without a reason",
        )
        for reason in found.reasons:
            self._say(bool(reason.sentence.strip()), today, f"{reason.rule} has no sentence")
            self._say(reason.since <= today, today, f"{reason.rule} begins in the future")
            self._say(
                reason.until is None or reason.until >= today, today, f"{reason.rule} is over"
            )
        rules = [reason.rule for reason in found.reasons]
        self._say(len(rules) == len(set(rules)), today, f"a rule acts twice: {rules}")
        self._watch_less(found, today)
        if self.days % REPLAYED_EVERY == 0:
            other = replace(
                history,
                days=dict(reversed(list(history.days.items()))),
                events=tuple(reversed(history.events)),
            )
            again = adaptation(other, self.person.programme, today, library().movements)
            self._say(again == found, today, "the same history gives another plan")

    def session(
        self,
        planned: tuple[PlannedItem, ...],
        usual: tuple[PlannedItem, ...],
        left: tuple[GatedSession, ...],
        found: Adaptation,
        conditions: tuple[Condition, ...],
        today: date,
    ) -> None:
        """Check a session: nothing hidden or locked in it, no dose above what was prescribed.

        Args:
            planned: as prescribed.
            usual: after the rules of the day.
            left: what the gate and the wishes leave of that, and of the flare-day version.
            found: what was decided.
            conditions: what holds of the answers about health.
            today: the day.
        """
        before = {item.id: item for item in planned}
        for item in usual:
            self._say(_at_most(item, before[item.id]), today, f"more than prescribed: {item.slug}")
        if usual != planned:
            self._say(bool(found.reasons), today, "a session is changed without a reason")
        planned_s = usual_s(planned, library().movements)
        for each in left:
            if found.easing.session == "flare" and each.items:
                played = [replace(item, softened=True) for item in each.items]
                played_s = usual_s(played, library().movements)
                self._say(played_s <= planned_s + SPARE_S, today, f"longer than usual: {played_s}")
        wishes, content = self.person.preferences, library()
        for item in (item for each in left for item in each.items):
            movement = content.movements[item.slug]
            open_to = availability(movement, conditions)
            for side in sides_of(item.side):
                self._say(
                    open_to.on(side) <= Verdict.EASIER, today, f"{item.slug} is hidden or locked"
                )
            self._say(item.slug not in found.why_away, today, f"{item.slug} is put away")
            unwanted = why_not(movement, wishes, content.vocabularies)
            self._say(unwanted is None, today, f"{item.slug} is not wished: {unwanted}")

    def offered(self, offered: Offer, place: Place, today: date) -> None:
        """Check an offer: not too soon, not too much, with a sentence."""
        programme = self.person.programme
        if offered.kind == "ramp":
            ramp = programme.phase(place.phase).dose_ramp
            step = ramp[offered.ramp_step] / ramp[min(place.ramp_step, len(ramp) - 1)]
            self._say(step <= LARGEST_STEP + 1e-9, today, f"a step of {step:.2f}")
        if offered.kind in ("ramp", "phase"):
            self._say(
                today - place.since >= timedelta(days=STEP_DAYS), today, "a second step in a week"
            )
        self._say(bool(offered.sentence.strip()), today, "an offer without a sentence")

    def _watch_less(self, found: Adaptation, today: date) -> None:
        if found.easing.session in ("flare", "none"):
            self.less_since = self.less_since or today
            lasted = (today - self.less_since).days
            self.longest_less_days = max(self.longest_less_days, lasted)
            if lasted == STUCK_DAYS:
                self.wrong.append(f"{self.person.name}, {today}: stuck since {self.less_since}")
        else:
            self.less_since = None

    def _say(self, holds: object, today: date, words: str) -> None:
        if not holds:
            self.wrong.append(f"{self.person.name}, {today}: {words}")


def _at_most(item: PlannedItem, before: PlannedItem) -> bool:
    """Whether an item asks for no more than before; alternating ones may round up to a pair."""
    now, then = (each.easier_dose if each.softened else each.dose for each in (item, before))
    spare = int(library().movements[item.slug].sides == "alternating")
    note = item.note.removesuffix(BOTH_HANDS).strip()
    return (
        note == before.note
        and now.sets <= then.sets
        and (now.reps or 0) <= (then.reps or 0) + spare
        and (now.hold_s or 0) <= (then.hold_s or 0)
        and (now.seconds or 0) <= (then.seconds or 0)
    )
