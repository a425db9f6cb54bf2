"""The pages of the check-in."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from fstpwa.content import library
from fstpwa.domain.check_in import CheckInRecord
from fstpwa.services.check_ins import check_in_on
from tests.conftest import HTMX, Person

DAILY = {"stiffness": "4", "good_day": "yes", "flare": "no"}
LONG_AGO = "2001-01-01"


def stored(her: Person, day: date | None = None) -> CheckInRecord | None:
    with her.app.app_context():
        return check_in_on(her.user(), day or her.today())


def stored_answers(her: Person, day: date | None = None) -> dict[str, object]:
    record = stored(her, day)
    return {} if record is None else dict(record.answers())


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden inputs of the check-in's form, as a browser would send them."""
    form = page.text.split('id="check-in"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"[^>]*>', form)
    return {name: unescape(value) for name, value in found}


def test_the_daily_minimum_is_three_taps_and_save(her: Person) -> None:
    page = her.get("/check-in")
    assert page.status_code == 200
    assert "How is today?" in page.text
    answer = her.post("/check-in", data=hidden(page) | DAILY)
    assert answer.status_code == 303
    assert stored_answers(her) == {"stiffness": 4, "good_day": "yes", "flare": False}
    assert "A good day" in her.get(answer.location).text


def test_htmx_gets_what_was_answered_in_place_of_the_form(her: Person) -> None:
    answer = her.post("/check-in", data=DAILY, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="check-in"' in answer.text
    assert "4 of 10" in answer.text
    assert "Change" in answer.text


def test_a_double_tap_stores_once(her: Person) -> None:
    sent = hidden(her.get("/check-in")) | DAILY
    her.post("/check-in", data=sent)
    her.post("/check-in", data={"good_day": "no"})
    her.post("/check-in", data=sent)
    assert stored_answers(her)["good_day"] == "no"


def test_the_same_answer_counts_again_after_another_one(her: Person) -> None:
    for stiffness in ("5", "6", "5"):
        her.post(
            "/check-in", data=hidden(her.get("/check-in?change=yes")) | {"stiffness": stiffness}
        )
        assert stored_answers(her)["stiffness"] == int(stiffness)


@pytest.mark.parametrize("which", [{}, {"which": "quick"}], ids=["whole", "quick"])
def test_a_form_gone_back_to_and_changed_is_shown_once_more_and_then_counts(
    her: Person, which: dict[str, str]
) -> None:
    form = hidden(her.get("/check-in")) | which
    for stiffness in ("5", "6"):
        answer = her.post("/check-in", data=form | {"stiffness": stiffness}, headers=HTMX)
    assert answer.status_code == 422
    assert "saved before" in answer.text
    assert 'name="stiffness" value="6" checked' in answer.text
    her.post("/check-in", data=hidden(answer) | which | {"stiffness": "6"})
    assert stored_answers(her)["stiffness"] == 6


def test_every_form_that_is_shown_has_an_id_of_its_own(her: Person) -> None:
    refused = her.post("/check-in", data={"stiffness": "11"}, headers=HTMX)
    pages = [her.get("/check-in"), her.get("/check-in"), refused]
    assert len({hidden(page)["operation"] for page in pages}) == 3
    assert all('name="operation" value="' in page.text for page in pages)


def test_the_ends_of_every_scale_are_named_by_the_content(her: Person) -> None:
    her.follows("plantar-heel")
    page = her.get("/check-in").text
    for slug in ("stiffness_nrs", "fatigue_nrs", "sleep_nrs", "first_step_pain"):
        low, high = library().measures[slug].anchors or ("", "")
        assert f"<span>0 {low}</span><span>10 {high}</span>" in page
    assert "Pain: 0 no pain, 10 worst pain you can imagine." in page


def test_a_form_left_open_takes_nothing_back_that_was_written_since(her: Person) -> None:
    page = her.get("/check-in")
    her.post("/check-in", data={"note": "written on the other phone", "good_day": "no"})
    her.post("/check-in", data=hidden(page) | {"stiffness": "4", "note": "", "managed": ""})
    assert stored_answers(her) == {
        "stiffness": 4,
        "good_day": "no",
        "note": "written on the other phone",
    }


def test_words_written_in_two_open_forms_stay_both_until_they_are_made_one(her: Person) -> None:
    page = her.get("/check-in")
    her.post("/check-in", data=hidden(her.get("/check-in")) | {"note": "At the desk."})
    assert her.post("/check-in", data=hidden(page) | {"note": "On the train."}).status_code == 303
    assert stored_answers(her)["note"] == "At the desk.\n\nOn the train."
    page = her.get(f"/check-in/{her.today()}?change=yes")
    assert "At the desk.\n\nOn the train." in unescape(page.text)
    her.post("/check-in", data=hidden(page) | {"note": "Desk and train.", "managed": ""})
    assert stored_answers(her)["note"] == "Desk and train."


def test_words_of_two_devices_that_are_long_together_stand_in_nobodys_way(her: Person) -> None:
    pages = [her.get("/check-in") for _ in range(2)]
    for page, letter in zip(pages, "ab", strict=True):
        her.post("/check-in", data=hidden(page) | {"managed": letter * 300})
    change = her.get(f"/check-in/{her.today()}?change=yes")
    words = f"{'a' * 300}\r\n\r\n{'b' * 300}"
    sent = hidden(change) | {"managed": words, "stiffness": "4", "note": ""}
    assert her.post("/check-in", data=sent).status_code == 303
    assert stored_answers(her)["stiffness"] == 4
    longer = hidden(change) | {"managed": words + "c", "note": ""}
    assert her.post("/check-in", data=longer).status_code == 422


def test_taking_words_back_leaves_those_that_were_not_seen(her: Person) -> None:
    her.post("/check-in", data=hidden(her.get("/check-in")) | {"note": "First."})
    seen_first = her.get(f"/check-in/{her.today()}?change=yes")
    other = hidden(seen_first) | {"note_base": "", "shown": "{}", "operation": str(uuid4())}
    her.post("/check-in", data=other | {"note": "Second."})
    answer = her.post("/check-in", data=hidden(seen_first) | {"note": "", "managed": ""})
    assert answer.status_code == 303
    assert stored_answers(her)["note"] == "Second."


@pytest.mark.parametrize("base", ["x", "[1]", "{}", '["x"]', "[" * 9000])
def test_a_form_that_saw_what_cannot_be_stores_nothing(her: Person, base: str) -> None:
    answer = her.post("/check-in", data={"note": "x", "note_base": base})
    assert answer.status_code == (303 if base == "{}" else 422)
    assert (stored(her) is None) is (base != "{}")


def test_the_same_delete_sent_once_more_takes_nothing_that_came_since(her: Person) -> None:
    address = f"/check-in/{her.today()}/delete"
    operation = {"operation": str(uuid4())}
    her.post("/check-in", data={"stiffness": "4"})
    her.post(address, data=operation)
    assert stored(her) is None
    her.post("/check-in", data={"stiffness": "5"})
    assert her.post(address, data=operation).status_code == 303
    assert stored_answers(her) == {"stiffness": 5}


def test_everything_can_be_answered_and_comes_back_to_be_changed(her: Person) -> None:
    full = DAILY | {
        "fatigue": "0",
        "sleep": "10",
        "morning_stiffness_min": "45",
        "managed": "a walk",
        "note": "warm bath\r\nhelped",
        "stiffness_in_neck": "3",
        "pain_in_knee": "2",
    }
    her.post("/check-in", data=full)
    assert stored_answers(her) == {
        "stiffness": 4,
        "good_day": "yes",
        "flare": False,
        "fatigue": 0,
        "sleep": 10,
        "morning_stiffness_min": 45,
        "managed": "a walk",
        "note": "warm bath\nhelped",
        "stiffness_in_neck": 3,
        "pain_in_knee": 2,
    }
    page = her.get("/check-in?change=yes")
    assert 'name="stiffness" value="4" checked' in page.text
    assert 'value="45"' in page.text
    assert "warm bath\nhelped" in page.text


def test_an_answer_can_be_cleared_and_empty_is_not_zero(her: Person) -> None:
    her.post("/check-in", data=DAILY | {"note": "x", "pain_in_neck": "2"})
    page = her.get("/check-in?change=yes")
    her.post(
        "/check-in",
        data=hidden(page) | {"stiffness": "", "good_day": "yes", "flare": "no", "note": ""},
    )
    assert stored_answers(her) == {"good_day": "yes", "flare": False}


def test_taking_the_last_answer_back_leaves_the_day_open(her: Person) -> None:
    her.post("/check-in", data={"stiffness": "3"})
    page = her.get("/check-in?change=yes")
    answer = her.post("/check-in", data=hidden(page) | {"stiffness": ""})
    assert answer.status_code == 303
    assert stored(her) is None


def test_saving_nothing_says_what_to_do(her: Person) -> None:
    for headers in ({}, HTMX):
        answer = her.post("/check-in", data=hidden(her.get("/check-in")), headers=headers)
        assert answer.status_code == 422
        assert "Answer at least one question" in answer.text


def test_a_past_day_is_filled_in_changed_and_deleted(her: Person) -> None:
    day = her.today() - timedelta(days=399)
    page = her.get(f"/check-in/{day}")
    assert "Was it a good day?" in page.text
    her.post(f"/check-in/{day}", data=hidden(page) | DAILY)
    assert stored_answers(her, day)["stiffness"] == 4
    assert stored(her) is None
    for _ in range(2):
        assert her.post(f"/check-in/{day}/delete").status_code == 303
    assert stored(her, day) is None


@pytest.mark.parametrize("ahead", [1, 400, -400, -401])
def test_the_future_and_the_distant_past_cannot_be_filled_in(her: Person, ahead: int) -> None:
    day = her.today() + timedelta(days=ahead)
    assert her.get(f"/check-in/{day}").status_code == 404
    assert her.post(f"/check-in/{day}", data=DAILY).status_code == 422
    assert stored(her, day) is None


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "tomorrow", "20260301", "%00"])
def test_a_day_that_does_not_exist_is_not_found(her: Person, day: str) -> None:
    assert her.get(f"/check-in/{day}").status_code in (400, 404)
    assert her.post(f"/check-in/{day}", data=DAILY).status_code in (400, 404, 405)


