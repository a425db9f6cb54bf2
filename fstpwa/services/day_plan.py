"""What somebody's sessions become on one day: adapted by the rules, then gated by their answers.

Planned sessions stay stored as prescribed (ADR 7 and 13); this is laid on whenever one is read.
"""

from dataclasses import dataclass
from datetime import date

from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.timeline import Pace
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession
from fstpwa.services import enrolments
from fstpwa.services.gate import Gate, PlayableSession, gate_of, gate_today, gated_session
from fstpwa.services.people import pace_of
from fstpwa.services.practice_facts import practice_history


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What holds for the sessions of one person on one day."""

    gate: Gate
    enrolment: Enrolment | None
    history: PracticeHistory | None
    """None without a running programme."""
    adaptation: Adaptation
    pace: Pace

    def playable(self, session: PlannedSession) -> PlayableSession:
        """Return what is left of a planned session, in every version."""
        standing = self.gate.standing
        if self.enrolment is None or session.enrolment_id != self.enrolment.id:
            return gated_session(session, standing)
        return gated_session(session, standing, self.adaptation.easing, self.pace)


def day_plan(user: User, today: date) -> DayPlan:
    """Return what holds for `user` today; a constant number of queries whatever the history.

    Args:
        user: whose plan it is.
        today: their own calendar day.
    """
    enrolment = enrolments.running_enrolment(user)
    if enrolment is None:
        return DayPlan(
            gate=gate_today(user, today),
            enrolment=None,
            history=None,
            adaptation=Adaptation(day=today),
            pace=pace_of(user),
        )
    history = practice_history(user, enrolment, today)
    found = adaptation(history, enrolments.programme_of(enrolment), today)
    said = history.days.get(today)
    return DayPlan(
        gate=gate_of(user, today, flare=said is not None and said.flare),
        enrolment=enrolment,
        history=history,
        adaptation=found,
        pace=pace_of(user),
    )
