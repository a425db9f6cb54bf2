"""Why the plan is as it is: one line on Today, the whole of it on a page, keeping the usual."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.practice import PlanDecision, PlannedSession, SessionLog
from fstpwa.services import decisions
from tests.playing import plan_in
from tests.telling import FRACTURE, tell

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS = {"weekdays": [str(day) for day in range(7)], "at": "18:00"}
TOO_MUCH = "One session that hurt too much"


def follow(her, slug: str = "low-back") -> None:
    her.post(f"/programmes/{slug}/choose", data=DAYS)


def practise_too_much(her) -> None:
    """Do the session of this day, and say that it hurt far more than it should."""
    with her.app.app_context():
        planned = db.session.scalars(
            db.select(PlannedSession).filter_by(user_id=her.id).order_by(PlannedSession.day)
        ).first()
        plan = planned.id
    page = her.get(f"/sessions/{plan}").text
    ticks = {"done": [item["id"] for item in plan_in(page)["items"]][:2]}
    answer = her.post(
        f"/sessions/{plan}/log",
        data={**ticks, "variant": "usual", "log_id": f"{plan}", "pain_before": "2"},
    )
    assert answer.status_code == 303, answer.text
    answer = her.post(answer.headers["Location"], data={"worst_pain": "8", "pain_before": "2"})
    assert answer.status_code == 303, answer.text


def decided(her) -> list[PlanDecision]:
    with her.app.app_context():
        found = db.session.scalars(
            db.select(PlanDecision).filter_by(user_id=her.id).order_by(PlanDecision.id)
        ).all()
        db.session.expunge_all()
        return list(found)


def slugs_played(her) -> set[str]:
    with her.app.app_context():
        today = her.today()
        session_id = db.session.scalar(
            db.select(PlannedSession.id).filter_by(user_id=her.id, day=today, state="planned")
        )
    plan = plan_in(her.get(f"/sessions/{session_id}").text)
    return {item["slug"] for item in plan["items"] if item["id"].isdigit()}


def is_eased(her) -> bool:
    return 'id="adapted"' in her.get("/today").text


def test_without_anything_changed_today_has_no_line_and_the_page_says_so(her):
    follow(her)
    assert not is_eased(her)
    page = her.get("/plan/why").text
    assert "Nothing is changed today" in page
    assert "Nothing yet." in page
    assert "The rules of “Low back ease and strength”" in page


def test_without_a_programme_the_page_says_so(her):
    assert "You follow no programme just now." in her.get("/plan/why").text


def test_the_day_after_too_much_today_says_in_one_line_what_changed_and_why(her):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
    with travel(NOON + timedelta(days=1), tick=False):
        today = her.get("/today").text
        assert "one session that hurt too much: easier versions for a week" in today
        assert "Keep the usual today" in today
        page = her.get("/plan/why").text
        assert "A sore morning twice, or a session that was too much" in page
        assert "Since 2 March, until 8 March." in page


def test_what_was_decided_is_written_down_with_the_answer_that_led_to_it(her):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
        (decision,) = decided(her)
        assert decision.rule == "next_morning_2_twice_or_red"
        assert "hurt too much" in decision.sentence
        assert decision.facts
        with her.app.app_context():
            decisions.note(her.user(), now=NOON)
            db.session.commit()
        assert len(decided(her)) == 1
    with travel(NOON + timedelta(days=30), tick=False):
        page = her.get("/plan/why").text
        assert "hurt too much" in page.split('id="before"')[1]


def test_keeping_the_usual_is_one_tap_and_is_taken_back_by_another(her):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
    with travel(NOON + timedelta(days=1), tick=False):
        answer = her.post("/plan/usual", data={"answer": "keep"})
        assert answer.headers["Location"] == "/today#practice"
        assert "You keep your usual session today." in her.get("/today").text
        assert "You chose to keep your usual session" in her.get("/plan/why").text
        her.post("/plan/usual", data={"answer": "take-back"})
        assert "Keep the usual today" in her.get("/today").text
    with travel(NOON + timedelta(days=3), tick=False):
        assert "Keep the usual today" in her.get("/today").text


def test_keeping_the_usual_never_passes_a_safety_lock(her):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
    with travel(NOON + timedelta(days=1), tick=False):
        eased = slugs_played(her)
        tell(her, FRACTURE, regions=["low_back"])
        locked = eased - slugs_played(her)
        assert locked
        her.post("/plan/usual", data={"answer": "keep"})
        assert not locked & slugs_played(her)


def test_there_is_nothing_to_keep_where_nothing_was_changed(her):
    follow(her)
    answer = her.post("/plan/usual", data={"answer": "keep"})
    assert answer.status_code == 409
    assert "There is nothing to change" in answer.text
    assert not decided(her)


def test_older_decisions_are_on_pages_of_their_own(her):
    with her.app.app_context():
        for day in range(decisions.PAGE + 3):
            decisions.write(
                her.user(),
                "flare",
                f"Sentence {day:02}.",
                facts={},
                day=NOON.date() + timedelta(days=day),
                now=NOON,
            )
        db.session.commit()
    first = her.get("/plan/why").text
    assert "Sentence 32." in first
    assert "Sentence 02." not in first
    where = first.split('href="/plan/why?before=')[1].split('"')[0]
    later = her.get(f"/plan/why?before={where}").text
    assert "Sentence 02." in later
    assert "Sentence 32." not in later


def test_others_decisions_are_not_shown(her, him):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
    assert "hurt too much" not in him.get("/plan/why").text


def test_a_session_that_is_deleted_no_longer_changes_the_plan(her):
    with travel(NOON, tick=False):
        follow(her)
        practise_too_much(her)
    with travel(NOON + timedelta(days=1), tick=False):
        assert is_eased(her)
        with her.app.app_context():
            log_id = db.session.scalar(db.select(SessionLog.id).filter_by(user_id=her.id))
        her.post(f"/progress/sessions/{log_id}/delete")
        with her.app.app_context():
            count = db.select(func.count()).select_from(SessionLog).filter_by(user_id=her.id)
            assert db.session.scalar(count) == 0
        assert not is_eased(her)
