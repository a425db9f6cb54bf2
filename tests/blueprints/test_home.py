"""The first page, trying it, signing out."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.practice import PlannedSession
from fstpwa.services import devices


def test_the_first_page_offers_to_try_and_says_for_whom_it_is(client):
    page = client.get("/").text
    assert 'action="/try"' in page
    assert "data-private" not in page
    assert "adult" in page.lower()


def test_whoever_is_signed_in_goes_to_today(her):
    answer = her.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/today")


@pytest.mark.parametrize(
    ("programme", "where"),
    [
        ("", "/welcome"),
        ("nothing", "/welcome"),
        ("//evil.example", "/welcome"),
        ("neck-and-desk", "/welcome?programme=neck-and-desk"),
    ],
)
def test_trying_it_makes_a_person_on_this_device_and_goes_on(app, client, programme, where):
    answer = client.post("/try", data={"time_zone": "Europe/Lisbon", "programme": programme})
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    assert client.get("/today").status_code == 200
    with app.app_context():
        user = db.session.scalars(db.select(User)).one()
        assert (user.time_zone, user.role, user.is_demo) == ("Europe/Lisbon", "client", False)


def test_trying_it_twice_makes_one_person(app, client):
    for _ in range(2):
        assert client.post("/try").status_code == 303
    with app.app_context():
        assert db.session.query(User).count() == 1


def test_a_device_is_named_by_browser_and_system(app, client):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
    client.post("/try", headers={"User-Agent": agent})
    with app.app_context():
        assert db.session.scalars(db.select(DeviceSession.label)).one() == "Safari on iPhone"


def test_signing_out_deletes_what_nobody_could_open_any_more(app, her, him):
    her.follows()
    him.follows()
    answer = her.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/deleted")
    assert "Everything is deleted" in her.get("/settings/deleted").text
    assert her.get("/today").headers["Location"] == "/"
    with app.app_context():
        assert db.session.get(User, her.id) is None
        left = select(func.count()).select_from(PlannedSession).filter_by(user_id=her.id)
        assert db.session.scalar(left) == 0
        assert him.user() is not None


def test_a_sign_out_that_waited_for_a_network_ends_only_its_own_persons_sign_in(app, her, him):
    with app.app_context():
        public_id = str(him.user().public_id)
    answer = her.post("/sign-out", data={"user": public_id})
    assert (answer.status_code, answer.location) == (303, "/")
    assert her.get("/today").status_code == 200
    for nonsense in ("nobody", "", "<b>", "0" * 300):
        her.post("/sign-out", data={"user": nonsense})
    assert her.get("/today").status_code == 200
    own = re.search(r'name="user" value="([^"]+)"', her.get("/settings/").text)
    assert own is not None
    her.post("/sign-out", data={"user": own.group(1)})
    assert her.get("/today").status_code == 303


def test_signing_out_on_one_of_two_devices_keeps_everything(app, her):
    with app.app_context():
        devices.open_device(her.user(), "Another", now=datetime.now(UTC))
        db.session.commit()
    page = her.get("/settings/").text
    assert "can be opened on: Another" in page
    assert "delete my records" not in page
    assert her.post("/sign-out").headers["Location"] == "/"
    with app.app_context():
        assert her.user() is not None


def test_a_demo_person_signs_out_and_stays(app, her):
    with app.app_context():
        her.user().is_demo = True
        db.session.commit()
    her.post("/sign-out")
    with app.app_context():
        assert her.user() is not None


def test_every_running_programme_of_the_library_can_be_tried_from_its_page(client):
    for slug, programme in library().programmes.items():
        page = client.get(f"/programmes/{slug}")
        assert page.status_code == 200
        assert (f'value="{slug}"' in page.text) != programme.retired


def test_whoever_was_here_before_finds_both_ways_back_and_what_is_stored(client):
    page = client.get("/").text
    for address in ("/sign-in", "/carry", "/settings/privacy"):
        assert f'href="{address}"' in page
    assert "phone can open" not in page


def test_the_first_page_claims_only_what_the_player_does(client):
    page = client.get("/").text
    assert "ticks down the last seconds and tells you when to switch sides" in page
    assert "counts" not in page
