"""Onboarding, screen by screen; the tick-lists again later, and after an emergency."""

from datetime import UTC, date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.health_questions import TickList
from fstpwa.blueprints.welcome import presenting
from fstpwa.blueprints.welcome.first_plan import FirstPlanPage, first_plan_page, ticks_about
from fstpwa.blueprints.welcome.forms import AboutForm, CareForm
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import NotFound
from fstpwa.domain.programme import Programme
from fstpwa.domain.standing import Source, Standing
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import enrolments, screenings
from fstpwa.services.gate import gate_of
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from fstpwa.services.screenings import Step, Walk
from fstpwa.web import go_to

blueprint = Blueprint("welcome", __name__, url_prefix="/welcome")

SCREENS = 8
"""What brings you, six tick-lists, the first programme."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Go to the first thing that is still to be answered."""
    return redirect(_first_open(acting_user(), datetime.now(UTC)), code=303)


@blueprint.get("/you")
@signed_in
def you() -> ResponseReturnValue:
    """Ask what brings somebody, where it is, the country, and whether they are of age."""
    return _you_page(AboutForm.of(acting_user()))


@blueprint.post("/you")
@signed_in
def say_you() -> ResponseReturnValue:
    """Store what brings somebody and begin the tick-lists; nothing is stored of a minor."""
    user, now = acting_user(), datetime.now(UTC)
    form = AboutForm.of(user)
    if form.adult.data == "no":
        return render_template("welcome/adults.html", onboarding=library().safety.onboarding)
    if not form.validate():
        return _you_page(form), 422
    screenings.say_about(user, form.about())
    standing = _standing(user, now)
    is_new = standing.last_screened is None and standing.whole_plan != "emergency"
    if is_new and screenings.open_screening(user, now=now) is None:
        screenings.start(user, "start", now=now)
    db.session.commit()
    if standing.last_screened is not None and standing.whole_plan is None:
        return go_to(_to("plan"))
    return go_to(_first_open(user, now))


@blueprint.get("/health/<int:number>")
@signed_in
def health(number: int) -> ResponseReturnValue:
    """Show one tick-list."""
    user, now = acting_user(), datetime.now(UTC)
    walk = _walk(user, now)
    if walk is None or _is_ahead(walk, number):
        return redirect(_first_open(user, now), code=303)
    return _screen_page(walk, number, _ticks(walk, number, user, now))


@blueprint.post("/health/<int:number>")
@signed_in
def answer(number: int) -> ResponseReturnValue:
    """Store one tick-list, and go where it leads."""
    user, now = acting_user(), datetime.now(UTC)
    walk = _walk(user, now, for_update=True)
    if walk is None or _is_ahead(walk, number):
        return go_to(_first_open(user, now))
    ticks = _ticks(walk, number, user, now)
    ticks.read(request.form)
    if not ticks.is_valid:
        return _screen_page(walk, number, ticks), 422
    screen = walk.screens[number - 1]
    step = screenings.store_screens(user, walk, [screen], ticks.entries, now=now)
    db.session.commit()
    return go_to(_after(step, walk, user, now))


@blueprint.get("/read-again")
@signed_in
def read_again() -> ResponseReturnValue:
    """Show every item once more to somebody who was very fast."""
    user, now = acting_user(), datetime.now(UTC)
    walk = _walk(user, now)
    if walk is None or walk.first_open is not None:
        return redirect(_first_open(user, now), code=303)
    return _read_again_page(presenting.every_tick_of(walk, user))


@blueprint.post("/read-again")
@signed_in
def answer_again() -> ResponseReturnValue:
    """Store what was read once more."""
    user, now = acting_user(), datetime.now(UTC)
    walk = _walk(user, now, for_update=True)
    if walk is None or walk.first_open is not None:
        return go_to(_first_open(user, now))
    ticks = presenting.every_tick_of(walk, user)
    ticks.read(request.form)
    if not ticks.is_valid:
        return _read_again_page(ticks), 422
    step = screenings.store_screens(
        user, walk, walk.screens, ticks.entries, now=now, read_again=True
    )
    db.session.commit()
    return go_to(_after(step, walk, user, now))


@blueprint.get("/plan")
@signed_in
def plan() -> ResponseReturnValue:
    """Suggest what to begin with, with the reason, and ask for days and time."""
    user, now = acting_user(), datetime.now(UTC)
    standing = _standing(user, now)
    if standing.last_screened is None or standing.whole_plan is not None:
        return redirect(_first_open(user, now), code=303)
    return _plan_page(first_plan_page(user, standing, _chosen()))


