"""Giving clients something to do, seen from both sides, and lifting a lock for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, RoutineVersion, Side
from fstpwa.models.health import HealthAnswer, HealthUnlock
from fstpwa.models.people import Role
from fstpwa.services import care_links, enrolments, routines, vault
from fstpwa.services.care_links import Scopes
from fstpwa.services.gate import gate_today
from fstpwa.services.safety import AnswerEntry, record_answers
from tests.caring import link, link_row
from tests.conftest import HTMX, Person, looks

NOBODY = UUID(int=0)

HELD, COUNTED = "upper-trap-stretch", "neck-turns"
PLAN_ONLY = Scopes(shares_routines=True)
DRAFT = RoutineDraft(
    name="Neck easing",
    purpose="For your mornings.",
    lines=(RoutineLine(slug=COUNTED), RoutineLine(slug=HELD)),
    flare_from="neck-and-desk",
)


@pytest.fixture
def linked(her: Person, therapist: Person) -> UUID:
    """The link by which the therapist sees all of hers; both have names."""
    with her.app.app_context():
        her.user().name = "Maya"
        therapist.user().name = "Ines"
        db.session.commit()
    return link(her, therapist)


@pytest.fixture
def routine(therapist: Person) -> UUID:
    """A routine of the therapist."""
    return make(therapist)


def make(therapist: Person, draft: RoutineDraft = DRAFT) -> UUID:
    """Store a routine of a therapist. Returns its public id."""
    with therapist.app.app_context():
        made = routines.create(therapist.user(), draft, now=datetime.now(UTC))
        public_id = made.public_id
        db.session.commit()
    return public_id


def sent(**more: object) -> dict[str, object]:
    """The form as it is shown, with what a test says besides."""
    today = datetime.now(UTC).date()
    said: dict[str, object] = {
        "form_id": str(uuid4()),
        "weekdays": [str(day) for day in range(7)],
        "at": "08:00",
        "times_per_day": "1",
        "side": "both",
        "starts_on": today.isoformat(),
        "ends_on": "",
        "message": "",
    }
    return {**said, **more}


def count(person: Person) -> int:
    """How much was ever given to somebody."""
    with person.app.app_context():
        found = db.select(db.func.count(Assignment.id)).filter_by(user_id=person.id)
        return db.session.scalar(found) or 0


def running(person: Person) -> str:
    """The name of the programme somebody follows, empty without one."""
    with person.app.app_context():
        return enrolments.running_name(person.user())


def says_yes(person: Person, question: str, **more: object) -> None:
    """Let somebody answer a health question with yes."""
    with person.app.app_context():
        entry = AnswerEntry(question=question, yes=True, **more)  # type: ignore[arg-type]
        record_answers(person.user(), [entry], Source.WORRY, now=datetime.now(UTC))
        db.session.commit()


# --- the therapist's side


def test_a_prepared_routine_is_given_with_what_is_filled_in_already(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    # People -> client -> Assign -> the routine -> Assign: four taps from the first page.
    assert f"/people/{linked}/assign" in therapist.get(f"/people/{linked}").text
    chosen = f"/people/{linked}/assign/routine/{routine}"
    assert chosen in therapist.get(f"/people/{linked}/assign").text
    page = therapist.get(chosen)
    assert 'value="08:00"' in page.text
    assert "checked" in page.text
    answer = therapist.post(chosen, data=sent())
    assert answer.status_code == 303
    assert running(her) == "Neck easing"


def test_every_look_of_the_therapist_is_noted(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    therapist.get(f"/people/{linked}/assign")
    therapist.get(f"/people/{linked}/assign/routine/{routine}")
    therapist.get(f"/people/{linked}/assign/programme/low-back")
    therapist.get(f"/people/{linked}/unlock")
    assert [look[1] for look in looks] == ["plan", "plan", "plan", "overview"]


def test_what_runs_now_is_named_before_it_is_replaced(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    her.follows("low-back")
    page = therapist.get(f"/people/{linked}/assign/routine/{routine}").text
    assert library().programmes["low-back"].name in page
    assert "takes the place of" in page


def test_what_the_answers_do_to_it_is_shown_with_the_reason(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    says_yes(her, "as_surgery", regions=frozenset({"neck"}))
    page = therapist.get(f"/people/{linked}/assign/routine/{routine}").text
    assert "Waiting:" in page
    assert library().movements[COUNTED].name in page
    assert "Surgery in the last 12 weeks" in page
    assert f"/people/{linked}/unlock" in page


def test_without_records_it_is_said_only_that_something_may_be_left_out(
    her: Person, therapist: Person, routine: UUID
) -> None:
    plan_only = link(her, therapist, PLAN_ONLY)
    before = therapist.get(f"/people/{plan_only}/assign/routine/{routine}").text
    says_yes(her, "as_surgery", regions=frozenset({"neck"}))
    after = therapist.get(f"/people/{plan_only}/assign/routine/{routine}").text
    assert "may be left out" in after
    assert "urgery" not in after
    assert len(before) == len(after)


@pytest.mark.parametrize("scopes", [Scopes(), Scopes(shares_records=True)])
def test_without_the_plan_shared_there_is_no_such_page(
    her: Person, therapist: Person, routine: UUID, scopes: Scopes
) -> None:
    found = link(her, therapist, scopes)
    for page in ("", f"/routine/{routine}", "/programme/low-back"):
        assert therapist.get(f"/people/{found}/assign{page}").status_code == 404
    answer = therapist.post(f"/people/{found}/assign/routine/{routine}", data=sent())
    assert answer.status_code == 404
    assert count(her) == 0


def test_a_link_that_ended_since_the_page_was_opened_gives_nothing(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    page = f"/people/{linked}/assign/routine/{routine}"
    assert therapist.get(page).status_code == 200
    with her.app.app_context():
        care_links.end(link_row(her, linked), Side.CLIENT, now=datetime.now(UTC))
        db.session.commit()
    assert therapist.post(page, data=sent()).status_code == 404
    assert count(her) == 0


def test_a_client_and_another_therapists_routine_are_not_found(
    her: Person, him: Person, therapist: Person, linked: UUID
) -> None:
    assert her.get(f"/people/{linked}/assign").status_code == 404
    other = Person(therapist.app, Role.THERAPIST)
    theirs = make(other)
    assert therapist.get(f"/people/{linked}/assign/routine/{theirs}").status_code == 404
    assert other.get(f"/people/{linked}/assign").status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"weekdays": []}, "Choose at least one day"),
        ({"starts_on": "2020-01-01"}, "The first day is over"),
        ({"starts_on": "2999-01-01"}, "within the next 90 days"),
        ({"ends_on": "2020-01-01"}, "The last day is before the first"),
        ({"starts_on": "someday"}, "Not a valid date"),
        ({"times_per_day": "9"}, "Not a valid choice"),
        ({"at": "25:99"}, "Not a valid time"),
        ({"message": "x" * 501}, "At most 500 letters"),
    ],
)
def test_what_cannot_be_is_said_where_it_happened_and_nothing_is_given(
    her: Person,
    therapist: Person,
    linked: UUID,
    routine: UUID,
    more: dict[str, object],
    words: str,
) -> None:
    page = f"/people/{linked}/assign/routine/{routine}"
    for headers in ({}, HTMX):
        answer = therapist.post(page, data=sent(**more), headers=headers)
        assert answer.status_code == 422
        assert words in answer.text
    assert count(her) == 0


def test_the_same_form_sent_twice_is_given_once(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    form = sent()
    for _ in range(2):
        answer = therapist.post(f"/people/{linked}/assign/routine/{routine}", data=form)
        assert answer.status_code == 303
    assert count(her) == 1


def test_a_routine_emptied_of_known_movements_cannot_be_given(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    with therapist.app.app_context():
        version = db.session.scalars(db.select(RoutineVersion)).one()
        version.lines = [{"slug": "gone-from-the-library"}]
        db.session.commit()
    page = f"/people/{linked}/assign/routine/{routine}"
    for answer in (therapist.get(page), therapist.post(page, data=sent())):
        assert answer.status_code == 422
        assert "in the library any more" in answer.text
    assert count(her) == 0


def test_what_the_answers_leave_nothing_of_is_not_given(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    says_yes(her, "as_surgery", regions=frozenset({"neck", "shoulder", "upper_back"}))
    answer = therapist.post(f"/people/{linked}/assign/routine/{routine}", data=sent())
    assert answer.status_code == 422
    assert "nothing of this can be done" in answer.text
    assert running(her) == ""


def test_a_routine_that_is_put_away_is_not_given(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    with therapist.app.app_context():
        found = routines.routine_for(therapist.user(), routine)
        routines.archive(found, now=datetime.now(UTC))
        db.session.commit()
    assert therapist.get(f"/people/{linked}/assign/routine/{routine}").status_code == 404


def test_a_programme_is_adapted_for_one_client(
    her: Person, therapist: Person, linked: UUID
) -> None:
    page = f"/people/{linked}/assign/programme/neck-and-desk"
    assert f"how-{HELD}" in therapist.get(page).text
    form = sent(**{f"how-{COUNTED}": "out", f"hold_s-{HELD}": "12"})
    del form["times_per_day"]
    assert therapist.post(page, data=form).status_code == 303
    slugs = {item["slug"] for each in her.planned() for item in each.items}
    assert COUNTED not in slugs
    assert {
        item["dose"]["hold_s"]
        for each in her.planned()
        for item in each.items
        if item["slug"] == HELD
    } == {12}


@pytest.mark.parametrize("typed", ["500", "-1", "two", "1.5"])
def test_a_dose_out_of_range_is_said_with_the_movement_and_what_was_typed_stays(
    her: Person, therapist: Person, linked: UUID, typed: str
) -> None:
    page = f"/people/{linked}/assign/programme/neck-and-desk"
    answer = therapist.post(page, data=sent(**{f"hold_s-{HELD}": typed}))
    assert answer.status_code == 422
    assert library().movements[HELD].name in answer.text
    assert f'value="{typed}"' in answer.text
    assert count(her) == 0


def test_a_programme_of_which_everything_is_left_out_is_refused(
    her: Person, therapist: Person, linked: UUID
) -> None:
    page = f"/people/{linked}/assign/programme/neck-and-desk"
    everything = {f"how-{slug}": "out" for slug in library().movements}
    answer = therapist.post(page, data=sent(**everything))
    assert answer.status_code == 422
    assert "Nothing would be left" in answer.text


def test_what_was_given_can_be_taken_back_by_whoever_gave_it_alone(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=sent())
    with her.app.app_context():
        given = db.session.scalars(db.select(Assignment)).one().public_id
    other = Person(therapist.app, Role.THERAPIST)
    theirs = link(her, other)
    away = f"/assign/{given}/withdraw"
    assert other.post(f"/people/{theirs}{away}").status_code == 404
    assert running(her) == "Neck easing"
    assert therapist.post(f"/people/{linked}{away}").status_code == 303
    assert running(her) == ""
    assert "took “Neck easing” back" in her.get("/today").text


# --- many clients


def test_a_routine_is_given_to_all_who_are_ticked(
    her: Person, him: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    other = link(him, therapist, PLAN_ONLY)
    page = f"/routines/{routine}/assign"
    assert str(linked) in therapist.get(page).text
    step = therapist.get(f"{page}?to={linked}&to={other}")
    assert "Maya" in step.text
    assert step.status_code == 200
    answer = therapist.post(page, data=sent(to=[str(linked), str(other)]))
    assert answer.status_code == 303
    assert running(her) == running(him) == "Neck easing"


def test_nobody_ticked_is_said(therapist: Person, linked: UUID, routine: UUID) -> None:
    page = f"/routines/{routine}/assign"
    assert "Choose at least one client." not in therapist.get(page).text
    answer = therapist.get(f"{page}?next=days")
    assert answer.status_code == 422
    assert "Choose at least one client." in answer.text


def test_one_of_them_whose_consent_ended_lets_it_be_given_to_nobody(
    her: Person, him: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    other = link(him, therapist)
    with him.app.app_context():
        care_links.end(link_row(him, other), Side.CLIENT, now=datetime.now(UTC))
        db.session.commit()
    page = f"/routines/{routine}/assign"
    answer = therapist.post(page, data=sent(to=[str(linked), str(other)]))
    assert answer.status_code == 404
    assert running(her) == ""


def test_what_cannot_be_for_one_is_given_to_none(
    her: Person, him: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    other = link(him, therapist)
    says_yes(him, "as_surgery", regions=frozenset({"neck", "shoulder", "upper_back"}))
    page = f"/routines/{routine}/assign"
    answer = therapist.post(page, data=sent(to=[str(linked), str(other)]))
    assert answer.status_code == 422
    assert "nothing of this can be done" in answer.text
    assert running(her) == running(him) == ""


@pytest.mark.parametrize("to", [[], ["nobody"], [str(NOBODY)]])
def test_nobody_or_somebody_unknown_ticked_gives_nothing(
    therapist: Person, routine: UUID, to: list[str]
) -> None:
    answer = therapist.post(f"/routines/{routine}/assign", data=sent(to=to))
    assert answer.status_code == (404 if to else 422)


# --- the client's side


def test_today_and_the_plan_say_who_gave_it_why_and_until_when(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    her.follows("low-back")
    last = datetime.now(UTC).date() + timedelta(days=30)
    form = sent(message="Try these <b>first</b>", ends_on=last.isoformat())
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=form)
    for page in (her.get("/today").text, her.get("/plan").text):
        assert "From Ines: Neck easing" in page
        assert "Try these &lt;b&gt;first&lt;/b&gt;" in page
        assert "Until" in page
        assert library().programmes["low-back"].name in page
        assert "not offered any more" not in page
        assert "Your programme</h1>" not in page


def test_every_page_of_hers_opens_while_she_follows_a_routine(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=sent())
    session = her.planned()[0].id
    for page in (
        "/plan/why",
        "/programmes",
        "/programmes/low-back",
        "/programmes/low-back/choose",
        "/check-in",
        "/progress",
        "/settings/",
        "/settings/health",
        "/safety",
        "/reminders",
        "/welcome/plan",
        f"/sessions/{session}",
    ):
        assert her.get(page, follow_redirects=True).status_code == 200, page
    assert her.get(f"/programmes/{running_slug(her)}").status_code == 404
    assert "“Neck easing” ends when" in her.get("/programmes/low-back/choose").text
    assert "Neck easing" in her.get(f"/sessions/{session}").text


def running_slug(person: Person) -> str:
    """The slug of what somebody follows."""
    with person.app.app_context():
        return enrolments.running_or_not_found(person.user()).programme


def test_what_waits_is_shown_with_its_first_day_and_can_be_declined(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    start = datetime.now(UTC).date() + timedelta(days=5)
    form = sent(starts_on=start.isoformat())
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=form)
    assert running(her) == ""
    page = her.get("/today").text
    assert "Begins on" in page
    with her.app.app_context():
        given = db.session.scalars(db.select(Assignment)).one().public_id
    assert her.post(f"/plan/waiting/{given}/decline").status_code == 303
    assert "Begins on" not in her.get("/today").text
    with her.app.app_context():
        assert db.session.scalars(db.select(Assignment)).one().state == AssignmentState.ENDED


def test_nobody_declines_for_somebody_else(
    her: Person, him: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    start = datetime.now(UTC).date() + timedelta(days=5)
    form = sent(starts_on=start.isoformat())
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=form)
    with her.app.app_context():
        given = db.session.scalars(db.select(Assignment)).one().public_id
    assert him.post(f"/plan/waiting/{given}/decline").status_code == 404


def test_the_client_stops_what_was_given(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=sent())
    assert her.post("/plan/stop").status_code == 303
    assert running(her) == ""
    assert "From Ines" not in her.get("/today").text


def test_on_the_day_after_its_last_day_today_says_so_kindly(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    now = datetime.now(UTC)
    form = sent(ends_on=now.date().isoformat())
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=form)
    with her.app.app_context():
        given = db.session.scalars(db.select(Assignment)).one()
        running = enrolments.running_or_not_found(her.user())
        given.starts_on = given.ends_on = running.ends_on = now.date() - timedelta(days=1)
        enrolments.end_these(enrolments.due_to_end(now=now), now=now)
        db.session.commit()
    page = her.get("/today").text
    assert "“Neck easing” from Ines has come to its last day." in page
    assert "Nothing planned yet" in page


def test_the_client_changes_its_days(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    therapist.post(f"/people/{linked}/assign/routine/{routine}", data=sent())
    answer = her.post("/plan/schedule", data={"weekdays": ["1"], "at": "18:00", "side": "both"})
    assert answer.status_code == 303
    assert running(her) == "Neck easing"


def test_questions_about_parts_it_moves_come_before_its_first_session(
    therapist: Person, routine: UUID
) -> None:
    # Somebody who was never asked about their jaw is given something for it.
    fresh = Person(therapist.app)
    with fresh.app.app_context():
        db.session.execute(
            db.delete(HealthAnswer).filter_by(user_id=fresh.id, question="ur_jawlock")
        )
        db.session.commit()
    jaw = make(therapist, replace(DRAFT, lines=(RoutineLine(slug="jaw-rest-position"),)))
    found = link(fresh, therapist)
    therapist.post(f"/people/{found}/assign/routine/{jaw}", data=sent())
    assert "Answer a few questions first" in fresh.get("/today").text
    session = fresh.planned()[0].id
    answer = fresh.get(f"/sessions/{session}")
    assert answer.status_code == 303
    assert fresh.get(f"/sessions/{session}/stamp").text == "closed"
    more = answer.headers["Location"]
    assert "Neck easing" in fresh.get(more).text
    said = fresh.post(more, data={"none": "y"})
    assert said.status_code == 303, said.text
    assert fresh.get(f"/sessions/{session}").status_code == 200


# --- lifting a lock


def test_a_therapist_lifts_what_they_may_with_a_reason_that_the_client_reads(
    her: Person, therapist: Person, linked: UUID, routine: UUID
) -> None:
    says_yes(her, "as_surgery", regions=frozenset({"neck"}))
    with her.app.app_context():
        today = datetime.now(UTC).date()
        key = gate_today(her.user(), today).standing.conditions[0].key
    page = f"/people/{linked}/unlock"
    assert page in therapist.get(f"/people/{linked}/assign/routine/{routine}").text
    assert f'value="{key}"' in therapist.get(page).text
    answer = therapist.post(page, data={"key": key, "reason": "Healed, seen on Monday"})
    assert answer.status_code == 303
    with her.app.app_context():
        assert gate_today(her.user(), today).standing.conditions[0].lifted
        row = db.session.scalars(db.select(HealthUnlock)).one()
        assert row.way == "therapist"
        assert row.reason != "Healed, seen on Monday"
        assert vault.readable(her.user(), row.reason) == "Healed, seen on Monday"
    history = her.get("/settings/health").text
    assert "Your therapist agreed" in history
    assert "Ines" in history
    assert "Healed, seen on Monday" in history


def test_a_lock_is_lifted_once_and_not_without_a_reason(
    her: Person, therapist: Person, linked: UUID
) -> None:
    says_yes(her, "as_surgery", regions=frozenset({"neck"}))
    with her.app.app_context():
        key = gate_today(her.user(), datetime.now(UTC).date()).standing.conditions[0].key
    page = f"/people/{linked}/unlock"
    for reason in ("", "   ", "x" * 301):
        assert therapist.post(page, data={"key": key, "reason": reason}).status_code == 422
    for _ in range(2):
        assert therapist.post(page, data={"key": key, "reason": "Healed"}).status_code == 303
    with her.app.app_context():
        assert db.session.scalar(db.select(db.func.count(HealthUnlock.id))) == 1


@pytest.mark.parametrize("question", ["em_trauma", "ur_infection"])
def test_an_emergency_and_an_urgent_answer_are_lifted_by_no_therapist(
    her: Person, therapist: Person, linked: UUID, question: str
) -> None:
    says_yes(her, question)
    with her.app.app_context():
        key = gate_today(her.user(), datetime.now(UTC).date()).standing.conditions[0].key
    page = f"/people/{linked}/unlock"
    assert f'value="{key}"' not in therapist.get(page).text
    assert therapist.post(page, data={"key": key, "reason": "Fine"}).status_code == 409
    with her.app.app_context():
        assert db.session.scalar(db.select(db.func.count(HealthUnlock.id))) == 0


def test_nothing_is_lifted_that_does_not_hold_or_is_not_shared(
    her: Person, him: Person, therapist: Person, linked: UUID
) -> None:
    page = f"/people/{linked}/unlock"
    assert therapist.post(page, data={"key": "nothing", "reason": "Fine"}).status_code == 404
    plan_only = link(him, therapist, PLAN_ONLY)
    assert therapist.get(f"/people/{plan_only}/unlock").status_code == 404
    answer = therapist.post(f"/people/{plan_only}/unlock", data={"key": "x", "reason": "y"})
    assert answer.status_code == 404
