"""Choosing a programme and its days, pausing, going on, stopping."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from time_machine import travel

from fstpwa.content import library
from fstpwa.domain.planning import suggested_weekdays
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer
from fstpwa.models.practice import Enrolment, PlannedSession
from fstpwa.services import planning
from tests.changed_content import began_with, content_with, without
from tests.conftest import HTMX, Person
from tests.services.test_enrolments import log_of
from tests.telling import ASK_FIRST, EMERGENCY, FRACTURE, URGENT, tell

DAYS = {"weekdays": ["0", "3"], "at": "18:30"}
ASKING = next(p.slug for p in library().programmes.values() if p.asks_side)


def enrolments_of(person) -> list[Enrolment]:
    with person.app.app_context():
        found = db.session.scalars(db.select(Enrolment).filter_by(user_id=person.id)).all()
        db.session.expunge_all()
        return list(found)


@pytest.mark.parametrize("slug", library().programmes)
def test_every_programme_asks_its_days_and_begins(her, slug):
    programme = library().programmes[slug]
    page = her.get(f"/programmes/{slug}/choose").text
    ticked = len(suggested_weekdays(programme.phases[0]))
    assert page.count('name="weekdays"') == 7
    assert page.count(" checked") >= ticked
    assert ('name="side"' in page) == programme.asks_side

    answer = her.post(f"/programmes/{slug}/choose", data={**DAYS, "side": "right"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/today#practice")
    (enrolment,) = enrolments_of(her)
    assert (enrolment.weekdays, enrolment.at_min) == (0b1001, 18 * 60 + 30)
    assert enrolment.side == ("right" if programme.asks_side else None)
    assert her.get("/today").status_code == her.get("/plan").status_code == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"at": "18:30", "side": "left"}, "Choose at least one day."),
        ({"weekdays": ["7"], "at": "18:30", "side": "left"}, "day"),
        ({"weekdays": ["0"], "side": "left"}, "Choose a time"),
        ({"weekdays": ["0"], "at": "25:00", "side": "left"}, "time"),
        ({"weekdays": ["0"], "at": "18:30"}, "Choose left, right or both."),
        ({"weekdays": ["0"], "at": "18:30", "side": "up"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_the_field_and_nothing_begins(her, form, message):
    url = f"/programmes/{ASKING}/choose"
    for headers in ({}, HTMX):
        answer = her.post(url, data=form, headers=headers)
        assert answer.status_code == 422
        assert message in answer.text
        assert ("<html" in answer.text) == (headers == {})
        if form.get("at") == "18:30":
            assert 'value="18:30"' in answer.text
    assert enrolments_of(her) == []


def test_a_double_tap_begins_one_programme(kept_rows, her):
    token = her.client.get_cookie("good-days").value

    def tap(_number: int) -> int:
        browser = her.app.test_client()
        browser.set_cookie("good-days", token)
        return browser.post("/programmes/neck-and-desk/choose", data=DAYS).status_code

    with ThreadPoolExecutor(4) as taps:
        assert set(taps.map(tap, range(4))) == {303}
    assert [each.ended_at for each in enrolments_of(her)].count(None) == 1


def test_an_unknown_programme_is_not_found(her):
    assert her.get("/programmes/nothing/choose").status_code == 404
    assert her.post("/programmes/nothing/choose", data=DAYS).status_code == 404


def test_htmx_is_sent_on_without_a_fragment(her):
    answer = her.post("/programmes/neck-and-desk/choose", data=DAYS, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/today#practice")


def test_without_a_programme_the_plan_says_where_to_find_one(her):
    assert "/programmes" in her.get("/plan").text
    for action in ("schedule", "pause", "resume", "stop", "step", "newer"):
        assert her.post(f"/plan/{action}", data=DAYS).status_code == 404


def test_days_and_time_can_be_changed(her):
    her.follows()
    assert her.post("/plan/schedule", data={"weekdays": ["5"], "at": "07:15"}).status_code == 303
    (enrolment,) = enrolments_of(her)
    assert (enrolment.weekdays, enrolment.at_min) == (0b100000, 7 * 60 + 15)
    assert her.post("/plan/schedule", data={"at": "07:15"}).status_code == 422


def test_a_pause_is_shown_and_ended(her):
    her.follows()
    her.post("/plan/pause")
    assert her.planned() == []
    assert 'action="/plan/resume"' in her.get("/plan").text
    assert her.get("/today").status_code == 200
    her.post("/plan/resume")
    assert her.planned() != []


def in_days(her: Person, days: int) -> str:
    return (her.today() + timedelta(days=days)).isoformat()


def test_a_pause_with_an_end_says_when_it_goes_on_and_what_comes_then(her):
    her.follows("jaw-ease")
    form = {"reason": "illness", "until": in_days(her, 3)}
    assert her.post("/plan/pause", data=form).headers["Location"] == "/today"
    (enrolment,) = enrolments_of(her)
    assert (enrolment.pause_reason, enrolment.resumes_on.isoformat()) == (
        "illness",
        in_days(her, 4),
    )
    today = her.get("/today").text
    assert "then you go on where you were" in today
    assert her.planned() == []
    assert her.planned(4)
    plan = her.get("/plan").text
    assert f'value="{in_days(her, 3)}"' in plan
    assert re.search(r'value="illness" checked', plan)


def test_a_pause_can_be_changed_and_ended_early(her):
    her.follows("jaw-ease")
    her.post("/plan/pause", data={"until": in_days(her, 9)})
    her.post("/plan/pause", data={"until": in_days(her, 1), "reason": "holiday"})
    assert her.planned(1) == []
    assert her.planned(2)
    her.post("/plan/resume")
    assert her.planned()
    (enrolment,) = enrolments_of(her)
    assert (enrolment.paused_at, enrolment.resumes_on, enrolment.pause_reason) == (None,) * 3


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"until": "2020-02-29"}, "That day is over."),
        ({"until": "2999-01-01"}, "Choose a day within a year."),
        ({"until": "2026-02-30"}, "Not a valid date value."),
        ({"until": "soon"}, "Not a valid date value."),
        ({"reason": "work"}, "Not a valid choice."),
    ],
)
def test_a_pause_that_cannot_be_is_refused_beside_the_field_and_nothing_changes(her, form, message):
    her.follows("jaw-ease")
    for headers in ({}, HTMX):
        answer = her.post("/plan/pause", data=form, headers=headers)
        assert answer.status_code == 422
        assert message in answer.text
        assert ("<html" in answer.text) == (headers == {})
    assert enrolments_of(her)[0].paused_at is None
    assert her.planned()


def test_a_pause_that_is_over_is_over_on_every_page_before_the_worker_comes(her, app):
    her.follows("jaw-ease")
    her.post("/plan/pause", data={"until": in_days(her, 2)})
    with travel(datetime.now(UTC) + timedelta(days=3)):
        for page in ("/today", "/plan", "/programmes", "/progress"):
            text = her.get(page).text
            assert "Paused" not in text
            assert "is paused" not in text
        assert 'class="button button-large' in her.get("/today").text


def test_the_plan_and_the_progress_say_kindly_what_was_done(her):
    her.follows("jaw-ease")
    for page in ("/plan", "/progress"):
        text = her.get(page).text
        if page == "/plan":
            assert re.search(r"0 of \d+ planned sessions", text)
        assert "failed" not in text
        assert "streak" not in text
        assert "%" not in re.sub(r"<[^>]*>", "", text)


def test_a_newer_version_is_taken_with_a_yes_and_nothing_else(her, app):
    her.follows("low-back")
    assert "newer version" not in her.get("/plan").text
    assert her.post("/plan/newer", data={"version": ""}).status_code == 409
    with app.app_context():
        enrolment = db.session.scalars(db.select(Enrolment).filter_by(user_id=her.id)).one()
        began_with(enrolment, lambda data: data["phases"][0]["sessions"][0]["movements"].pop())
        db.session.commit()
    page = her.get("/plan").text
    assert "There is a newer version of this programme" in page
    digest = re.search(r'name="version" value="([0-9a-f]{64})"', page)[1]
    assert her.post("/plan/newer", data={"version": "0" * 64}).status_code == 409
    assert her.post("/plan/newer", data={"version": digest}).status_code == 303
    assert "There is a newer version" not in her.get("/plan").text
    assert "You went on with the newer version. " in her.get("/plan/why").text
    assert her.post("/plan/newer", data={"version": digest}).status_code == 409


def test_a_programme_that_is_gone_leaves_no_page_empty_and_none_broken(her, app):
    her.follows("low-back")
    (first, *_) = [each for ahead in range(7) for each in her.planned(ahead)]
    content = library()
    with content_with(
        programmes=without(content.programmes, "low-back"),
        programme_files=without(content.programme_files, "low-back"),
    ):
        today = her.get("/today").text
        assert "This programme is not offered any more. You can finish it" in today
        for page in ("/plan", "/plan/why", "/programmes", "/settings/", "/progress", "/worry"):
            assert her.get(page, follow_redirects=True).status_code == 200
        assert her.get(f"/sessions/{first.id}").status_code == 200
        with app.app_context():
            db.session.execute(update(Enrolment).values(programme_version=None))
            db.session.commit()
        for page in ("/today", "/plan", "/plan/why", "/programmes", "/settings/", "/progress"):
            assert her.get(page).status_code == 200
        with travel(datetime.now(UTC) + timedelta(days=40)):
            assert "Please choose another." in her.get("/today").text


def test_stopping_ends_it_and_another_can_begin(her):
    her.follows()
    answer = her.post("/plan/stop")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/programmes")
    assert her.planned() == []
    her.follows("low-back")
    assert [each.ended_at is None for each in enrolments_of(her)] == [False, True]


def practise_a_month(app, her):
    """Let a month go by in which every session was done."""
    begun = datetime.now(UTC) - timedelta(days=30)
    with travel(begun, tick=False):
        her.follows()
    with app.app_context():
        for days in range(30):
            now = begun + timedelta(days=days)
            planning.extend_these(planning.due_enrolments(now=now), now=now)
        db.session.commit()
    do_everything_before(app, datetime.now(UTC))


def do_everything_before(app, now):
    with app.app_context():
        before = PlannedSession.day < now.date()
        for session in db.session.scalars(db.select(PlannedSession).where(before)):
            if session.state != "done":
                session.state = "done"
                db.session.add(log_of(session))
        db.session.commit()


def test_the_next_step_waits_for_a_yes(app, her):
    practise_a_month(app, her)
    (before,) = enrolments_of(her)
    page = her.get("/today").text
    assert 'action="/plan/step"' in page
    assert re.search(r"<p>You did \d+ of \d+ planned sessions", page)
    seen = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("phase", "step")
    }

    assert her.post("/plan/step", data={"answer": "maybe"}).status_code == 422
    assert her.post("/plan/step", data={"answer": "yes"}).status_code == 409
    assert her.post("/plan/step", data={"answer": "not-yet"}).status_code == 303
    (stayed,) = enrolments_of(her)
    assert (stayed.phase, stayed.ramp_step) == (before.phase, before.ramp_step)
    assert 'action="/plan/step"' not in her.get("/today").text
    assert her.post("/plan/step", data={"answer": "yes", **seen}).status_code == 409

    in_a_week = datetime.now(UTC) + timedelta(days=8)
    do_everything_before(app, in_a_week)
    with travel(in_a_week, tick=False):
        assert her.post("/plan/step", data={"answer": "yes", **seen}).status_code == 303
        why = her.get("/plan/why").text
        assert "A step was offered, and you stayed where you are. You did " in why
        assert "You went on to the next part. You did " in why
    (after,) = enrolments_of(her)
    assert (after.phase, after.ramp_step) == (seen["phase"], int(seen["step"]))


def test_no_page_makes_sessions(app, her):
    with travel(datetime.now(UTC) - timedelta(days=30), tick=False):
        her.follows()
    with app.app_context():
        before = db.session.query(PlannedSession).count()
    for url in ("/today", "/plan", "/progress"):
        her.get(url)
    with app.app_context():
        assert db.session.query(PlannedSession).count() == before


class TestGate:
    """Nothing can be started that the answers close."""

    FORM = {**DAYS, "side": "left"}

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_while_the_plan_is_locked_no_programme_starts(self, her, question):
        tell(her, question)
        for answer in (
            her.get("/programmes/low-back/choose"),
            her.post("/programmes/low-back/choose", data=self.FORM),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/safety")
        assert enrolments_of(her) == []

    def test_without_a_screening_it_comes_first_and_the_programme_is_remembered(self, app):
        stranger = Person(app, screened=False)
        for answer in (
            stranger.get("/programmes/low-back/choose"),
            stranger.post("/programmes/low-back/choose", data=self.FORM),
        ):
            assert answer.headers["Location"] == "/welcome?programme=low-back"
        assert enrolments_of(stranger) == []

    def test_a_programme_for_other_places_asks_first_what_was_never_asked(self, her):
        with her.app.app_context():
            db.session.execute(db.delete(HealthAnswer).filter_by(question="as_leg"))
            db.session.commit()
        answer = her.post("/programmes/low-back/choose", data=self.FORM)
        assert answer.headers["Location"] == "/welcome/more?programme=low-back"
        assert enrolments_of(her) == []

    def test_a_programme_of_which_nothing_is_left_says_why_and_does_not_start(self, her):
        tell(her, "as_surgery")
        page = her.get("/programmes/plantar-heel/choose")
        assert page.status_code == 200
        assert "Not this one just now" in page.text
        assert "Breathing is still open to you" in page.text
        refused = her.post("/programmes/plantar-heel/choose", data=self.FORM)
        assert refused.status_code == 409
        assert "What is left out, and why" in refused.text
        assert enrolments_of(her) == []

    def test_where_sessions_lose_their_main_part_it_asks_for_a_yes(self, her):
        tell(her, FRACTURE, regions=["hip"])
        form = {**DAYS, "side": "left"}
        page = her.get("/programmes/hip-mobility/choose").text
        assert "What is left for you" in page
        assert "keeps most for you" in page
        for headers in ({}, HTMX):
            refused = her.post("/programmes/hip-mobility/choose", data=form, headers=headers)
            assert refused.status_code == 422
            assert "Tick this to start it all the same" in refused.text
        assert enrolments_of(her) == []
        form["all_the_same"] = "y"
        assert her.post("/programmes/hip-mobility/choose", data=form).status_code == 303
        assert len(enrolments_of(her)) == 1

    def test_what_loses_nothing_asks_for_no_yes(self, her):
        assert "all_the_same" not in her.get("/programmes/hip-mobility/choose").text

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_a_closed_plan_says_so_with_and_without_a_programme(self, her, question):
        tell(her, question)
        page = her.get("/plan").text
        assert "Your plan waits" in page
        assert "See what we suggest" not in page
        her.follows("low-back")
        page = her.get("/plan").text
        assert "Your plan waits" in page
        assert 'href="/safety"' in page


def test_what_it_takes_to_go_on_is_listed_kindly(her):
    her.follows("balance-and-gait")
    page = her.get("/plan").text
    assert "To go on" in page
    assert "28 days at this step: 0 so far." in page
    assert "Heel-to-toe stance for 10 seconds with fingertip support" in page
    assert "Not yet:" in page
    assert "Fits:" in page
    her.post("/plan/pause")
    assert "To go on" not in her.get("/plan").text


def test_who_was_away_for_weeks_is_offered_to_start_again_or_to_stay(app, her):
    practise_a_month(app, her)
    with app.app_context():
        enrolment = db.session.scalars(db.select(Enrolment).filter_by(user_id=her.id)).one()
        enrolment.phase = "keep"
        db.session.commit()
    in_a_month = datetime.now(UTC) + timedelta(days=30)
    with travel(in_a_month, tick=False):
        page = her.get("/today").text
        assert "Start again at the first part" in page
        assert "Stay where I am" in page
        assert her.post("/plan/step", data={"answer": "not-yet"}).status_code == 303
        assert "Stay where I am" not in her.get("/today").text
    with travel(in_a_month + timedelta(days=7), tick=False):
        seen = {"phase": "settle", "step": "0"}
        assert her.post("/plan/step", data={"answer": "yes", **seen}).status_code == 409
    (after,) = enrolments_of(her)
    assert after.phase == "keep"
