"""Before the first session: what the page carries for its script, and the ways to it."""

import html
import json
import re
from datetime import timedelta

import pytest

from fstpwa.blueprints.settings import views
from fstpwa.domain.spoken_lines import LOCK_TEST, LOCK_TEST_PASSED, SOUND_CHECK
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment
from fstpwa.services.voices import VoiceFile
from tests.conftest import Person
from tests.playing import player_form

ADDRESS = "/settings/sound-check"
LINK = f'href="{ADDRESS}"'
LINES = re.compile(r'data-line="([\w-]+)"')


@pytest.fixture
def page(her: Person) -> str:
    """The page as it is sent."""
    return her.get(ADDRESS).text


def test_the_page_carries_the_voices_for_its_script(her, monkeypatch):
    found = VoiceFile(name="heart", label="A woman's voice", manifest="/static/voice/heart.json")
    monkeypatch.setattr(views, "voices", lambda: (found,))
    page = her.get(ADDRESS).text
    [embedded] = re.findall(r'data-player="voices" nonce="[^"]+">(.*?)</script>', page)
    assert json.loads(embedded) == [
        {"name": "heart", "label": "A woman's voice", "manifest": "/static/voice/heart.json"}
    ]


def test_without_any_recorded_voice_the_page_is_still_there(her, monkeypatch):
    monkeypatch.setattr(views, "voices", tuple)
    page = her.get(ADDRESS)
    assert page.status_code == 200
    assert "What this browser can do" in page.text


def test_without_javascript_it_says_so(page):
    [said] = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert "need JavaScript" in said
    assert re.search(r'data-component="sound-check" hidden', page)


def test_what_the_voice_says_is_written_too(page):
    written = html.unescape(page)
    for line in (SOUND_CHECK, LOCK_TEST, LOCK_TEST_PASSED):
        assert line in written


def test_its_script_finds_every_line_that_it_can_show(page):
    tests, abilities = page.split('id="abilities"')
    lock = set(LINES.findall(tests.split('id="lock-test"')[1]))
    assert {"in_view", "stopped", "partly", "went_on", "lock", "silence", "passed"} <= lock
    assert {"bell-1", "bell-2", "bell-3", "heard", "unheard", "screen", "dark"} <= lock
    rows = re.split(r'data-ability="', abilities)[1:]
    assert len(rows) == 9
    for row in rows:
        assert {"yes", "no"} <= set(LINES.findall(row))


def test_every_way_to_lead_can_be_chosen_and_is_explained(her, page):
    switches = her.get("/settings/sounds").text
    for value, name in [
        ("screen", "Screen stays on"),
        ("dark", "Screen may go dark"),
        ("music", "Beside my music"),
        ("silent", "Silent: vibration and flash"),
    ]:
        assert f'data-player="setting-lead-{value}"' in switches
        assert name in switches
        assert f"<dt>{name}</dt>" in page


def test_the_settings_and_a_session_lead_to_it(her):
    assert LINK in her.get("/settings/sounds").text
    her.follows()
    assert LINK in her.get(f"/sessions/{her.planned()[0].id}").text


def test_today_offers_it_until_a_session_was_done(her):
    assert LINK not in her.get("/today").text, "nothing is planned yet"
    her.follows()
    assert LINK in her.get("/today").text
    done = her.post(f"/sessions/{her.planned()[0].id}/log", data=player_form())
    assert done.status_code == 303
    assert LINK not in her.get("/today").text


def test_today_offers_it_for_a_week_and_no_longer(app, her):
    her.follows()
    with app.app_context():
        enrolment = db.session.scalars(db.select(Enrolment)).one()
        enrolment.started_on -= timedelta(days=7)
        db.session.commit()
    assert LINK not in her.get("/today").text
