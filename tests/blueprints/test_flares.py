"""Flare days on Today: said with one tap, taken back with one, and over when the person says so."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from time_machine import travel

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, PlanEvent
from fstpwa.services import check_ins
from fstpwa.services.day_plan import day_plan

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    """It is noon."""
    with travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def her(her):
    """Somebody with a programme."""
    her.follows("fibromyalgia-gentle-20", now=NOON)
    return her


def a_session(person):
    """Return the first session of the coming week."""
    return next(each for ahead in range(7) for each in person.planned(ahead))


def says(person, answer, **more):
    return person.post("/today/flare", data={"answer": answer, **more})


def flare_of(person) -> bool | None:
    with person.app.app_context():
        day = NOON.date()
        return db.session.scalar(select(CheckIn.flare).filter_by(user_id=person.id, day=day))


def events_of(person) -> list[tuple[str, object]]:
    with person.app.app_context():
        rows = db.session.execute(
            select(PlanEvent.kind, PlanEvent.value)
            .filter_by(user_id=person.id)
            .order_by(PlanEvent.kind)
        )
        return [(row.kind, row.value) for row in rows]


def rates(person, days: dict[int, dict[str, int | bool]]) -> None:
    """Let somebody answer check-ins so many days ago."""
    with person.app.app_context():
        now = datetime.now(UTC)
        for back, answers in days.items():
            entry = CheckInEntry(day=now.date() - timedelta(days=back), answers=answers)
            check_ins.record_check_in(person.user(), entry, at=now, operation_id=uuid4(), now=now)
        db.session.commit()


def buttons(page: str) -> list[str]:
    part = page[page.index('id="flare"') :]
    return re.findall(r'name="answer" value="([\w-]+)"', part[: part.index("</section>")])


def plan_of(person):
    with person.app.app_context():
        return day_plan(person.user(), datetime.now(UTC).date())


def test_one_tap_says_it_and_one_takes_it_back(her, clock):
    assert buttons(her.get("/today").text) == ["yes"]
    assert says(her, "yes").location == "/today"
    page = her.get("/today").text
    assert flare_of(her) is True
    assert "A lighter day" in page
    assert "Nothing counts against you." in page
    assert buttons(page) == ["undo"]
    # The other questions of the day are still there to be answered.
    assert 'name="stiffness"' in page
    clock.shift(60)
    says(her, "undo")
    assert flare_of(her) is None
    assert buttons(her.get("/today").text) == ["yes"]


def test_on_a_flare_day_only_the_short_session_is_left(her):
    session = a_session(her)
    usual = her.get(f"/sessions/{session.id}").text
    says(her, "yes")
    with her.app.app_context():
        plan = day_plan(her.user(), NOON.date())
        left = plan.playable(db.session.merge(session, load=False))
        assert left.usual.items == ()
        assert left.flare.items
    page = her.get(f"/sessions/{session.id}").text
    assert 'value="usual"' in usual
    assert re.findall(r'name="variant" value="(\w+)"', page) in ([], ["flare"])


def test_on_a_flare_day_today_says_nothing_of_a_part_left_out(her):
    says(her, "yes")
    session = a_session(her)
    if session.day != NOON.date():
        her.post(f"/sessions/{session.id}/move", data={"day": NOON.date().isoformat()})
    page = her.get("/today").text
    assert "Start: flare day" in page
    assert "Its main part is left out" not in page
    player = her.get(f"/sessions/{session.id}").text
    assert '"flare"' in player
    assert "main part" not in player


def test_kept_the_usual_session_is_the_one_it_starts_with(her):
    says(her, "yes")
    session = a_session(her)
    if session.day != NOON.date():
        her.post(f"/sessions/{session.id}/move", data={"day": NOON.date().isoformat()})
    her.post("/plan/usual", data={"answer": "keep"})
    assert "Start<span" in her.get("/today").text


def test_without_a_programme_it_can_be_said_and_taken_back_too(him, clock):
    says(him, "yes")
    page = him.get("/today").text
    assert flare_of(him) is True
    assert buttons(page) == ["back", "undo"] or buttons(page) == ["undo"]
    assert "weeks of your programme" not in page
    clock.shift(60)
    says(him, "undo")
    assert flare_of(him) is None


def test_back_to_usual_ends_it_and_the_dose_comes_back_step_by_step(her, clock):
    rates(her, {5: {"stiffness": 3}, 1: {"flare": True, "stiffness": 8}})
    page = her.get("/today").text
    assert "Day 2 of this flare" in page
    assert buttons(page) == ["back"]
    says(her, "back")
    assert events_of(her) == [("back_to_usual", None)]
    page = her.get("/today").text
    assert "Coming back, step by step" in page
    assert "Half the dose until Tuesday 26 May." in page
    assert buttons(page) == ["yes"]
    assert plan_of(her).adaptation.easing.dose_share == 0.5
    clock.shift(60)
    says(her, "yes")
    assert events_of(her) == []
    assert plan_of(her).adaptation.easing.session == "flare"


def test_back_to_usual_counts_over_what_was_said_before_a_session(her, clock):
    session = a_session(her)
    rates(her, {1: {"flare": True}})
    her.post(f"/sessions/{session.id}/check", data={"check": ["pc_flare"]})
    her.post(
        f"/sessions/{session.id}/answers",
        data={"ticked": "pc_flare", "check": "pc_flare", "mo_flare": "yes"},
    )
    clock.shift(60)
    says(her, "back")
    assert plan_of(her).adaptation.easing.dose_share == 0.5
    assert plan_of(her).gate.is_flare is False


def test_where_another_rule_decides_the_card_promises_no_dose(her):
    rates(her, {40: {"stiffness": 3}, 30: {"flare": True}, 1: {"flare": True}})
    says(her, "back")
    easing = plan_of(her).adaptation.easing
    page = her.get("/today").text
    words = "Half the dose" if easing.dose_share == 0.5 else "Less than usual"
    assert f"{words} until Tuesday 26 May." in page


def test_something_new_leads_to_the_health_questions_and_waits_for_them(her):
    says(her, "yes")
    page = her.get("/today").text
    assert "Is this your usual kind of flare, or is something new?" in page
    sent = her.post("/today/flare/kind", data={"answer": "new"})
    assert sent.location == "/welcome/again"
    assert events_of(her) == [("flare_is_new", None)]
    page = her.get("/today").text
    assert "your usual kind of flare" not in page
    her.post("/today/flare/kind", data={"answer": "like-before"})
    assert events_of(her) == [("flare_like_before", None)]


def test_something_new_is_a_notice_until_the_questions_are_answered(her, clock):
    clock.move_to(NOON + timedelta(days=1))
    says(her, "yes")
    her.post("/today/flare/kind", data={"answer": "new"})
    assert "It is not a flare until it has been checked." in her.get("/today").text


def test_two_harder_days_are_asked_about_and_a_no_is_taken(her):
    usual = {back: {"stiffness": 3, "fatigue": 3} for back in range(2, 40)}
    rates(her, usual | {back: {"stiffness": 6, "fatigue": 6} for back in (0, 1)})
    assert "Could this be a flare?" in her.get("/today").text
    assert plan_of(her).adaptation.easing.session == "usual"
    says(her, "no")
    assert events_of(her) == [("not_a_flare", None)]
    assert "Could this be a flare?" not in her.get("/today").text


def test_a_yes_to_it_is_a_flare_day(her):
    usual = {back: {"stiffness": 3, "fatigue": 3} for back in range(2, 40)}
    rates(her, usual | {back: {"stiffness": 6, "fatigue": 6} for back in (0, 1)})
    says(her, "yes")
    assert flare_of(her) is True
    assert "Could this be a flare?" not in her.get("/today").text


def test_tags_are_counted_and_nothing_is_said_of_causes(her):
    rates(her, {1: {"flare": True}})
    her.post("/today/flare/triggers", data={"trigger": ["stress", "sleep"]})
    assert events_of(her) == [("flare_triggers", ["sleep", "stress"])]
    page = her.get("/today").text
    assert "Poor sleep 1, Stress 1." in page
    her.post("/today/flare/triggers", data={})
    assert events_of(her) == [("flare_triggers", [])]


def test_tags_outside_a_flare_are_not_kept(her, him):
    assert her.post("/today/flare/triggers", data={"trigger": "stress"}).status_code == 303
    assert him.post("/today/flare/triggers", data={"trigger": "stress"}).status_code == 303
    assert events_of(her) == events_of(him) == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/today/flare", {}),
        ("/today/flare", {"answer": "maybe"}),
        ("/today/flare/kind", {"answer": "yes"}),
        ("/today/flare/triggers", {"trigger": "moon"}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(her, path, data):
    rates(her, {1: {"flare": True}})
    assert her.post(path, data=data).status_code == 422
    assert events_of(her) == []


def test_after_four_weeks_a_clinicians_look_is_suggested(her):
    rates(her, {40: {"stiffness": 2}, 30: {"flare": True}})
    rates(her, {back: {"stiffness": 9} for back in range(30)})
    page = her.get("/today").text
    assert "Day 31 of this flare" in page
    assert "Consider seeing a clinician about it." in page


def test_a_flare_said_in_the_form_on_today_changes_the_sessions_beside_it(her):
    form = {"which": "quick", "stiffness": "8", "good_day": "no", "flare": "yes"}
    htmx = {"HX-Request": "true"}
    sent = her.post("/check-in", data=form, headers=htmx)
    assert sent.headers["HX-Redirect"] == "/today"
    plain = her.post("/check-in", data={**form, "flare": "no"}, headers=htmx)
    assert "HX-Redirect" not in plain.headers
