"""What somebody's sessions become on one day: adapted by rules, gated by answers, then by wishes.

Planned sessions stay stored as prescribed (ADR 7 and 13); this is laid on whenever one is read.
"""

from dataclasses import dataclass
from datetime import date

from fstpwa.content import library
from fstpwa.domain import flares
from fstpwa.domain.adaptation import Adaptation
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.energy import Proposal, proposal
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.preferences import Preferences
from fstpwa.domain.put_aside import PutAside, put_aside
from fstpwa.domain.reason_words import named
from fstpwa.domain.timeline import Pace
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession
from fstpwa.services import enrolments
from fstpwa.services.gate import Gate, PlayableSession, gate_of, gate_today, gated_session
from fstpwa.services.people import pace_of
from fstpwa.services.planning import template_of
from fstpwa.services.practice_facts import practice_history
from fstpwa.services.preferences import preferences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What holds for the sessions of one person on one day."""

    gate: Gate
    enrolment: Enrolment | None
    history: PracticeHistory | None
    """None without a running programme."""
    adaptation: Adaptation
    pace: Pace
    preferences: Preferences
    aside: PutAside
    """What is not done for other reasons than the answers: wishes and rules of the day."""

    @property
    def followed(self) -> str | None:
        """Slug of the programme that is followed."""
        return None if self.enrolment is None else self.enrolment.programme

    @property
    def proposal(self) -> Proposal | None:
        """A lighter version that is proposed today; none where today is lighter already.

        Whoever chose the usual session for today is not asked again.
        """
        lighter = not self.adaptation.easing.is_nothing or self.gate.is_flare
        if self.history is None or lighter or self.adaptation.kept_usual:
            return None
        return proposal(self.history, self.adaptation.day)

    def playable(self, session: PlannedSession) -> PlayableSession:
        """Return what is left of a planned session, in every version."""
        standing = self.gate.standing
        if self.enrolment is None or session.enrolment_id != self.enrolment.id:
            return gated_session(session, standing, aside=self.aside)
        return gated_session(
            session,
            standing,
            self.adaptation.easing_for(template_of(session.slot)),
            self.pace,
            aside=self.aside,
            programme=enrolments.programme_of(self.enrolment),
        )


def day_plan(user: User, today: date) -> DayPlan:
    """Return what holds for `user` today; a constant number of queries whatever the history.

    Args:
        user: whose plan it is.
        today: their own calendar day.
    """
    enrolment = enrolments.running_enrolment(user)
    preferences = preferences_of(user)
    if enrolment is None:
        return DayPlan(
            gate=gate_today(user, today),
            enrolment=None,
            history=None,
            adaptation=Adaptation(day=today),
            pace=pace_of(user),
            preferences=preferences,
            aside=_aside(preferences, Adaptation(day=today)),
        )
    history = practice_history(user, enrolment, today)
    programme = enrolments.programme_of(enrolment)
    movements = library().movements
    found = named(adaptation(history, programme, today, movements), movements)
    said = history.days.get(today)
    in_flare = any(each.rule == flares.RULE for each in found.reasons)
    return DayPlan(
        gate=gate_of(user, today, flare=in_flare or (said is not None and said.flare)),
        enrolment=enrolment,
        history=history,
        adaptation=found,
        pace=pace_of(user),
        preferences=preferences,
        aside=_aside(preferences, found),
    )


def _aside(preferences: Preferences, found: Adaptation) -> PutAside:
    content = library()
    return put_aside(preferences, content.movements, content.vocabularies, found.why_away)