@blueprint.post("/plan")
@signed_in
def begin() -> ResponseReturnValue:
    """Start the chosen programme and go to Today."""
    user, now = acting_user(), datetime.now(UTC)
    standing = _standing(user, now)
    if standing.last_screened is None or standing.whole_plan is not None:
        return go_to(_first_open(user, now))
    first = first_plan_page(user, standing, _chosen())
    if not first.can_be_stored():
        return _plan_page(first), 422
    if first.ticks is not None:
        record_answers(user, first.ticks.entries, Source.SCREENING, now=now)
        first = first_plan_page(user, _standing(user, now), _chosen())
    entry = first.entry() if _standing(user, now).whole_plan is None else None
    if entry is not None:
        enrolments.enrol(user, entry, now=now)
    db.session.commit()
    if entry is None:
        # An answer that was given here closes the plan, or takes too much of the programme.
        return go_to(_to("plan"))
    flash("Your programme is set for the next two weeks.")
    return go_to(url_for("practice.today"))


@blueprint.get("/more")
@signed_in
def more() -> ResponseReturnValue:
    """Ask what a programme for other regions still needs to know."""
    ticks = _unasked()
    if ticks is None:
        return redirect(_after_more(), code=303)
    return _more_page(ticks)


@blueprint.post("/more")
@signed_in
def answer_more() -> ResponseReturnValue:
    """Store what a programme for other regions needed to know."""
    ticks = _unasked()
    if ticks is None:
        return go_to(_after_more())
    ticks.read(request.form)
    if not ticks.is_valid:
        return _more_page(ticks), 422
    record_answers(acting_user(), ticks.entries, Source.SCREENING, now=datetime.now(UTC))
    db.session.commit()
    return go_to(_after_more())


@blueprint.get("/again")
@signed_in
def again() -> ResponseReturnValue:
    """Say why the tick-lists come again, and begin."""
    user, now = acting_user(), datetime.now(UTC)
    gate = gate_of(user, local_day(now, user.time_zone))
    if gate.standing.last_screened is None or gate.standing.whole_plan == "emergency":
        return redirect(_first_open(user, now), code=303)
    rescreen = library().safety.rescreen
    return render_template("welcome/again.html", why=gate.rescreen, rescreen=rescreen)


@blueprint.post("/again")
@signed_in
def start_again() -> ResponseReturnValue:
    """Begin the tick-lists anew, with what holds now as the first answers."""
    user, now = acting_user(), datetime.now(UTC)
    standing = _standing(user, now)
    if standing.last_screened is not None and standing.whole_plan != "emergency":
        screenings.start(user, "again", now=now)
        db.session.commit()
    return go_to(_first_open(user, now))


@blueprint.get("/after-care")
@signed_in
def after_care() -> ResponseReturnValue:
    """Ask where and when somebody was cared for after an emergency."""
    form = _care_form()
    if form is None:
        return redirect(url_for("safety.index"), code=303)
    return _care_page(form)


@blueprint.post("/after-care")
@signed_in
def start_after_care() -> ResponseReturnValue:
    """Begin the complete new screening that alone lifts an emergency."""
    user, now = acting_user(), datetime.now(UTC)
    form = _care_form()
    if form is None:
        return go_to(url_for("safety.index"))
    if not form.validate():
        return _care_page(form), 422
    screenings.start_after_care(user, _standing(user, now), form.care(), now=now)
    db.session.commit()
    return go_to(_first_open(user, now))


def _chosen() -> Programme | None:
    """Return the programme somebody came with; an address that names none is no error."""
    try:
        return enrolments.available_programme(request.args.get("programme", ""))
    except NotFound:
        return None


def _to(page: str, *, number: int | None = None) -> str:
    """Return the address of a page of the onboarding; the programme they came with goes along."""
    chosen = _chosen()
    return url_for(f"welcome.{page}", programme=chosen.slug if chosen else None, number=number)


def _standing(user: User, now: datetime) -> Standing:
    return standing_of(user, local_day(now, user.time_zone))


def _walk(user: User, now: datetime, *, for_update: bool = False) -> Walk | None:
    screening = screenings.open_screening(user, now=now, for_update=for_update)
    chosen = _chosen()
    if screening is None:
        return None
    return screenings.walk_of(user, screening, chosen.slug if chosen else None)


def _is_ahead(walk: Walk, number: int) -> bool:
    """Whether screens before this one are to be answered first. 404 if there is no such one."""
    if not 1 <= number <= len(walk.screens):
        abort(404)
    return walk.first_open is not None and number > walk.first_open


