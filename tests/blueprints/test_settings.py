"""You: what can be set, what is said when it cannot be, and what becomes of somebody's data."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, User
from tests.conftest import HTMX
from tests.letters import Letters
from tests.services.full_person import WORDS, fill

PROFILE = {"name": "Ana", "time_zone": "Europe/Lisbon", "country": "GB", "language": "en_GB"}
PACE = {"get_ready_s": "0", "transition_s": "60", "least_rest_s": "15"}


def test_every_way_from_you_leads_to_a_page(her):
    her.follows()
    page = her.get("/settings/").text
    ways = re.findall(r'class="way" href="([^"]+)"', page)
    assert len(ways) >= 9
    for way in ways:
        assert her.get(way).status_code in (200, 303), way
    assert 'action="/sign-out"' in page


def test_who_only_tries_it_is_asked_to_keep_it_and_warned_before_signing_out(app, her):
    page = her.get("/settings/").text
    assert 'href="/keep"' in page
    assert "delete my records" in page
    with app.app_context():
        her.user().email = "ana@example.org"
        db.session.commit()
    page = her.get("/settings/").text
    assert "delete my records" not in page
    assert 'href="/keep"' not in page


def test_what_is_set_is_stored_and_shown(app, her):
    answer = her.post("/settings/profile", data=PROFILE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/profile")
    answer = her.post("/settings/sessions", data=PACE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/sessions")
    with app.app_context():
        user = her.user()
        assert (user.name, user.time_zone, user.country) == ("Ana", "Europe/Lisbon", "GB")
        assert (user.get_ready_s, user.transition_s, user.least_rest_s) == (0, 60, 15)
    assert 'value="Ana"' in her.get("/settings/profile").text
    assert 'value="60"' in her.get("/settings/sessions").text
    assert "999" in her.get("/settings/").text


@pytest.mark.parametrize(
    ("address", "form", "shown"),
    [("/settings/profile", PROFILE, 'value="Ana"'), ("/settings/sessions", PACE, 'value="60"')],
)
def test_htmx_gets_the_form_back(her, address, form, shown):
    answer = her.post(address, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert shown in answer.text
    assert "Saved." in answer.text


@pytest.mark.parametrize(
    ("address", "field", "value"),
    [
        ("/settings/profile", "name", "a" * 81),
        ("/settings/profile", "time_zone", "Mars/Base"),
        ("/settings/profile", "country", "XX"),
        ("/settings/profile", "language", "xx"),
        ("/settings/sessions", "get_ready_s", "21"),
        ("/settings/sessions", "get_ready_s", "-1"),
        ("/settings/sessions", "get_ready_s", ""),
        ("/settings/sessions", "transition_s", "61"),
        ("/settings/sessions", "transition_s", "ten"),
        ("/settings/sessions", "least_rest_s", "1.5"),
        ("/settings/sessions", "least_rest_s", "9" * 5000),
    ],
)
def test_what_cannot_be_comes_back_with_a_message_and_everything_typed(
    app, her, address, field, value
):
    form = {**PROFILE, **PACE, "name": "Typed", field: value}
    kept = 'value="Typed"' if address == "/settings/profile" else f'value="{value}"'
    for headers in ({}, HTMX):
        answer = her.post(address, data=form, headers=headers)
        assert answer.status_code == 422
        assert "aria-invalid" in answer.text or 'class="error' in answer.text
        if field != "name":
            assert kept in answer.text
    with app.app_context():
        assert (her.user().name, her.user().get_ready_s) == ("", 5)


def test_a_name_is_shown_as_it_was_typed_and_never_as_markup(her):
    name = "<b onclick=alert(1)>Ana & Bo</b> 👩‍👩‍👧 آنا"
    assert her.post("/settings/profile", data={**PROFILE, "name": name}).status_code == 303
    for url in ("/settings/", "/settings/profile", "/today"):
        assert "<b onclick" not in her.get(url).text
    shown = "&lt;b onclick=alert(1)&gt;Ana &amp; Bo&lt;/b&gt;"
    assert shown in her.get("/settings/").text
    assert shown in her.get("/settings/profile").text


def test_another_zone_is_another_day(her):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert her.post("/settings/profile", data={**PROFILE, "time_zone": zone}).status_code == 303
        assert her.get("/today").status_code == her.get("/check-in").status_code == 200


def test_sound_and_voice_say_so_where_there_is_no_script(her):
    page = her.get("/settings/sounds").text
    assert re.search(r"<noscript>.*JavaScript.*</noscript>", page)
    for name in ("sounds", "soundVolume", "voice", "steps", "voiceVolume", "vibration", "keys"):
        assert f'data-player="setting-{name}"' in page


def test_what_is_kept_on_the_phone_needs_a_script_and_says_so(her):
    page = her.get("/settings/offline").text
    assert re.search(r"<noscript>.*needs JavaScript.*</noscript>", page)
    assert re.search(r'data-component="offline-settings" data-user="[0-9a-f-]{36}" hidden', page)
    assert 'href="/settings/privacy#kept-here"' in page
    assert 'href="/settings/offline"' in her.get("/settings/").text


def test_what_is_kept_on_the_phone_is_shown_to_nobody_else(client):
    assert client.get("/settings/offline").status_code == 303


def test_pages_where_somebody_signs_in_have_room_for_what_waits_and_name_nobody(client):
    for address in ("/", "/sign-in"):
        page = client.get(address).text
        assert re.search(
            r'data-component="waiting-here" role="status" hidden>.*<span></span>', page
        )


def test_the_form_that_deletes_names_whose_phone_is_wiped(app, her):
    with app.app_context():
        public_id = her.user().public_id
    page = her.get("/settings/delete").text
    assert f'data-component="deleting" data-user="{public_id}"' in page
    assert 'data-component="deleted"' in her.get("/settings/deleted").text


def test_privacy_says_what_is_kept_on_the_phone_how_long_and_how_to_remove_it(her, client):
    page = her.get("/settings/privacy").text
    kept = page.split('id="kept-here"')[1].split("</section>")[0]
    for words in ("30 days", "Signing out", "not sent yet", "waits"):
        assert words in kept
    assert 'href="/settings/offline"' in kept
    assert 'href="/settings/offline"' not in client.get("/settings/privacy").text


def test_privacy_names_what_is_in_the_clear(her):
    page = her.get("/settings/privacy").text
    assert "health answers" in page
    assert "sealed" in page


def test_privacy_can_be_read_before_anything_is_said(client):
    page = client.get("/settings/privacy")
    assert page.status_code == 200
    for name in ("good-days:", "good-days-account:", "good-days-asking:", "notice:"):
        assert name in page.text
    assert "/settings/delete" not in page.text
    assert 'href="/settings/privacy"' in client.get("/sign-up").text


def test_a_number_that_is_none_gets_one_message(her):
    for value in ("1.5", "abc", "", "61"):
        answer = her.post("/settings/sessions", data={**PACE, "transition_s": value})
        assert answer.text.count('class="error"') == 1
        assert "Please use a whole number from 0 to 60." in answer.text


def test_the_first_wrong_field_has_the_focus_and_the_title_says_so(her):
    form = {"get_ready_s": "5", "transition_s": "x", "least_rest_s": "x"}
    page = her.post("/settings/sessions", data=form).text
    assert page.count("autofocus") == 1
    assert re.search(r'<input[^>]* autofocus[^>]* id="transition_s"', page)
    assert "<title>Not yet: The rhythm of sessions" in page
    assert 'role="alert">Please use a whole number' in page
    assert "Not yet" not in her.get("/settings/sessions").text


def test_a_name_has_no_signs_that_nobody_sees(app, her):
    her.post("/settings/profile", data={**PROFILE, "name": "A\u202en\u0007a"})
    with app.app_context():
        assert her.user().name == "Ana"


def test_without_a_country_the_default_number_is_named_with_a_way_to_say_it(her):
    page = her.get("/settings/").text
    assert "Say your country" in page
    her.post("/settings/profile", data=PROFILE)
    assert "Say your country" not in her.get("/settings/").text


def test_a_deletion_leaves_no_mark_of_the_account_and_a_last_letter(app, her):
    fill(her)
    confirm(her)
    letters = Letters(app)
    with app.app_context():
        her.user().email = "ana@example.org"
        db.session.commit()
    her.client.set_cookie("good-days-account", "x")
    her.post("/settings/delete", data={"word": "delete"})
    assert her.client.get_cookie("good-days-account") is None
    assert her.get("/today").headers["Location"] == "/"
    [letter] = letters.all()
    assert letter["To"] == "ana@example.org"
    assert "was deleted" in letter.get_content()
    assert "/reset" not in letter.get_content()


def test_everything_can_be_taken_along_as_json(her, him):
    fill(her)
    fill(him)
    confirm(her)
    answer = her.get("/settings/export/everything.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    today = datetime.now(UTC).date().isoformat()
    assert f'filename="good-days-{today}.json"' in answer.headers["Content-Disposition"]
    document = json.loads(answer.text)
    assert [row["id"] for row in document["tables"]["user"]] == [her.id]
    assert WORDS in answer.text


def test_check_ins_can_be_taken_along_as_a_table(her):
    fill(her)
    confirm(her)
    answer = her.get("/settings/export/check-ins.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["note"] for row in rows] == [WORDS] * 2


def test_who_only_tries_it_can_take_everything_along_too(her):
    assert her.get("/settings/export").status_code == 200
    assert json.loads(her.get("/settings/export/everything.json").text)["tables"]["check_in"] == []


@pytest.mark.parametrize(
    "address",
    [
        "/settings/export",
        "/settings/export/everything.json",
        "/settings/export/check-ins.csv",
        "/settings/delete",
    ],
)
def test_who_can_prove_who_they_are_is_asked_to_first(her, address):
    fill(her)
    confirm(her, minutes_ago=11)
    answer = her.get(address)
    assert answer.status_code == 303
    assert "/confirm" in answer.location
    confirm(her)
    assert her.get(address).status_code == 200


def test_deleting_without_a_proof_deletes_nothing(app, her):
    fill(her)
    confirm(her, minutes_ago=11)
    answer = her.post("/settings/delete", data={"word": "delete"})
    assert answer.status_code == 303
    assert "/confirm" in answer.location
    with app.app_context():
        assert db.session.get(User, her.id) is not None


@pytest.mark.parametrize("word", ["", "yes", "delet", "delete everything", "<b>delete"])
def test_any_other_word_deletes_nothing(app, her, word):
    answer = her.post("/settings/delete", data={"word": word})
    assert answer.status_code == 422
    assert "Nothing was deleted" in answer.text
    with app.app_context():
        assert db.session.get(User, her.id) is not None


@pytest.mark.parametrize("word", ["delete", " Delete ", "DELETE"])
def test_the_word_deletes_everything_and_takes_the_device(app, her, word):
    fill(her)
    confirm(her)
    answer = her.post("/settings/delete", data={"word": word})
    assert (answer.status_code, answer.location) == (303, "/settings/deleted")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert her.client.get_cookie("good-days") is None
    with app.app_context():
        assert db.session.get(User, her.id) is None
    page = her.get("/settings/deleted")
    assert page.status_code == 200
    assert "Everything is deleted" in page.text
    assert her.get("/today").status_code == 303


def test_a_cookie_copied_before_deleting_opens_nothing(app, her):
    token = her.client.get_cookie("good-days").value
    assert her.post("/settings/delete", data={"word": "delete"}).status_code == 303
    thief = app.test_client()
    thief.set_cookie("good-days", token)
    assert thief.get("/today").status_code == 303


def test_demo_people_cannot_be_deleted(app, her):
    with app.app_context():
        her.user().is_demo = True
        db.session.commit()
    assert "cannot be deleted" in her.get("/settings/delete").text
    assert her.post("/settings/delete", data={"word": "delete"}).status_code == 409
    with app.app_context():
        assert db.session.get(User, her.id) is not None


def confirm(person, minutes_ago: float = 1) -> None:
    """Let `person` have proved some minutes ago who they are."""
    with person.app.app_context():
        for device in db.session.scalars(db.select(DeviceSession).filter_by(user_id=person.id)):
            device.confirmed_at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        db.session.commit()