def test_the_neighbouring_days_are_one_tap_away(her: Person) -> None:
    today = her.today()
    page = her.get("/check-in").text
    assert f'href="/check-in/{today - timedelta(days=1)}"' in page
    assert f'href="/check-in/{today + timedelta(days=1)}"' not in page
    oldest = her.get(f"/check-in/{today - timedelta(days=399)}").text
    assert f'href="/check-in/{today - timedelta(days=400)}"' not in oldest


def test_any_day_can_be_picked_in_the_calendar(her: Person) -> None:
    day = her.today() - timedelta(days=40)
    assert her.get(f"/check-in?day={day}").location == f"/check-in/{day}"
    refused = her.get(f"/check-in?day={her.today() + timedelta(days=1)}")
    assert refused.status_code == 422
    assert "That day has not happened yet." in refused.text
    assert her.get(f"/check-in?day={LONG_AGO}").status_code == 422
    assert "in the calendar" in her.get("/check-in?day=soon").text


@time_machine.travel(datetime(2026, 3, 10, 23, 30, tzinfo=UTC), tick=False)
def test_the_day_belongs_to_the_persons_own_zone(app: Flask, rolled_back: None) -> None:
    person = Person(app, time_zone="Pacific/Auckland")
    person.post("/check-in", data=DAILY)
    assert stored(person, date(2026, 3, 11)) is not None
    assert "Wednesday 11 March" in person.get("/check-in").text


