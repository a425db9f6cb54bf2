"""The last page of the onboarding: what is offered, and what is asked there."""

from dataclasses import dataclass

from flask import request

from fstpwa.blueprints.health_questions import TickList
from fstpwa.blueprints.welcome.forms import FirstPlanForm
from fstpwa.blueprints.welcome.presenting import FirstPlan, first_plan
from fstpwa.content import library
from fstpwa.domain.programme import Programme
from fstpwa.domain.standing import Standing
from fstpwa.models.people import User
from fstpwa.services import screenings
from fstpwa.services.enrolments import EnrolmentEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPlanPage:
    """What is offered, with its forms.

    What the offered programmes still need to know is asked on the same page: the onboarding has
    eight screens for everybody, and the days that were chosen are not asked for twice.
    """

    found: FirstPlan
    form: FirstPlanForm | None
    """None where nothing is offered."""
    ticks: TickList | None
    """What was not asked yet about the offered programmes; None for nothing."""

    def can_be_stored(self) -> bool:
        """Whether what was sent is whole; both forms are read, so that all faults are said."""
        if self.form is None:
            return False
        is_whole = self.form.validate()
        if self.ticks is None:
            return is_whole
        self.ticks.read(request.form)
        # Something that needs help now is kept whatever else is missing.
        return self.ticks.is_valid and (is_whole or self.ticks.has_emergency)

    def entry(self) -> EnrolmentEntry | None:
        """Return what was chosen, None if that is not offered (any more)."""
        programme = self.form.chosen() if self.form is not None else None
        if self.form is None or programme is None:
            return None
        side = self.form.chosen_side() if programme.asks_side else None
        return EnrolmentEntry(programme=programme.slug, schedule=self.form.schedule(), side=side)


def first_plan_page(user: User, standing: Standing, chosen: Programme | None) -> FirstPlanPage:
    """Return the page for `user`, with whatever was sent to it.

    Args:
        user: who finished the screening.
        standing: what holds today.
        chosen: the programme they came with, if any.
    """
    found = first_plan(user, standing, chosen)
    offered = [each.programme for each in found.offered]
    form = None
    if offered:
        form = FirstPlanForm.offering(offered, user.side, chooses=found.still is None)
    return FirstPlanPage(found=found, form=form, ticks=ticks_about(user, *offered))


def ticks_about(user: User, *programmes: Programme) -> TickList | None:
    """Return what was never asked about the regions of programmes, None if nothing is left."""
    questions = screenings.unasked(user, *programmes)
    return TickList(questions, library().safety) if questions else None
