"""No way into a session plays what is hidden or locked."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from time_machine import travel

from fstpwa.content import library
from fstpwa.domain.gated_session import gated
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.models.practice import PlannedSession, SessionLog
from fstpwa.services.planning import items_of
from fstpwa.services.safety import standing_of
from tests.conftest import Person
from tests.playing import answers_of, logs, plan_in, player_form, say
from tests.telling import ASK_FIRST, EMERGENCY, SPRAIN, URGENT, tell

SAFETY = library().safety
ITEMS = SAFETY.pre_session.items


MAY_BE_EMERGENCY = {"pc_emergency", "pc_head_neck", "pc_nerves", "pc_injury"}
INJURY = next(item for item in ITEMS if item.id == "pc_injury")


def open_slugs(person, session) -> set[str]:
    """What the gate leaves of a session, worked out apart from the pages."""
    with person.app.app_context():
        conditions = standing_of(person.user(), person.today()).conditions
        content = library()
        lists = (items_of(session.items), items_of(session.flare_items))
        programme = content.programmes[session.programme]
        return {
            item.slug
            for items in lists
            for item in gated(items, conditions, programme, content.movements).items
        }


class TestGate:
    """No way into a session plays what is hidden or locked."""

    def test_the_page_leaves_out_what_an_answer_closed_and_says_why(self, her, session):
        tell(her, SPRAIN, regions=["neck"])
        page = her.get(f"/sessions/{session.id}")
        slugs = {item["slug"] for item in plan_in(page.text)["items"]}
        assert slugs == open_slugs(her, session)
        assert not slugs >= {item["slug"] for item in session.items}
        assert "Different for you today" in page.text
        assert "Left out:" in page.text
        assert "knock in the last 3 days (neck, both sides)" in page.text

    @pytest.mark.parametrize("variant", ["usual", "easier", "ten", "five", "flare"])
    def test_no_version_chosen_ahead_gets_around_it(self, her, session, variant):
        tell(her, SPRAIN, regions=["neck"])
        her.post(f"/sessions/{session.id}/prefer", data={"variant": variant})
        for page in (
            her.get(f"/sessions/{session.id}"),
            her.post(f"/sessions/{session.id}/check", data={"variant": variant}),
        ):
            assert {item["slug"] for item in plan_in(page.text)["items"]} == open_slugs(
                her, session
            )

    def test_a_session_that_was_moved_skipped_or_withdrawn_passes_it_too(self, her, session):
        tell(her, SPRAIN, regions=["neck"])
        day = (her.today() + timedelta(days=2)).isoformat()
        her.post(f"/sessions/{session.id}/move", data={"day": day})
        her.post("/plan/stop")
        plan = plan_in(her.get(f"/sessions/{session.id}").text)
        assert {item["slug"] for item in plan["items"]} == open_slugs(her, session)

    def test_an_answer_before_the_session_works_at_once_and_is_kept(self, her, session):
        answer = say(her, session, INJURY, SPRAIN, where="neck", side="left")
        assert answer.status_code == 200
        slugs = {item["slug"] for item in plan_in(answer.text)["items"]}
        assert slugs == open_slugs(her, session)
        assert "neck, left side" in answer.text
        (kept,) = [each for each in answers_of(her) if each.yes]
        assert (kept.regions, kept.side) == (["neck"], "left")
        again = plan_in(her.get(f"/sessions/{session.id}").text)
        assert {item["slug"] for item in again["items"]} == slugs

    def test_an_answer_page_that_is_loaded_again_stores_nothing_twice(self, her, session):
        for _ in range(3):
            say(her, session, INJURY, SPRAIN, where="neck", side="left")
        assert len(answers_of(her)) == len(INJURY.opens)

    @pytest.mark.parametrize("missing", ["where", "side"])
    def test_a_yes_without_its_place_is_asked_for_and_nothing_is_stored(
        self, her, session, missing
    ):
        place = {"where": "neck", "side": "left"} | {missing: ""}
        answer = say(her, session, INJURY, SPRAIN, **place)
        assert answer.status_code == 422
        assert "Choose" in answer.text
        assert re.search(rf'name="{SPRAIN}" value="yes" checked', answer.text)
        assert answers_of(her) == []

    def test_an_emergency_counts_although_the_other_questions_are_open(self, her, session):
        form = {"ticked": "pc_emergency", EMERGENCY: "yes"}
        answer = her.post(f"/sessions/{session.id}/answers", data=form)
        assert answer.headers["Location"] == "/safety"
        assert [each.question for each in answers_of(her)] == [EMERGENCY]

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_a_locked_plan_opens_no_session_whatever_the_address(self, her, session, question):
        tell(her, question)
        for answer in (
            her.get(f"/sessions/{session.id}"),
            her.post(f"/sessions/{session.id}/check", data={"variant": "flare"}),
            her.post(
                f"/sessions/{session.id}/answers",
                data={"ticked": "pc_injury", **dict.fromkeys(INJURY.opens, "no")},
            ),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/safety")

    def test_without_a_screening_a_session_leads_to_it(self, app):
        stranger = Person(app, screened=False)
        stranger.follows()
        url = f"/sessions/{stranger.planned()[0].id}"
        assert stranger.get(url).headers["Location"] == "/welcome"
        assert stranger.post(f"{url}/check").headers["Location"] == "/welcome"

    def test_a_screening_that_is_due_again_goes_first(self, kept_rows, her):
        her.follows()
        with travel(datetime.now(UTC) + timedelta(days=85), tick=False):
            with her.app.app_context():
                db.session.execute(db.update(DeviceSession).values(last_seen_at=datetime.now(UTC)))
                session = db.session.scalars(db.select(PlannedSession.id)).first()
                db.session.commit()
            assert her.get(f"/sessions/{session}").headers["Location"] == "/welcome/again"

    def test_a_session_of_which_nothing_is_left_says_why_and_what_else_there_is(self, her):
        her.follows("plantar-heel")
        tell(her, "as_surgery")
        session = her.planned()[0]
        page = her.get(f"/sessions/{session.id}")
        assert "session-data" not in page.text
        assert "Nothing in this session is for you just now" in page.text
        for item in session.items:
            assert library().movements[item["slug"]].name in unescape(page.text)
        assert "Breathing is still open to you" in page.text
        assert "when a clinician tells you" in page.text
        assert 'href="/programmes"' in page.text

    def test_a_session_without_its_main_part_offers_something_else(self, her):
        her.follows("hip-mobility")
        tell(her, "as_inflam")
        session = next(each for ahead in range(7) for each in her.planned(ahead))
        page = her.get(f"/sessions/{session.id}").text
        assert "The main part of this session is left out" in page

    def test_what_was_done_is_kept_although_the_plan_is_locked_since(self, her, session):
        tell(her, EMERGENCY)
        assert her.post(f"/sessions/{session.id}/log", data=player_form()).status_code == 303
        assert len(logs(her)) == 1

    def test_a_movement_that_stood_in_is_recorded_under_its_own_name(self, her, session):
        played = [
            {
                "item": "1",
                "state": "done",
                "easier": True,
                "done_s": 30,
                "reason": None,
                "slug": "open-book",
            }
        ]
        form = player_form(results=json.dumps(played))
        assert her.post(f"/sessions/{session.id}/log", data=form).status_code == 303
        with her.app.app_context():
            log = db.session.get_one(SessionLog, UUID(form["log_id"]))
            assert [each.slug for each in log.movements] == ["open-book"]
        played[0]["slug"] = "no-such-movement"
        assert (
            her.post(
                f"/sessions/{session.id}/log", data=player_form(results=json.dumps(played))
            ).status_code
            == 422
        )

    def test_without_a_script_only_what_is_left_is_offered_to_tick(self, her, session):
        tell(her, SPRAIN, regions=["neck"])
        page = her.get(f"/sessions/{session.id}").text
        ids = set(re.findall(r'name="done" value="(f?[0-9]+)"', page))
        assert ids == {item["id"] for item in plan_in(page)["items"]}

    def test_a_flare_day_of_the_check_in_counts_in_the_session(self, her, session):
        form = {"which": "quick", "stiffness": "4", "good_day": "no", "flare": "yes"}
        her.post("/check-in", data=form)
        page = her.get(f"/sessions/{session.id}")
        # There is nothing to choose: only the flare-day version is left.
        assert [each["name"] for each in plan_in(page.text)["variants"]] == ["flare"]
        assert 'name="variant" value="flare"' in page.text
        assert "A flare day" in page.text

    def test_something_worrying_can_be_told_from_every_place_of_the_player(self, her, session):
        page = her.get(f"/sessions/{session.id}").text
        assert page.count(f'href="/worry?session={session.id}"') >= 3

    def test_the_number_of_queries_is_the_same_whatever_was_answered(self, her, session, queries):
        with queries() as few:
            her.get(f"/sessions/{session.id}")
        for region in ("neck", "jaw", "shoulder", "foot"):
            tell(her, SPRAIN, regions=[region])
        with queries() as many:
            her.get(f"/sessions/{session.id}")
        assert len(few) == len(many) <= 22


class TestTicksThatWait:
    """Whoever ticks something and leaves is led back to its questions."""

    @pytest.fixture(params=[item.id for item in ITEMS])
    def ticked(self, request, her, session):
        form = {"check": request.param, "variant": "usual"}
        assert her.post(f"/sessions/{session.id}/check", data=form).status_code == 200
        return next(item for item in ITEMS if item.id == request.param)

    def test_every_later_start_of_any_session_asks_them_first(self, her, session, ticked):
        others = [each.id for each in her.planned(ahead_days=1)]
        for session_id in (session.id, *others):
            url = f"/sessions/{session_id}"
            for page in (her.get(url), her.post(f"{url}/check", data={"variant": "flare"})):
                assert "session-data" not in page.text
                assert all(
                    f'name="{question}" value="yes"' in page.text for question in ticked.opens
                )
            assert her.get(f"{url}/stamp").text == "closed"

    def test_today_says_so_and_starts_nothing(self, her, session, ticked):
        page = unescape(her.get("/today").text)
        assert "Please answer first" in page
        assert ticked.short in page
        assert f'href="/sessions/{session.id}"' not in page
        assert ("tel:" in page) == (ticked.id in MAY_BE_EMERGENCY)

    def test_no_to_all_of_them_opens_the_session_again(self, her, session, ticked):
        form = {"ticked": ticked.id, **dict.fromkeys(ticked.opens, "no")}
        page = her.post(f"/sessions/{session.id}/answers", data=form)
        assert "session-data" in page.text
        assert "Please answer first" not in her.get("/today").text

    def test_they_can_be_answered_without_going_into_a_session(self, her, session, ticked):
        page = her.get("/sessions/check")
        assert 'action="/sessions/check"' in page.text
        assert her.post("/sessions/check", data={"ticked": ticked.id}).status_code == 422
        form = {"ticked": ticked.id, **dict.fromkeys(ticked.opens, "no")}
        assert her.post("/sessions/check", data=form).headers["Location"] == "/today"
        assert "session-data" in her.get(f"/sessions/{session.id}").text
        assert len(answers_of(her)) == len(ticked.opens)
        assert her.get("/sessions/check").headers["Location"] == "/today"

    def test_whom_to_call_stands_above_questions_that_may_be_an_emergency(
        self, her, session, ticked
    ):
        page = her.get(f"/sessions/{session.id}").text
        assert ('id="call"' in page) == (ticked.id in MAY_BE_EMERGENCY)

    def test_an_answer_with_a_mistake_leaves_it_waiting(self, her, session, ticked):
        form = {"ticked": ticked.id}
        assert her.post(f"/sessions/{session.id}/answers", data=form).status_code == 422
        assert "session-data" not in her.get(f"/sessions/{session.id}").text

    def test_an_emergency_that_is_answered_locks_the_plan(self, her, session):
        her.post(f"/sessions/{session.id}/check", data={"check": "pc_emergency"})
        form = {"ticked": "pc_emergency", EMERGENCY: "yes"}
        assert her.post("/sessions/check", data=form).headers["Location"] == "/safety"

    def test_a_tick_in_the_plain_form_waits_too(self, her, session):
        form = {"log_id": str(uuid4()), "variant": "usual", "done": "1", "check": "pc_nerves"}
        her.post(f"/sessions/{session.id}/log", data=form)
        assert logs(her) == []
        assert "Please answer first" in her.get("/today").text


class TestStamp:
    """An open page asks before it plays whether it still holds."""

    def test_it_is_that_of_the_page_while_nothing_changed(self, her, session):
        plan = plan_in(her.get(f"/sessions/{session.id}").text)
        assert self.stamp(her, session) == plan["stamp"]
        assert plan["day"] == her.today().isoformat()

    def test_it_is_another_one_after_an_answer_that_changes_the_session(self, her, session):
        before = self.stamp(her, session)
        tell(her, SPRAIN, regions=["neck"])
        assert self.stamp(her, session) not in (before, "closed")

    @pytest.mark.parametrize("question", [EMERGENCY, URGENT, ASK_FIRST])
    def test_a_locked_plan_has_none(self, her, session, question):
        tell(her, question)
        assert self.stamp(her, session) == "closed"

    def test_neither_has_a_day_after_a_session_that_was_too_much(self, her, session):
        her.post(f"/sessions/{session.id}/log", data=player_form(stop="sharp"))
        assert self.stamp(her, session) == "closed"

    def test_it_is_of_one_day(self, kept_rows, her, session):
        before = self.stamp(her, session)
        with travel(datetime.now(UTC) + timedelta(days=1), tick=False):
            assert self.stamp(her, session) not in (before, "closed")

    @staticmethod
    def stamp(her, session) -> str:
        answer = her.get(f"/sessions/{session.id}/stamp")
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        assert "no-store" in answer.headers["Cache-Control"]
        return answer.text


def test_the_button_says_what_starting_means(her, session):
    url = f"/sessions/{session.id}"
    assert "None of these: start</button>" in her.get(url).text
    assert "Start</button>" in her.post(f"{url}/check").text
    her.post(f"{url}/log", data=player_form())
    assert "Nothing new: start</button>" in her.get(url).text


def test_the_check_stands_before_everything_that_is_chosen(her, session):
    page = her.get(f"/sessions/{session.id}").text
    places = [page.index(f'name="{name}"') for name in ("check", "pain_before", "variant")]
    assert places == sorted(places)