def _first_open(user: User, now: datetime) -> str:
    """Return the address of the first thing that is still to be answered."""
    standing = _standing(user, now)
    walk = _walk(user, now)
    emergency = standing.whole_plan == "emergency"
    if walk is not None and (not emergency or walk.screening.reason == "after_care"):
        return (
            _to("read_again") if walk.first_open is None else _to("health", number=walk.first_open)
        )
    if not emergency and (not user.is_adult or standing.last_screened is None):
        return _to("you")
    return _after_screening(user, standing)


def _after(step: Step, walk: Walk, user: User, now: datetime) -> str:
    """Return where an answered screen leads."""
    if step == Step.HELP:
        return url_for("safety.index")
    if step != Step.DONE:
        return _first_open(user, now)
    standing = _standing(user, now)
    if walk.screening.reason != "start" and standing.whole_plan is None:
        flash("Thank you. Your answers are up to date.")
    return _after_screening(user, standing)


def _after_screening(user: User, standing: Standing) -> str:
    if standing.whole_plan is not None:
        return url_for("safety.index")
    if _chosen() is not None or enrolments.running_enrolment(user) is None:
        return _to("plan")
    return url_for("practice.today")


def _after_more() -> str:
    """Return where somebody goes on once a programme's own questions are answered."""
    user = acting_user()
    chosen, given = _chosen(), _given()
    standing = _standing(user, datetime.now(UTC))
    if standing.last_screened is None or standing.whole_plan is not None:
        return _first_open(user, datetime.now(UTC))
    if given is not None:
        return url_for("practice.today", _anchor="practice")
    if chosen is None:
        return _first_open(user, datetime.now(UTC))
    return url_for("plan.choose", slug=chosen.slug)


def _unasked() -> TickList | None:
    """Return the questions that the chosen programme still needs, None if there are none."""
    user = acting_user()
    about = _given() or _chosen()
    if about is None or _standing(user, datetime.now(UTC)).last_screened is None:
        return None
    return ticks_about(user, about)


def _given() -> Programme | None:
    """Return the programme that is followed already, if that is the one the address names.

    A therapist gave it, so that it was begun without its questions.
    """
    running = enrolments.running_enrolment(acting_user())
    if running is None or running.programme != request.args.get("programme"):
        return None
    return enrolments.programme_of(running)


def _ticks(walk: Walk, number: int, user: User, now: datetime) -> TickList:
    before: tuple[AnswerEntry, ...] = ()
    if walk.screening.reason == "again":
        before = screenings.prefilled(_standing(user, now), library().safety)
    return presenting.ticks_of(walk, walk.screens[number - 1], user, before)


def _care_form() -> CareForm | None:
    """Return the form, None while no emergency locks the plan."""
    user = acting_user()
    today = local_day(datetime.now(UTC), user.time_zone)
    since: date | None = screenings.emergency_since(standing_of(user, today))
    return CareForm(since=since, today=today) if since is not None else None


def _you_page(form: AboutForm) -> str:
    return render_template(
        "welcome/you.html",
        form=form,
        action=_to("say_you"),
        messages=library().safety.messages,
        onboarding=library().safety.onboarding,
        place=(1, SCREENS),
    )


def _screen_page(walk: Walk, number: int, ticks: TickList) -> str:
    first = walk.screening.reason == "start"
    return render_template(
        "welcome/health.html",
        screen=walk.screens[number - 1],
        ticks=ticks,
        action=_to("answer", number=number),
        back=_to("health", number=number - 1) if number > 1 else _to("you") if first else None,
        place=(number + 1, SCREENS) if first else (number, len(walk.screens)),
    )


def _read_again_page(ticks: TickList) -> str:
    return render_template("welcome/read_again.html", ticks=ticks, action=_to("answer_again"))


def _plan_page(first: FirstPlanPage) -> str:
    return render_template(
        "welcome/plan.html",
        found=first.found,
        form=first.form,
        ticks=first.ticks,
        action=_to("begin"),
        place=(SCREENS, SCREENS),
        running=enrolments.running_name(acting_user()),
    )


def _more_page(ticks: TickList) -> str:
    return render_template(
        "welcome/more.html",
        ticks=ticks,
        programme=_given() or _chosen(),
        action=url_for("welcome.answer_more", programme=request.args.get("programme")),
    )


def _care_page(form: CareForm) -> str:
    return render_template("welcome/after_care.html", form=form)
