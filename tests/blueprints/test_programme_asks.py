"""What a programme asks for itself: holds and near-falls after a session, nights, first steps."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from time_machine import travel

from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn, MovementLog, PlanEvent, PlannedSession
from fstpwa.services import offers, reports
from fstpwa.services.day_plan import day_plan
from tests.conftest import HTMX, Person
from tests.services.test_enrolments import log_of

SLUGS = ("ankle-circles", "tandem-stance")


@pytest.fixture
def balance(her: Person) -> Person:
    her.follows("balance-and-gait")
    return her


def practise(person: Person, *, phase: str | None = None, skips: bool = False) -> str:
    """Store a session of today with the stance in it; returns its address."""
    with person.app.app_context():
        session = db.session.get(PlannedSession, person.planned()[0].id)
        assert session is not None
        if phase is not None:
            session.phase = phase
        log = log_of(session)
        log.started_at = log.finished_at = datetime.now(UTC)
        log.day = person.today()
        log.movements = [
            MovementLog(
                position=place,
                slug=slug,
                state="skipped" if skips else "done",
                done_s=0 if skips else 30,
            )
            for place, slug in enumerate(SLUGS)
        ]
        db.session.add(log)
        db.session.commit()
        return f"/progress/sessions/{log.id}"


def held_of(person: Person) -> list[tuple[int | None, str | None]]:
    with person.app.app_context():
        rows = db.session.execute(
            db.select(MovementLog.held_s, MovementLog.support).order_by(MovementLog.position)
        )
        return [tuple(row) for row in rows]


def near_falls_of(person: Person) -> list[list[str] | None]:
    with person.app.app_context():
        return list(db.session.scalars(db.select(PlanEvent.value).filter_by(user_id=person.id)))


HELD = {"held_1": "12", "support_1": "fingertips", "near_falls": "1"}


def test_holds_and_near_falls_are_asked_after_a_session_and_stored(balance: Person) -> None:
    address = practise(balance)
    page = balance.get(address).text
    assert "Heel-to-toe (tandem) stance: how many seconds could you hold it?" in page
    assert "Any near-falls since the last time?" in page
    assert 'name="held_0"' not in page

    assert balance.post(address, data=HELD).status_code == 303

    assert held_of(balance) == [(None, None), (12, "fingertips")]
    assert near_falls_of(balance) == [["1"]]
    again = balance.get(f"{address}?change=yes").text
    assert 'value="12"' in again
    assert 'value="fingertips" checked' in again


def test_what_is_not_sent_stays_and_what_is_emptied_goes(balance: Person) -> None:
    address = practise(balance)
    balance.post(address, data=HELD)
    balance.post(address, data={"effort": "3"})
    assert held_of(balance)[1] == (12, "fingertips")
    assert near_falls_of(balance) == [["1"]]
    balance.post(address, data={"held_1": "", "support_1": "", "near_falls": "2"})
    assert held_of(balance)[1] == (None, None)
    assert near_falls_of(balance) == [["2"]]
    balance.post(address, data={"near_falls": "0", "effort": "3"})
    assert near_falls_of(balance) == []


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"held_1": "601", "support_1": "none"}, "Choose a whole number from 0 to 600."),
        ({"held_1": "long", "support_1": "none"}, "Choose a whole number from 0 to 600."),
        ({"held_1": "10", "support_1": "rope"}, "Choose from the answers that are offered."),
        ({"held_1": "10", "support_1": ""}, "Say both: how long, and what you held on to."),
        ({"held_1": "", "support_1": "none"}, "Say both: how long, and what you held on to."),
        ({"near_falls": "9"}, "Choose from the answers that are offered."),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_nothing_is_stored(
    balance: Person, sent: dict[str, str], message: str
) -> None:
    address = practise(balance)
    answer = balance.post(address, data={"effort": "3", **sent}, headers=HTMX)
    assert answer.status_code == 422
    assert message in answer.text
    assert held_of(balance)[1] == (None, None)
    assert near_falls_of(balance) == []


def test_only_a_phase_with_such_a_rule_asks(balance: Person, him: Person) -> None:
    challenge = balance.get(practise(balance, phase="challenge")).text
    assert "could you hold it" not in challenge
    assert "near-falls" in challenge
    him.follows("low-back")
    address = practise(him)
    assert "could you hold it" not in him.get(address).text
    assert "near-falls" not in him.get(address).text
    him.post(address, data={"effort": "3", **HELD})
    assert held_of(him)[-1] == (None, None)
    assert near_falls_of(him) == []


def test_a_stance_that_was_left_out_is_not_asked_about(balance: Person) -> None:
    assert "could you hold it" not in balance.get(practise(balance, skips=True)).text


def test_near_falls_of_long_ago_are_not_asked_about(balance: Person) -> None:
    address = practise(balance)
    with travel(datetime.now(UTC) + timedelta(days=15), tick=False):
        assert "near-falls" not in balance.get(f"{address}?change=yes").text


def test_two_near_falls_put_both_hands_on_and_holds_count_towards_going_on(balance: Person) -> None:
    balance.post(practise(balance), data={**HELD, "near_falls": "2"})
    with balance.app.app_context():
        plan = day_plan(balance.user(), balance.today())
        assert plan.adaptation.easing_for("main").both_hands
        found = {each.id: each for each in offers.criteria(plan)}
        assert "1 so far" in found["holds_tandem-stance"].words


def test_the_shoulder_plan_asks_about_the_night_and_goes_by_it(her: Person) -> None:
    her.follows("shoulder-mobility")
    page = her.get("/check-in").text
    assert "Did shoulder pain wake you last night?" in page
    for back in range(3):
        day = her.today() - timedelta(days=back)
        sent = her.post(f"/check-in/{day}", data={"woken_by_pain": "yes", "stiffness": "3"})
        assert sent.status_code == 303
    with her.app.app_context():
        rows = db.session.scalars(db.select(CheckIn.woken_by_pain).filter_by(user_id=her.id))
        assert list(rows) == [True, True, True]
        reasons = day_plan(her.user(), her.today()).adaptation.reasons
    assert [(each.rule, each.easing.session) for each in reasons] == [("night_pain", "easier")]
    assert "Woken by shoulder pain" in her.get("/check-in").text


def test_today_asks_it_too_beside_the_daily_three(her: Person) -> None:
    her.follows("shoulder-mobility")
    assert "Did shoulder pain wake you last night?" in her.get("/today").text
    her.post("/check-in", data={"which": "quick", "woken_by_pain": "no", "shown": "{}"})
    with her.app.app_context():
        rows = db.session.scalars(db.select(CheckIn.woken_by_pain).filter_by(user_id=her.id))
        assert list(rows) == [False]
    her.post("/check-in", data={"which": "quick", "stiffness": "2", "shown": "{}"})
    with her.app.app_context():
        rows = db.session.scalars(db.select(CheckIn.woken_by_pain).filter_by(user_id=her.id))
        assert list(rows) == [False]


def test_other_plans_do_not_ask_about_the_night(her: Person) -> None:
    her.follows("low-back")
    assert "wake you" not in her.get("/check-in").text
    assert "wake you" not in her.get("/today").text
    assert "first steps" not in her.get("/today").text


def test_the_heel_plan_asks_about_the_first_steps_beside_the_daily_three(her: Person) -> None:
    her.follows("plantar-heel")
    page = her.get("/check-in").text
    assert page.count('name="first_step_pain" value="3"') == 1
    assert page.index('name="first_step_pain"') < page.index("More about today")
    her.follows("low-back")
    her.post("/check-in", data={"first_step_pain": "3"})
    changed = her.get("/check-in?change=yes").text
    assert changed.index('name="first_step_pain"') > changed.index("More about today")


def test_after_a_fall_today_says_why_nothing_is_started(balance: Person) -> None:
    with balance.app.app_context():
        user, now = balance.user(), datetime.now(UTC)
        report = reports.begin(user, uuid4(), emergency=False, now=now)
        reports.say_what(report, "fall", reports.InQuestion())
        reports.say_care(user, report, "none", reports.InQuestion(), now=now)
        db.session.commit()
    page = balance.get("/today").text
    assert "After any fall, stop, answer the fall questions and tell your therapist." in page
    assert "touches something you told us about" not in page
    assert "Keep the usual today" not in page
    session = balance.get(f"/sessions/{balance.planned()[0].id}").text
    assert "Nothing in this session is for you just now" in session
