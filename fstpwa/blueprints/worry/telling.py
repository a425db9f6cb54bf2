"""One person telling that something went wrong: the form of each step, and storing it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from uuid import UUID

from flask import request, url_for

from fstpwa.blueprints.health_questions import YesNoList
from fstpwa.blueprints.worry.forms import NOW_WORDS, YES_NO, AnswerForm, WhereForm
from fstpwa.content import library
from fstpwa.domain.errors import GoodDaysError, NotFound
from fstpwa.domain.report import (
    SEVERE,
    Step,
    Told,
    may_open,
    open_step,
    options,
    questions_of,
    step_after,
    step_before,
    touched,
)
from fstpwa.models.health import HealthReport
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import planning, reports
from fstpwa.services.reports import NOT_SURE, InQuestion, Practised

AnyForm = AnswerForm | WhereForm | YesNoList
NOT_SURE_LABEL = "Not sure"


def session_of_request(user: User) -> PlannedSession | None:
    """Return the session somebody came from, None without one.

    Whatever is wrong with that part of the address must not stand between somebody and help.
    """
    try:
        return planning.planned_session(user, UUID(request.args.get("session", "")))
    except (ValueError, GoodDaysError):
        return None


def is_usable(form: AnyForm) -> bool:
    """Whether what was sent can be stored; if not, the form says why."""
    return form.is_valid if isinstance(form, YesNoList) else bool(form.validate())


class Telling:
    """A report of somebody, at a moment."""

    def __init__(self, user: User, report: HealthReport, *, now: datetime) -> None:
        self.user = user
        self.report = report
        self.now = now
        self.session = session_of_request(user)

    @cached_property
    def practised(self) -> Practised | None:
        """The session whose movements can be named."""
        return reports.practised(self.user, self.session, report=self.report, now=self.now)

    @cached_property
    def in_question(self) -> InQuestion:
        """The movements it may have been, while none is named."""
        return reports.in_question(self.user, self.report, self.practised)

    @property
    def told(self) -> Told:
        """How far the report has come."""
        return reports.told(self.user, self.report, has_session=self.practised is not None)

    def step(self, name: str) -> Step:
        """Return the step called `name`, or the one to go on with if it cannot be opened yet.

        Raises NotFound if there is no such step.
        """
        try:
            wanted = Step(name)
        except ValueError:
            raise NotFound("There is no such step.") from None
        told = self.told
        return wanted if may_open(wanted, told) else open_step(told)

    def address(self, step: Step) -> str:
        """Return the address of a step; the session somebody came from goes along."""
        session = self.session.id if self.session else None
        return url_for("worry.step", report_id=self.report.id, step=step.value, session=session)

    def address_before(self, step: Step) -> str | None:
        """Return the address of the step before, None before the first."""
        before = step_before(step, self.told)
        return None if before is None else self.address(before)

    def form(self, step: Step, *, is_sent: bool = False) -> AnyForm:
        """Return the form of a step, with what was answered before or what was sent."""
        safety = library().safety
        if step is Step.QUESTIONS:
            sent = request.form if is_sent else None
            return YesNoList(questions_of(self.report.what, safety), safety, sent)
        if step is Step.WHERE:
            answered = self.report.severity is not None
            regions = list(self.report.regions) if answered else None
            return WhereForm.opened_with(regions, self.report.side if answered else None)
        words, answers, given = self._closed(step)
        return AnswerForm.asking(words, answers, given)

    @property
    def questions_answered(self) -> bool:
        """Whether the full questions were answered: they are asked once."""
        return bool(reports.answers_of(self.user, self.report))

    @property
    def stays_severe(self) -> bool:
        """Whether it was severe, which is not taken back."""
        return self.report.severity == SEVERE

    def save(self, step: Step, form: AnyForm) -> str:
        """Store a valid form. Returns the address to go on with."""
        if isinstance(form, YesNoList):
            if reports.answer_questions(self.user, self.report, form.entries, now=self.now):
                return url_for("safety.index")
        elif isinstance(form, WhereForm):
            reports.say_where(self.report, *form.chosen(), self.in_question)
        else:
            self._saving()[step](form.answer.data)
        if self.report.emergency:
            return url_for("safety.index")
        return self.address(step_after(step, self.told))

    def _saving(self) -> Mapping[Step, Callable[[str], None]]:
        report, now = self.report, self.now
        return {
            Step.NOW: lambda sent: (
                reports.say_emergency(report, now=now) if sent == "yes" else None
            ),
            Step.WHAT: lambda sent: reports.say_what(report, sent, self.in_question),
            Step.MOVEMENT: lambda sent: reports.say_movement(report, sent, self._session()),
            Step.SEVERITY: lambda sent: reports.say_severity(report, sent),
            Step.CARE: lambda sent: reports.say_care(
                self.user, report, sent, self.in_question, now=now
            ),
        }

    def _session(self) -> Practised:
        if self.practised is None:
            raise NotFound("There was no session.")
        return self.practised

    def _closed(self, step: Step) -> tuple[str, Mapping[str, str], str | None]:
        """Return question, answers and what was answered before, of a step with closed answers."""
        safety = library().safety
        report = self.report
        if step is Step.NOW:
            return NOW_WORDS, YES_NO, "no"
        if step is Step.MOVEMENT:
            slugs = {each.slug: each.name for each in self._session().movements}
            # One that is put away only because it touches the place was not named.
            untold = touched(self.in_question.movements, frozenset(report.regions))
            named = len(report.movements) == 1 and tuple(report.movements) != untold
            given = report.movements[0] if named else None
            words = safety.messages["sww_4_movement"].text
            return words, {**slugs, NOT_SURE: NOT_SURE_LABEL}, given
        name, given = {
            Step.WHAT: ("sww_2_what", report.what or None),
            Step.SEVERITY: ("sww_5_severity", report.severity),
            Step.CARE: ("sww_6_care", report.care),
        }[step]
        return safety.messages[name].text, options(name, safety), given
