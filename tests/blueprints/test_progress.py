"""The pages of progress."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.after_session import NOT_NAMED
from fstpwa.domain.pre_session import AFTER
from fstpwa.extensions import db
from fstpwa.models.practice import (
    CheckIn,
    MovementLog,
    PlannedSession,
    PlannedState,
    SessionLog,
)
from fstpwa.services import vault
from tests.conftest import HTMX, Person
from tests.services.test_history import statements_of


def practise(
    person: Person,
    *,
    days_ago: int = 0,
    planned: UUID | None = None,
    done_s: int = 540,
    led: tuple[str | None, int | None] = (None, None),
) -> str:
    """Store a session that was done; returns its address."""
    began = datetime.now(UTC) - timedelta(days=days_ago)
    log_id = uuid4()
    with person.app.app_context():
        db.session.add(
            SessionLog(
                id=log_id,
                user_id=person.id,
                planned_session_id=planned,
                name="Main session",
                programme="neck-and-desk",
                variant="usual",
                day=began.date(),
                started_at=began,
                finished_at=began,
                done_s=done_s,
                planned_s=600,
                led_by=led[0],
                unrecorded_lines=led[1],
                pain_kinds=[],
                recorded_at=began,
                changed_at=began,
                movements=[
                    MovementLog(position=0, slug="shoulder-rolls", state="done", done_s=60),
                    MovementLog(
                        position=1, slug="levator-stretch", state="part", done_s=20, easier=True
                    ),
                    MovementLog(
                        position=2,
                        slug="doorway-chest-stretch",
                        state="skipped",
                        done_s=0,
                        reason="pain",
                    ),
                ],
            )
        )
        db.session.commit()
    return f"/progress/sessions/{log_id}"


def check_in(person: Person, days: int) -> None:
    with person.app.app_context():
        now = datetime.now(UTC)
        for back in range(days):
            db.session.add(
                CheckIn(
                    user_id=person.id,
                    day=person.today() - timedelta(days=back),
                    stiffness=back % 8,
                    good_day="yes" if back % 2 else "no",
                    flare=back % 10 == 0,
                    clocks={},
                    recorded_at=now,
                    changed_at=now,
                )
            )
        db.session.commit()


def log_of(person: Person, address: str) -> SessionLog | None:
    with person.app.app_context():
        log = db.session.get(SessionLog, UUID(address.rsplit("/", 1)[1]))
        db.session.expunge_all()
        return log


def test_an_empty_record_says_what_to_do_next(her: Person) -> None:
    page = her.get("/progress").text
    assert "Your record starts with today" in page
    assert 'href="/check-in"' in page
    assert 'href="/today"' in page


def test_a_full_record_shows_weeks_good_days_stiffness_and_diary(her: Person) -> None:
    check_in(her, 70)
    practise(her)
    page = unescape(her.get("/progress").text)
    assert "The last 20 weeks" in page
    assert "14 of your last 28 answered days" in page
    assert "No clear change yet" in page
    assert "The same numbers in a table" in page
    assert "Change over time, for any reason." in page
    assert library().safety.message("risk_results") in page
    assert "Main session" in page
    assert "9 of 10 minutes" in page


def test_the_diary_reads_on_page_by_page(her: Person) -> None:
    check_in(her, 70)
    first = her.get("/progress").text
    older = first.split('href="/progress?before=')[1].split('"')[0]
    page = her.get(f"/progress?before={older}").text
    day = her.today() - timedelta(days=35)
    assert f"/check-in/{day}" in page
    assert "Earlier days" in page


@pytest.mark.parametrize("before", ["yesterday", "2026-02-31", "", "9" * 400])
def test_a_page_that_cannot_be_is_not_found(her: Person, before: str) -> None:
    assert her.get(f"/progress?before={before}").status_code == 404


def test_the_page_before_everything_is_empty_but_a_page(her: Person) -> None:
    check_in(her, 3)
    page = her.get("/progress?before=0001-01-01")
    assert page.status_code == 200
    assert "Nothing is recorded here" in page.text


def test_the_page_asks_the_database_as_often_for_a_year_as_for_a_week(
    her: Person, him: Person
) -> None:
    check_in(her, 7)
    check_in(him, 365)
    for back in range(0, 365, 2):
        practise(him, days_ago=back)
    counts = []
    for person in (her, him):
        with person.app.app_context():
            engine = db.engine
        with statements_of(engine) as statements:
            person.get("/progress")
        counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 8


def test_after_a_session_the_page_asks_how_it_was(her: Person) -> None:
    page = unescape(her.get(practise(her)).text)
    assert "<h1>How was it?</h1>" in page
    assert "You did 9 of 10 minutes." in page
    assert "What was the worst pain during the session?" in page
    assert "Later" in page


def test_what_was_done_and_what_not_is_shown(her: Person) -> None:
    page = unescape(her.get(practise(her)).text)
    done, left_out = page.split("What you did")[1].split("Left out")
    names = library().movements
    assert names["shoulder-rolls"].name in done
    assert "Partly, 20 seconds, easier version" in done
    assert names["doorway-chest-stretch"].name in left_out
    assert "Because of pain" in left_out


@pytest.mark.parametrize(
    ("led", "line"),
    [
        (("track", 0), "Led by sound."),
        (("screen", None), "Led by the screen."),
        (("silent", 0), "Led silently."),
        (
            ("track", 1),
            "Led by sound. 1 line had no recording; the phone's own voice said it if it could.",
        ),
        (
            ("screen", 3),
            "Led by the screen. 3 lines had no recording; the phone's own voice said them if it could.",
        ),
        (
            (None, 2),
            "2 lines had no recording; the phone's own voice said them if it could.",
        ),
    ],
)
def test_the_page_says_in_one_line_how_the_session_was_led(
    her: Person, led: tuple[str | None, int | None], line: str
) -> None:
    address = practise(her, led=led)
    asks = unescape(her.get(address).text)
    her.post(address, data={"effort": "3"})
    for page in (asks, unescape(her.get(address).text)):
        (shown,) = re.findall(r'<p class="soft small">\s*((?:Led|\d+ line).*?)</p>', page, re.S)
        assert shown == line


def test_the_page_says_nothing_of_it_where_nobody_knows(her: Person) -> None:
    page = her.get(practise(her)).text
    assert "Led " not in page
    assert "no recording" not in page


def test_how_it_was_is_stored_and_can_be_changed(her: Person) -> None:
    address = practise(her)
    sent = {
        "worst_pain": "2",
        "pain_kinds": ["ache", "stretching"],
        "effort": "4",
        "pain_before": "0",
        "note": " went well ",
    }
    assert her.post(address, data=sent).location == address
    log = log_of(her, address)
    assert log is not None
    assert (log.worst_pain, log.effort, log.pain_before) == (2, 4, 0)
    assert log.pain_kinds == ["stretching", "ache"]
    assert vault.is_sealed(log.note)
    page = unescape(her.get(address).text)
    assert "went well" in page
    assert "<h1>Main session</h1>" in page
    assert "2 of 10: stretching or pulling, ache" in page
    form = her.get(address + "?change=yes").text
    assert 'name="effort" value="4" checked' in form
    her.post(address, data={"effort": "5"})
    changed = log_of(her, address)
    assert changed is not None
    assert (changed.worst_pain, changed.effort) == (None, 5)


def hidden(page: str) -> dict[str, str]:
    """What the form about a session says of itself."""
    found = re.findall(r'<input type="hidden" name="(shown|note_base)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_a_form_left_open_takes_nothing_back_that_another_device_wrote(her: Person) -> None:
    address = practise(her)
    her.post(address, data={"effort": "4", "note": "First.", "pain_before": "2"})
    page = her.get(address + "?change=yes").text
    opened = hidden(page) | {"effort": "4", "pain_before": "2", "note": "First."}
    her.post(address, data=opened | {"worst_pain": "5"})
    her.post(address, data=opened | {"effort": "6", "movement_1": "part"})
    log = log_of(her, address)
    assert log is not None
    assert (log.worst_pain, log.effort, log.pain_before) == (5, 6, 2)
    assert log.clocks["pain_before"] == log.clocks["note"]["live"][0], "said once, at first"
    assert "First." in her.get(address).text
    assert "movement_1" not in log.clocks


def test_notes_written_in_two_open_forms_stay_both_until_they_are_made_one(her: Person) -> None:
    address = practise(her)
    page = her.get(address).text
    for note in ("At the desk.", "On the train."):
        her.post(address, data=hidden(page) | {"effort": "4", "note": note})
    both = "At the desk.\n\nOn the train."
    change = her.get(address + "?change=yes").text
    assert both in unescape(change)
    her.post(address, data=hidden(change) | {"effort": "5", "note": both})
    assert both in unescape(her.get(address).text)
    her.post(address, data=hidden(change) | {"effort": "5", "note": "Desk, train."})
    assert "At the desk" not in her.get(address).text


def test_a_note_with_what_cannot_be_stored_comes_back_whole(her: Person) -> None:
    answer = her.post(practise(her), data={"note": "one\x1etwo"}, headers=HTMX)
    assert answer.status_code == 422
    assert "cannot be stored" in answer.text


def test_htmx_gets_the_answers_in_place_of_the_form(her: Person) -> None:
    answer = her.post(practise(her), data={"effort": "3"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="session-log"' in answer.text


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_a_red_kind_of_pain_is_answered_with_the_contents_words(her: Person, kind: str) -> None:
    answer = her.post(practise(her), data={"worst_pain": "2", "pain_kinds": kind}, headers=HTMX)
    words = unescape(answer.text)
    safety = library().safety
    assert str(safety.after_session.kind(kind).say_now) in words
    assert safety.message("post_red") in words


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_the_advice_stays_after_a_reload_and_comes_without_javascript(
    her: Person, kind: str
) -> None:
    address = practise(her)
    assert her.post(address, data={"pain_kinds": kind}).status_code == 303
    asked_still = unescape(her.get(address).text)
    assert "<h1>How was it?</h1>" in asked_still
    assert f'value="{kind}" checked' in asked_still
    her.post(address, data={"pain_kinds": kind, "effort": "2"})
    said = unescape(her.get(address).text)
    assert "<h1>Main session</h1>" in said
    for page in (asked_still, said):
        assert page.count(str(library().safety.after_session.kind(kind).say_now)) == 1
        assert library().safety.message("post_red") in page


def felt_of(person: Person, address: str) -> dict[str, str | None]:
    with person.app.app_context():
        log = db.session.get_one(SessionLog, UUID(address.rsplit("/", 1)[1]))
        return {each.slug: each.pain_kind for each in log.movements}


@pytest.mark.parametrize("kind", ["sharp", "tingling_numb"])
def test_it_is_asked_in_which_movement_it_was_and_the_whole_text_follows(
    her: Person, kind: str
) -> None:
    address = practise(her)
    form = unescape(her.get(address).text)
    assert "In which movement was it sharp, tingling or numb?" in form
    assert re.search(r'name="felt_in" value="not-sure"[^>]*>Not sure', form)
    sent = {"worst_pain": "2", "pain_kinds": kind, "felt_in": "1"}
    answer = unescape(her.post(address, data=sent, headers=HTMX).text)
    assert library().safety.after_session.kind(kind).text in answer
    assert felt_of(her, address) == {
        "shoulder-rolls": None,
        "levator-stretch": kind,
        "doorway-chest-stretch": None,
    }
    assert 'name="felt_in" value="1" checked' in her.get(address + "?change=yes").text


def test_not_sure_in_which_movement_promises_only_what_is_done(her: Person) -> None:
    address = practise(her)
    sent = {"worst_pain": "2", "pain_kinds": "sharp", "felt_in": "not-sure"}
    answer = unescape(her.post(address, data=sent, headers=HTMX).text)
    assert "put that movement away" not in answer
    assert NOT_NAMED in answer
    assert set(felt_of(her, address).values()) == {None}


def test_taking_the_feeling_back_takes_it_from_the_movement(her: Person) -> None:
    address = practise(her)
    her.post(address, data={"worst_pain": "2", "pain_kinds": "sharp", "felt_in": "1"})
    her.post(address, data={"worst_pain": "2", "pain_kinds": "sharp"})
    assert felt_of(her, address)["levator-stretch"] == "sharp"
    her.post(address, data={"worst_pain": "2", "pain_kinds": "ache", "felt_in": "1"})
    assert set(felt_of(her, address).values()) == {None}


@pytest.mark.parametrize("sent", ["7", "-1", "x", "1.0"])
def test_a_movement_of_another_session_is_refused(her: Person, sent: str) -> None:
    address = practise(her)
    form = {"worst_pain": "2", "pain_kinds": "sharp", "felt_in": sent}
    answer = her.post(address, data=form, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose from the answers that are offered." in answer.text
    log = log_of(her, address)
    assert log is not None
    assert log.worst_pain is None


@pytest.mark.parametrize(
    ("kind", "about", "question"),
    [("tingling_numb", "after_tingling", "ur_weak"), ("other", "after_signs", "em_heart")],
)
def test_what_may_be_serious_opens_its_questions_and_they_wait_until_answered(
    her: Person, kind: str, about: str, question: str
) -> None:
    address = practise(her)
    her.post(address, data={"worst_pain": "2", "pain_kinds": kind})
    assert f'name="about" value="{about}"' in her.get(address).text
    answer = her.post(address + "/questions", data={"about": about})
    assert answer.headers["Location"] == "/sessions/check"
    page = unescape(her.get("/sessions/check").text)
    assert library().safety.questions[question].text in page
    assert AFTER[about].short in unescape(her.get("/today").text)


def test_only_what_is_offered_opens_questions(her: Person) -> None:
    address = practise(her)
    assert her.post(address + "/questions", data={"about": "pc_flare"}).status_code == 422
    assert her.get("/sessions/check").headers["Location"] == "/today"
    other = f"/progress/sessions/{uuid4()}/questions"
    assert her.post(other, data={"about": "after_signs"}).status_code == 404


def test_something_else_is_answered_with_when_to_get_help(her: Person) -> None:
    address = practise(her)
    her.post(address, data={"pain_kinds": "other"})
    page = unescape(her.get(address).text)
    assert "Get help now if you have any of these" in page
    assert library().safety.questions["em_heart"].short in page
    assert 'href="tel:112"' in page
    assert library().safety.message("post_red") not in page
    recent = practise(her, days_ago=3)
    her.post(recent, data={"pain_kinds": "other"})
    assert "Get help now" not in her.get(recent).text


def test_what_was_done_can_be_corrected(her: Person) -> None:
    address = practise(her)
    form = her.get(address).text
    assert "Correct what you did" in form
    assert re.search(r'name="movement_2".*?<option selected value="skipped">', form, re.S)
    sent = {"movement_0": "done", "movement_1": "skipped", "movement_2": "done"}
    page = unescape(her.post(address, data=sent, headers=HTMX).text)
    done, left_out = page.split("What you did")[1].split("Left out")
    names = library().movements
    assert names["doorway-chest-stretch"].name in done
    assert "because of pain" not in done
    assert names["levator-stretch"].name in left_out
    with her.app.app_context():
        log = db.session.get_one(SessionLog, UUID(address.rsplit("/", 1)[1]))
        assert [m.state for m in log.movements] == ["done", "skipped", "done"]
        assert [m.done_s for m in log.movements] == [60, 0, 200]
        assert log.done_s == 260


def test_a_high_worst_pain_is_answered_with_the_message_after_a_red_session(her: Person) -> None:
    red = library().safety.message("post_red")
    address = practise(her)
    her.post(address, data={"worst_pain": "6"})
    assert red in unescape(her.get(address).text)
    her.post(address, data={"worst_pain": "5"})
    assert red not in unescape(her.get(address).text)


def test_advice_about_today_is_not_given_about_a_day_last_week(her: Person) -> None:
    address = practise(her, days_ago=7)
    her.post(address, data={"worst_pain": "9"})
    assert library().safety.message("post_red") not in unescape(her.get(address).text)


def test_saving_nothing_says_what_to_do(her: Person) -> None:
    answer = her.post(practise(her), data={"worst_pain": "", "note": "  "})
    assert answer.status_code == 422
    assert "Answer at least one question, or choose Later." in answer.text


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("worst_pain", "11", "Choose a whole number from 0 to 10."),
        ("effort", "٣", "Choose a whole number from 0 to 10."),
        ("pain_before", "-1", "Choose a whole number from 0 to 10."),
        ("movement_0", "twice", "Choose from the answers that are offered."),
        ("pain_kinds", "burning", "Choose from the answers that are offered."),
        ("note", "x" * 2001, "2,001 letters; there is room for 2,000"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_bad_answer_is_told_beside_it_and_nothing_is_stored(
    her: Person, question: str, answer: str, words: str, headers: dict[str, str]
) -> None:
    address = practise(her)
    sent = {"worst_pain": "1", "effort": "2", "note": "kept words", question: answer}
    refused = her.post(address, data=sent, headers=headers)
    assert refused.status_code == 422
    assert words in refused.text
    assert (answer if question == "note" else "kept words") in refused.text
    log = log_of(her, address)
    assert log is not None
    assert (log.worst_pain, log.effort, log.note) == (None, None, "")


def test_a_deleted_session_is_gone_and_can_be_done_again(her: Person) -> None:
    her.follows()
    planned = her.planned()[0].id
    address = practise(her, planned=planned)
    with her.app.app_context():
        db.session.get_one(PlannedSession, planned).state = PlannedState.DONE
        db.session.commit()
    assert her.post(address + "/delete").location == "/progress"
    assert her.post(address + "/delete").location == "/progress"
    assert log_of(her, address) is None
    assert her.planned()[0].state == PlannedState.PLANNED
    assert her.get(address).status_code == 404


def test_somebody_elses_session_is_not_there(her: Person, him: Person) -> None:
    address = practise(her)
    assert him.get(address).status_code == 404
    assert him.post(address, data={"effort": "3"}).status_code == 404
    assert him.post(address + "/delete").status_code == 404
    log = log_of(her, address)
    assert log is not None
    assert log.effort is None


def test_a_session_stopped_at_once_is_met_kindly(her: Person) -> None:
    assert "Stopped before it began" in her.get(practise(her, done_s=0)).text


def test_a_movement_that_felt_sharp_twice_waits_for_a_clinician_like_after_a_report(
    her: Person,
) -> None:
    her.follows()
    for days_ago in (4, 0):
        address = practise(her, days_ago=days_ago)
        her.post(address, data={"worst_pain": "2", "pain_kinds": "sharp", "felt_in": "1"})
    page = unescape(her.get("/safety").text)
    assert library().movements["levator-stretch"].name in page
    [key] = set(re.findall(r'value="(report:[0-9a-f-]+)"', page))
    agreed = {"key": key, "way": "clinician_agreed", "who": "Dr Moss", "day": str(her.today())}
    assert her.post("/safety/agreed", data=agreed).status_code == 303
    assert key not in her.get("/safety").text.split("What was agreed")[0]
    assert her.get("/worry").status_code == 200
    assert her.get("/today").status_code == 200
