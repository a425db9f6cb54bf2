"""What Today shows: this day's sessions, the next ones, the week so far, in few queries."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog
from fstpwa.services import people, planning, sessions, today
from fstpwa.services.gate import as_prescribed, gate_of, gated_session
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import variants_of
from fstpwa.services.today import session_card
from tests.services.test_enrolments import DAY, NOW, TODAY, first_offer_on, follow, sessions_of
from tests.services.test_sessions import entry


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("UTC", now=NOW)


def today_of(user, day):
    """Return what Today shows on a day without a flare."""
    return today.today_of(user, day)


def card_of(session, user, *, flare=False):
    """Return the card of a session as the gate leaves it today."""
    gate = gate_of(user, TODAY, flare=flare)
    return session_card(gated_session(session, gate.standing), user, gate)


def test_without_a_programme_there_is_only_the_week(user):
    seen = today_of(user, TODAY)
    assert (seen.enrolment, seen.programme, seen.phase, seen.offer) == (None,) * 4
    assert (seen.sessions, seen.following) == ((), ())
    assert [each.day.weekday() for each in seen.week] == list(range(7))
    assert not any(each.planned or each.done for each in seen.week)


def test_todays_sessions_come_in_order_of_time_and_the_next_three_follow(user):
    enrolment = follow(user, "neck-and-desk")
    seen = today_of(user, TODAY)
    of_today = [each for each in sessions_of(enrolment) if each.day == TODAY]
    assert [card.session.id for card in seen.sessions] == [each.id for each in of_today]
    assert len(seen.following) == 3
    assert all(each.session.day > TODAY for each in seen.following)
    assert seen.following[0].session.day == min(
        e.day for e in sessions_of(enrolment) if e.day > TODAY
    )
    assert (seen.programme.slug, seen.phase.id) == ("neck-and-desk", enrolment.phase)


def test_the_week_shows_what_was_done_and_what_is_still_to_come(user):
    enrolment = follow(user)
    first = sessions_of(enrolment)[0]
    log = sessions.record_session(user, first, entry(), now=NOW + timedelta(hours=1))
    seen = today_of(user, TODAY)
    assert seen.sessions[0].log.id == log.id
    assert seen.week[0].done
    assert not any(each.done for each in seen.week[1:])
    assert any(each.planned for each in seen.week[1:])


def test_a_skipped_session_is_shown_today_but_not_among_the_next(user):
    enrolment = follow(user)
    ahead = [each for each in sessions_of(enrolment) if each.day > TODAY]
    planning.skip(ahead[0], now=NOW)
    seen = today_of(user, TODAY)
    assert ahead[0].id not in {each.session.id for each in seen.following}
    planning.skip(sessions_of(enrolment)[0], now=NOW)
    assert today_of(user, TODAY).sessions[0].session.state == "skipped"


def test_other_peoples_sessions_are_not_shown(user):
    follow(people.start_without_account("UTC", now=NOW))
    assert today_of(user, TODAY).sessions == ()


def test_an_offer_is_shown_from_its_day_on_and_never_taken_by_itself(user):
    enrolment = follow(user)
    place = (enrolment.phase, enrolment.ramp_step)
    assert today_of(user, TODAY).offer is None
    late = first_offer_on(enrolment)
    assert today_of(user, late).offer is not None
    assert (enrolment.phase, enrolment.ramp_step) == place


def test_a_card_shows_the_version_chosen_ahead_and_real_minutes(user):
    session = sessions_of(follow(user))[0]
    variants = variants_of(as_prescribed(session), pace_of(user))
    assert card_of(session, user).starts_with.name == "usual"
    planning.prefer(session, "easier", now=NOW)
    card = card_of(session, user)
    assert card.starts_with.name == "easier"
    assert [each.minutes for each in card.variants] == [minutes(v.total_s) for v in variants]
    assert len(card.names) == len(session.items)


def test_on_a_flare_day_sessions_start_with_the_flare_version_unless_another_was_chosen(user):
    session = sessions_of(follow(user))[0]
    assert card_of(session, user, flare=True).starts_with.name == "flare"
    planning.prefer(session, "usual", now=NOW)
    assert card_of(session, user, flare=True).starts_with.name == "usual"


def test_a_version_that_is_not_offered_starts_as_usual(user):
    session = sessions_of(follow(user))[0]
    session.prefer = "none such"
    assert card_of(session, user).starts_with.name == "usual"


def test_the_number_of_queries_is_the_same_whatever_the_history(user, queries):
    enrolment = follow(user)
    db.session.commit()
    with queries() as few:
        today_of(user, TODAY)

    for back in range(300):
        at = NOW - back * DAY
        db.session.add(
            SessionLog(
                id=uuid4(),
                user_id=user.id,
                name="Main",
                programme="low-back",
                variant="usual",
                day=at.date(),
                started_at=at,
                finished_at=at,
                done_s=60,
                planned_s=60,
                pain_kinds=[],
                recorded_at=at,
                changed_at=at,
            )
        )
    planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
    db.session.commit()
    with queries() as many:
        today_of(user, TODAY)

    assert len(few) == len(many) <= 18


def test_the_page_needs_as_many_queries_for_a_long_history_as_for_none(her, queries):
    her.follows()
    with queries() as first:
        assert her.get("/today").status_code == 200
    for session in [each for ahead in range(7) for each in her.planned(ahead)][:4]:
        form = {"log_id": str(uuid4()), "variant": "usual", "done": ["1"]}
        assert her.post(f"/sessions/{session.id}/log", data=form).status_code == 303
    with queries() as later:
        assert her.get("/today").status_code == 200
    # The sixteenth asks whether there is a reminder; it is not asked of people without a programme.
    assert len(later) == len(first) <= 26
