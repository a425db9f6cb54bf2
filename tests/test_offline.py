"""Which pages a phone may keep, whose they are, and what it fetches ahead."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from fstpwa.access import PUBLIC, SIGNED_IN, mark_of
from fstpwa.assets import Assets
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.offline import is_kept_offline
from fstpwa.services.coming import DAYS
from tests.conftest import HTMX, Person
from tests.playing import plan_in, player_form
from tests.telling import EMERGENCY, tell

KEPT = frozenset(
    {
        "app.ahead",
        "check_in.day",
        "check_in.today",
        "flares.setback_card",
        "messages.index",
        "messages.show",
        "movements.index",
        "movements.show",
        "plan.show",
        "plan.why",
        "practice.today",
        "programmes.index",
        "programmes.show",
        "progress.index",
        "progress.session",
        "safety.index",
        "sessions.play",
        "settings.index",
        "settings.offline",
        "worry.index",
    }
)
WARM = {"X-Warm": "1"}
MOST_STATEMENTS_OF_A_DAY = 13
MOST_STATEMENTS_OF_THE_REST = 12


def listed(person: Person) -> dict[str, list[str]]:
    return dict(person.get("/offline/list", headers=WARM).json)


class TestWhichPagesMayBeKept:
    def test_exactly_those_that_are_needed_without_a_network(self, app: Flask):
        """Nothing with forms for accounts, keys or devices, and no export, may come in here."""
        views = app.view_functions
        assert {name for name, view in views.items() if is_kept_offline(view)} == KEPT
        for name in KEPT:
            assert mark_of(views[name]) in (PUBLIC, SIGNED_IN)
            [methods] = [r.methods for r in app.url_map.iter_rules() if r.endpoint == name]
            assert "POST" not in methods, "only what reads"

    def test_a_page_of_hers_says_that_it_is_hers_of_which_day_and_of_which_build(self, her):
        answer = her.get("/today")
        assert answer.headers["X-Person"] == str(her.public_id)
        assert answer.headers["X-Offline"] == "yes"
        assert answer.headers["X-Made"] == f"{her.today()} UTC {Assets().build()}"
        assert f'data-build="{Assets().build()}"' in answer.text

    def test_every_other_page_of_hers_says_whose_it_is_and_may_not_be_kept(self, her):
        for path in ("/settings/profile", "/settings/devices", "/reminders", "/no-such-page"):
            answer = her.get(path)
            assert answer.headers["X-Person"] == str(her.public_id), path
            assert "X-Offline" not in answer.headers, path

    def test_a_visitors_pages_are_nobodys_and_may_not_be_kept(self, client: FlaskClient):
        for path in ("/", "/movements", "/programmes/low-back", "/today", "/no-such-page"):
            answer = client.get(path)
            assert answer.headers["X-Person"] == "nobody", path
            assert "X-Offline" not in answer.headers, path

    def test_a_device_that_was_ended_is_nobodys(self, app, her):
        with app.app_context():
            db.session.execute(db.delete(DeviceSession).where(DeviceSession.user_id == her.id))
            db.session.commit()
        answer = her.get("/today")
        assert answer.status_code == 303
        assert answer.headers["X-Person"] == "nobody"

    @pytest.mark.parametrize("path", ["/offline", "/offline/not-sent"])
    def test_what_is_kept_for_everybody_knows_nobody(self, her, client, path):
        for browser in (her.client, client):
            answer = browser.get(path)
            assert answer.status_code == 200
            assert "X-Person" not in answer.headers
            assert "data-user" not in answer.text

    def test_a_fragment_a_refusal_and_a_leading_elsewhere_may_not_be_kept(self, her):
        assert "X-Offline" not in her.get("/movements", headers=HTMX).headers
        assert "X-Offline" not in her.get("/check-in?day=soon").headers
        assert "X-Offline" not in her.get(f"/check-in?day={her.today()}").headers
        assert "X-Offline" not in her.get("/movements/no-such-movement").headers

    def test_a_page_that_says_something_once_may_not_be_kept(self, her):
        her.follows()
        her.post(f"/sessions/{her.planned()[0].id}/move", data={"day": tomorrow(her)})
        answer = her.get("/today")
        assert "is moved to" in answer.text
        assert "X-Offline" not in answer.headers
        assert her.get("/today").headers["X-Offline"] == "yes"


class TestFetchingAhead:
    def test_uses_up_nothing_that_is_said_once(self, her):
        her.follows()
        her.post(f"/sessions/{her.planned()[0].id}/move", data={"day": tomorrow(her)})
        ahead = her.get("/today", headers=WARM)
        assert "is moved to" not in ahead.text
        assert ahead.headers["X-Offline"] == "yes"
        assert "is moved to" in her.get("/today").text

    @pytest.mark.usefixtures("kept_rows")
    def test_is_no_sign_that_somebody_was_here(self, app):
        person = Person(app)
        long_ago = datetime.now(UTC) - timedelta(days=3)
        with app.app_context():
            db.session.execute(db.update(DeviceSession).values(last_seen_at=long_ago))
            db.session.commit()
        person.get("/today", headers=WARM)
        assert seen(app) == long_ago
        person.get("/today")
        assert seen(app) > long_ago

    def test_a_session_is_had_as_of_its_own_day(self, her):
        her.follows()
        later = her.planned(3)[0]
        path = f"/sessions/{later.id}"
        assert plan_in(her.get(path).text)["day"] == str(her.today())
        answer = her.get(f"{path}?on={later.day}")
        assert plan_in(answer.text)["day"] == str(later.day)
        assert answer.headers["X-Made"].startswith(f"{later.day} UTC ")
        assert answer.headers["X-Offline"] == "yes"

    def test_the_page_of_a_day_ahead_holds_on_that_day(self, her):
        """What the player asks before it starts: the stamp is the one that the server finds then."""
        her.follows()
        later = her.planned(3)[0]
        ahead = plan_in(her.get(f"/sessions/{later.id}?on={later.day}").text)["stamp"]
        noon = datetime.combine(later.day, time(12), UTC)
        with travel(noon, tick=False):
            assert her.get(f"/sessions/{later.id}/stamp").text == ahead

    def test_a_check_in_is_had_as_of_its_own_day(self, her):
        day = her.today() + timedelta(days=2)
        assert her.get(f"/check-in/{day}").status_code == 404
        answer = her.get(f"/check-in/{day}?on={day}")
        assert "How is today?" in answer.text
        assert f'action="/check-in/{day}"' in answer.text
        assert answer.headers["X-Made"].startswith(f"{day} ")

    @pytest.mark.parametrize("on", ["soon", "2026-02-30", "", "9999-12-31", "0001-01-01"])
    def test_a_day_that_is_none_or_too_far_is_not_found(self, her, on):
        her.follows()
        assert her.get(f"/sessions/{her.planned()[0].id}?on={on}").status_code == 404
        assert her.get(f"/check-in/{her.today()}?on={on}").status_code == 404

    def test_only_the_coming_days_and_the_sessions_own_day_will_do(self, her):
        her.follows()
        today, session = her.today(), her.planned(1)[0]
        for day in (today, today - timedelta(days=1), today + timedelta(days=DAYS)):
            assert her.get(f"/sessions/{session.id}?on={day}").status_code == 404
        far = her.planned(DAYS)[0]
        assert her.get(f"/sessions/{far.id}?on={far.day}").status_code == 404

    def test_a_check_in_cannot_be_stored_ahead_by_it(self, her):
        day = her.today() + timedelta(days=3)
        answer = her.post(f"/check-in/{day}?on={day}", data={"which": "quick", "stiffness": "1"})
        assert answer.status_code == 422


class TestTheList:
    def test_names_pages_that_may_all_be_kept(self, her):
        her.follows()
        done(her)
        her.post("/check-in", data=QUICK)
        found = listed(her)
        assert found["user"] == str(her.public_id)
        assert found["day"] == str(her.today())
        for path in found["pages"]:
            assert her.get(path, headers=WARM).headers.get("X-Offline") == "yes", path
        for path in (*found["library"][:4], *found["library"][-2:]):
            assert her.get(path, headers=WARM).headers.get("X-Offline") == "yes", path

    def test_has_today_first_and_no_page_twice(self, her):
        her.follows()
        found = listed(her)
        assert found["pages"][0] == "/today"
        every = [*found["pages"], *found["library"], *found["pictures"]]
        assert len(every) == len(set(every))

    def test_has_every_session_of_the_coming_days_as_of_its_day(self, her):
        her.follows()
        pages = listed(her)["pages"]
        for ahead in range(DAYS):
            for session in her.planned(ahead):
                on = f"?on={session.day}" if ahead else ""
                assert f"/sessions/{session.id}{on}" in pages
        assert not [session for session in her.planned(DAYS) if str(session.id) in str(pages)]

    def test_has_the_last_fortnight_and_what_is_said_to_be_changed(self, her):
        her.follows()
        log_id = done(her)
        her.post("/check-in", data=QUICK)
        today, pages = her.today(), listed(her)["pages"]
        days = {path for path in pages if re.fullmatch(r"/check-in/[\d-]+", path)}
        assert days == {f"/check-in/{today - timedelta(days=ago)}" for ago in range(14)}
        assert f"/check-in/{today}?change=yes" in pages
        assert f"/check-in/{today - timedelta(days=1)}?change=yes" not in pages
        assert f"/progress/sessions/{log_id}" in pages

    def test_names_pictures_and_lines_of_what_is_played(self, her):
        her.follows()
        found = listed(her)
        plan = plan_in(her.get(f"/sessions/{her.planned(1)[0].id}?on={tomorrow(her)}").text)
        for item in plan["items"]:
            figure = item["figure"]
            assert {figure["still_avif"], figure["anim"]} - {None} <= set(found["pictures"])
        assert plan["closing"] in found["lines"]
        assert [voice["name"] for voice in found["voices"]] == ["heart", "michael"]

    def test_of_a_closed_plan_has_no_session_and_nothing_to_say(self, her):
        her.follows()
        tell(her, EMERGENCY)
        found = listed(her)
        assert not [path for path in found["pages"] if path.startswith("/sessions/")]
        assert found["lines"] == found["voices"] == found["pictures"] == []
        assert "/safety" in found["pages"]

    def test_is_no_concern_of_others(self, her, him, client):
        her.follows()
        assert str(her.planned()[0].id) not in his_list(him)
        assert client.get("/offline/list").status_code == 303

    @pytest.mark.parametrize("path", ["/offline/list", "/today/ahead"])
    def test_asks_the_database_so_often_as_there_are_days(self, her, queries, path):
        her.follows()
        her.get(path)
        with queries() as found:
            her.get(path)
        assert len(found) <= DAYS * MOST_STATEMENTS_OF_A_DAY + MOST_STATEMENTS_OF_THE_REST
        for _ in range(3):
            done(her)
        with queries() as later:
            her.get(path)
        assert len(later) <= len(found), "what was done costs nothing more"


class TestTheComingDays:
    def test_are_seven_with_their_sessions(self, her):
        her.follows()
        page = her.get("/today/ahead").text
        for ahead in range(DAYS):
            day = her.today() + timedelta(days=ahead)
            assert f'data-day="{day}"' in page
            assert f'href="/check-in/{day}"' in page
            for session in her.planned(ahead):
                assert f'href="/sessions/{session.id}"' in page
        assert page.count("data-day=") == DAYS

    def test_lead_from_today_and_back(self, her):
        her.follows()
        assert 'href="/today/ahead"' in her.get("/today").text
        assert 'href="/today"' in her.get("/today/ahead").text

    def test_of_a_closed_plan_say_so(self, her):
        her.follows()
        tell(her, EMERGENCY)
        page = her.get("/today/ahead").text
        assert "Your sessions wait for now." in page
        assert "/sessions/" not in page

    def test_without_a_programme_lead_to_one(self, her):
        page = her.get("/today/ahead").text
        assert "No programme is running" in page
        assert page.count("data-day=") == DAYS


QUICK = {"which": "quick", "operation": str(uuid4()), "stiffness": "3", "good_day": "yes"}


def tomorrow(person: Person) -> str:
    return str(person.today() + timedelta(days=1))


def done(person: Person) -> str:
    """Do today's session. Returns the id of its record."""
    form = player_form()
    person.post(f"/sessions/{person.planned()[0].id}/log", data=form)
    return form["log_id"]


def his_list(person: Person) -> str:
    return str(listed(person))


def seen(app: Flask) -> datetime:
    with app.app_context():
        found: datetime = db.session.scalars(select(DeviceSession.last_seen_at)).one()
        return found