BAD_ANSWERS = [
    ("stiffness", "11", "Choose a whole number from 0 to 10."),
    ("stiffness", "-1", "Choose a whole number from 0 to 10."),
    ("stiffness", "4.5", "Choose a whole number from 0 to 10."),
    ("stiffness", "٣", "Choose a whole number from 0 to 10."),
    ("stiffness", "²", "Choose a whole number from 0 to 10."),
    ("stiffness", "1_0", "Choose a whole number from 0 to 10."),
    ("stiffness", "9" * 5000, "Choose a whole number from 0 to 10."),
    ("stiffness", "NaN", "Choose a whole number from 0 to 10."),
    ("good_day", "maybe", "Choose one of the answers"),
    ("flare", "1", "Choose one of the answers"),
    ("morning_stiffness_min", "241", "Choose a whole number from 0 to 240."),
    ("morning_stiffness_min", "half an hour", "Choose a whole number from 0 to 240."),
    ("pain_in_neck", "11", "Choose a whole number from 0 to 10."),
    ("note", "é" * 2001, "2,001 letters; there is room for 2,000"),
    ("managed", "👍" * 301, "301 letters; there is room for 300"),
]


@pytest.mark.parametrize(("question", "answer", "words"), BAD_ANSWERS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_bad_answer_is_told_beside_it_and_nothing_is_lost_or_stored(
    her: Person, question: str, answer: str, words: str, headers: dict[str, str]
) -> None:
    sent = DAILY | {"managed": "kept words", question: answer}
    refused = her.post("/check-in", data=sent, headers=headers)
    assert refused.status_code == 422
    assert words in refused.text
    assert question == "good_day" or 'name="good_day" value="yes" checked' in refused.text
    if question in ("note", "managed", "morning_stiffness_min"):
        assert answer in unescape(refused.text)
    if question != "managed":
        assert "kept words" in refused.text
    assert stored(her) is None


@pytest.mark.parametrize("text", ["שלום, \u202eabc", "<b>&amp;</b>", "\U0001f9d8\u200d♀️", "a\tb"])
def test_any_writing_comes_back_as_it_was_written(her: Person, text: str) -> None:
    her.post("/check-in", data={"note": text})
    assert stored_answers(her) == {"note": text}
    assert text in unescape(her.get("/check-in").text)


@pytest.mark.parametrize("shown", ["{", "[]", "null", '{"stiffness": [1]}', "x" * 10_000])
def test_a_damaged_form_stores_what_was_sent_all_the_same(her: Person, shown: str) -> None:
    sent = DAILY | {"shown": shown, "operation": "not an id"}
    assert her.post("/check-in", data=sent).status_code == 303
    assert stored_answers(her)["stiffness"] == 4


def test_the_quick_form_of_today_keeps_to_its_three_questions(her: Person) -> None:
    her.post("/check-in", data={"note": "stays"})
    answer = her.post("/check-in", data=DAILY | {"which": "quick", "note": "not asked here"})
    assert answer.location == "/today"
    assert stored_answers(her)["note"] == "stays"


def test_the_quick_form_leads_on_to_more(her: Person) -> None:
    answer = her.post("/check-in", data=DAILY | {"which": "quick", "more": "yes"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/check-in/{her.today()}?change=more"
    assert stored_answers(her)["stiffness"] == 4
    assert '<details class="fold" open>' in her.get(answer.headers["HX-Redirect"]).text


def test_the_quick_form_says_beside_it_what_is_missing(her: Person) -> None:
    answer = her.post("/check-in", data={"which": "quick"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="quick"' in answer.text
    assert her.post("/check-in", data={"which": "quick"}).status_code == 422


def test_regions_of_the_programme_come_first(her: Person) -> None:
    her.follows("plantar-heel")
    page = her.get("/check-in").text
    assert page.index("Foot: pain") < page.index("Neck: pain")
    assert "Heel pain on the first steps of the day" in page


def test_first_step_pain_is_asked_only_where_it_is_tracked(her: Person) -> None:
    her.follows("neck-and-desk")
    assert "first_step_pain" not in her.get("/check-in").text
    her.post("/check-in", data={"first_step_pain": "3"})
    assert 'name="first_step_pain"' in her.get("/check-in?change=yes").text


def test_nobody_sees_or_changes_the_check_in_of_somebody_else(her: Person, him: Person) -> None:
    her.post("/check-in", data=DAILY | {"note": "hers alone"})
    assert "hers alone" not in him.get("/check-in").text
    him.post(f"/check-in/{him.today()}/delete")
    assert stored(her) is not None


def test_a_huge_body_is_refused(her: Person) -> None:
    assert her.post("/check-in", data={"note": "x" * 300_000}).status_code == 413
    assert stored(her) is None
