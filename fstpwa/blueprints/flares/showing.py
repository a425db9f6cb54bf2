"""What Today shows of a flare: the card while one lasts, and the steps back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from fstpwa.content import library
from fstpwa.domain.flare_signs import Suspicion, suspicion
from fstpwa.domain.flare_triggers import TRIGGERS, trigger_counts
from fstpwa.domain.flares import (
    Flare,
    FlareStanding,
    flares,
    needs_screen,
    share_in_words,
    standing,
)
from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.services import enrolments
from fstpwa.services.day_plan import DayPlan
from fstpwa.services.gate import BREATHING


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareCard:
    """What Today says of flares; with the default values only that one can be said."""

    found: FlareStanding = field(default_factory=FlareStanding)
    said_today: bool = False
    """Whether today was said to be a flare day."""
    is_new: bool = False
    """Whether something new was said of this flare, and the health questions wait since."""
    begins_with_breathing: bool = False
    """Whether the programme's flare-day session has a breathing movement."""
    triggers: tuple[str, ...] = ()
    """What may have set this one off: codes."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Words of a tag -> in how many flares it was given."""

    share: str = ""
    """"half the dose" on the way back; nothing where something else decides about the session."""


def flare_card_of(plan: DayPlan, today: date) -> FlareCard:
    """Return what Today shows of flares; without a programme only whether today is one. No query.

    Args:
        plan: what holds today.
        today: the person's own day.
    """
    if plan.history is None or plan.enrolment is None:
        return FlareCard(said_today=plan.gate.is_flare)
    history, programme = plan.history, enrolments.programme_of(plan.enrolment)
    found = standing(history, programme, today)
    said = history.days.get(today)
    flare = found.flare if found.where == "flare" else None
    return FlareCard(
        found=found,
        said_today=said is not None and said.flare,
        is_new=flare is not None and _waits_for_questions(plan, flare),
        begins_with_breathing=any(
            library().movements[line.slug].kind == BREATHING
            for line in programme.flare_session.movements
            if line.slug in library().movements
        ),
        share=_share(plan, found),
        triggers=_triggers(history, flare) if flare else (),
        counts={TRIGGERS[code]: count for code, count in trigger_counts(history.events).items()},
    )


def asks_kind(plan: DayPlan, today: date) -> FlareStanding | None:
    """Return the flare of which to ask whether it is the usual kind, None if that is not asked."""
    if plan.history is None or plan.enrolment is None:
        return None
    found = standing(plan.history, enrolments.programme_of(plan.enrolment), today)
    return found if needs_screen(found, plan.history) else None


def asks_whether(plan: DayPlan, today: date) -> Suspicion | None:
    """Return what looks like a flare and is asked about, None if nothing is."""
    if plan.history is None or plan.enrolment is None:
        return None
    past = flares(plan.history, enrolments.programme_of(plan.enrolment), today)
    if any(each.holds_on(today) for each in past):
        return None
    days = frozenset(day for flare in past for day in flare.days)
    return suspicion(plan.history, today, flare_days=days)


def _waits_for_questions(plan: DayPlan, flare: Flare) -> bool:
    """Whether something new was said, and the health questions were not answered since."""
    if plan.history is None:
        return False
    new = [
        each.day
        for each in plan.history.events
        if each.kind == "flare_is_new" and each.day >= flare.first
    ]
    answered = plan.gate.standing.last_screened
    return bool(new) and (answered is None or answered < new[-1])


def _share(plan: DayPlan, found: FlareStanding) -> str:
    rung = found.rung
    if rung is None or plan.adaptation.easing.dose_share != rung.dose_share:
        return ""
    return share_in_words(rung.dose_share)


def _triggers(history: PracticeHistory, flare: Flare) -> tuple[str, ...]:
    for each in history.events:
        if each.kind == "flare_triggers" and each.day == flare.first:
            return tuple(each.value or ())
    return ()
