"""A planned session: the check, the player, another day, shorter, done."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.pre_session import questions_behind
from fstpwa.domain.standing import FLARE_QUESTION
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog
from tests.conftest import HTMX
from tests.playing import answers_of, is_checked, logs, plan_in, player_form, say, stored

SAFETY = library().safety
ITEMS = SAFETY.pre_session.items


def test_the_player_has_everything_in_the_page(her, session):
    plan = plan_in(her.get(f"/sessions/{session.id}").text)
    assert plan["session"] == str(session.id)
    assert plan["user"] == str(her.public_id)
    assert plan["log_url"] == f"/sessions/{session.id}/log"
    assert plan["variants"][0]["name"] == "usual"


def test_the_page_can_be_read_and_sent_without_javascript(her, session):
    page = her.get(f"/sessions/{session.id}").text
    for item in session.items:
        assert library().movements[item["slug"]].name in unescape(page)
    assert f'action="/sessions/{session.id}/log"' in page
    assert 'name="done"' in page
    for item in ITEMS:
        assert f'value="{item.id}"' in page


CHECK_DONE = "The check is done. You can start."


def test_the_check_is_asked_whatever_the_address_says(her, session):
    for query in ("", "?checked=1", "?checked=1&variant=flare"):
        page = her.get(f"/sessions/{session.id}{query}")
        assert CHECK_DONE not in page.text
        assert SAFETY.pre_session.lead in page.text
        assert is_checked(page, "variant", "usual")


def test_the_check_is_short_once_something_was_done_that_day(her, session):
    folded = "Anything new since this morning?"
    nothing = [{"item": "1", "state": "skipped", "easier": False, "done_s": 0, "reason": None}]
    her.post(f"/sessions/{session.id}/log", data=player_form(results=json.dumps(nothing)))
    assert folded not in her.get(f"/sessions/{session.id}").text
    her.post(f"/sessions/{session.id}/log", data=player_form())
    assert folded in her.get(f"/sessions/{session.id}").text


def test_nothing_ticked_starts_the_session(her, session):
    answer = her.post(f"/sessions/{session.id}/check", data={"variant": "five"})
    assert answer.status_code == 200
    assert CHECK_DONE in answer.text
    assert plan_in(answer.text)["session"] == str(session.id)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_tick_opens_its_questions_and_no_to_all_starts_the_session(her, session, item):
    page = her.post(f"/sessions/{session.id}/check", data={"check": [item.id]})
    assert page.status_code == 200
    for question in item.opens:
        assert f'name="{question}"' in page.text

    url = f"/sessions/{session.id}/answers"
    missing = her.post(url, data={"ticked": item.id})
    assert missing.status_code == 422
    for _ in ("once", "loaded again"):
        no = her.post(url, data={"ticked": item.id, **dict.fromkeys(item.opens, "no")})
        assert no.status_code == 200
        assert CHECK_DONE in no.text
        assert plan_in(no.text)["session"] == str(session.id)


def test_what_was_chosen_before_the_questions_is_there_after_them(her, session):
    chosen = {"variant": "easier", "pain_before": "0", "done": ["1", "3"]}
    page = her.post(f"/sessions/{session.id}/check", data={**chosen, "check": "pc_injury"})
    for name, value in (("variant", "easier"), ("pain_before", "0"), ("done", "1"), ("done", "3")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
    opened = next(item for item in ITEMS if item.id == "pc_injury").opens
    answers = {"ticked": "pc_injury", **chosen}
    missing = her.post(f"/sessions/{session.id}/answers", data=answers)
    assert '<input type="hidden" name="variant" value="easier">' in missing.text
    answers |= dict.fromkeys(opened, "no")
    after = her.post(f"/sessions/{session.id}/answers", data=answers)
    assert is_checked(after, "variant", "easier")
    assert is_checked(after, "pain_before", "0")
    assert is_checked(after, "done", "1")
    assert not is_checked(after, "done", "2")


@pytest.mark.parametrize(
    "chosen",
    [
        {"variant": "longest", "pain_before": "11", "done": ["x", "111"]},
        {"variant": "", "pain_before": "-1", "done": ["<b>"]},
        {"variant": "usual'", "pain_before": "٣"},
    ],
)
def test_what_cannot_be_chosen_is_as_if_it_had_not_been(her, session, chosen):
    assert is_checked(her.post(f"/sessions/{session.id}/check", data=chosen), "variant", "usual")
    page = her.post(f"/sessions/{session.id}/check", data={**chosen, "check": "pc_flare"})
    assert page.status_code == 200
    for name in ("variant", "pain_before", "done"):
        assert f'type="hidden" name="{name}"' not in page.text


@pytest.mark.parametrize(
    ("item", "question"),
    [(item, question) for item in ITEMS for question in questions_behind([item.id], SAFETY)],
    ids=lambda value: value.id,
)
def test_a_yes_leads_where_the_content_says(her, session, item, question):
    answer = say(her, session, item, question.id)
    (kept,) = [each for each in answers_of(her) if each.yes]
    assert (kept.question, kept.source, kept.day) == (question.id, "before_session", her.today())
    if question.effect in ("emergency", "urgent_lock", "ask_first_lock_all"):
        assert (answer.status_code, answer.headers["Location"]) == (303, "/safety")
        assert her.get(f"/sessions/{session.id}").headers["Location"] == "/safety"
        return
    assert answer.status_code == 200
    assert CHECK_DONE in answer.text
    ways = [each["name"] for each in plan_in(answer.text)["variants"]]
    # On a flare day the short one is all there is.
    assert (ways == ["flare"]) == (question.id == FLARE_QUESTION)


def test_some_answers_missing_keeps_those_that_were_given(her, session):
    item = max(ITEMS, key=lambda each: len(each.opens))
    ticked = " ".join(each.id for each in ITEMS)
    form = {"ticked": ticked, item.opens[0]: "no"}
    answer = her.post(f"/sessions/{session.id}/answers", data=form)
    assert answer.status_code == 422
    assert re.search(rf'name="{item.opens[0]}"[^>]*value="no"[^>]*checked', answer.text)


def test_dizziness_is_answered_with_signs_and_a_number_and_nothing_about_areas(her, session):
    with her.app.app_context():
        her.user().country = "GB"
        db.session.commit()
    page = unescape(her.get(f"/sessions/{session.id}").text)
    sheet = page.split('data-player="sheet-emergency"')[1].split("</dialog>")[0]
    assert "Get help now if you have any of these" in sheet
    assert sheet.index('href="tel:999"') < sheet.index(SAFETY.questions["em_heart"].short)
    for question in ("em_heart", "em_stroke", "em_neck_artery"):
        assert SAFETY.questions[question].short in sheet
    assert SAFETY.message("risk_before_session") in sheet
    assert "?" not in sheet
    assert SAFETY.message("post_red") not in sheet


def test_what_the_player_sends_is_stored_once_and_leads_to_how_it_was(her, session):
    form = player_form(pain_before="3")
    for _ in range(3):
        answer = her.post(f"/sessions/{session.id}/log", data=form)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/progress/sessions/{form['log_id']}"
    (log,) = logs(her)
    assert (log.done_s, log.pain_before) == (67, 3)
    assert stored(her, session).state == "done"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"led_by": "track", "unrecorded_lines": "0"}, ("track", 0)),
        ({"led_by": "screen", "unrecorded_lines": "1000"}, ("screen", 1000)),
        ({"led_by": "silent"}, ("silent", None)),
        ({"led_by": "", "unrecorded_lines": ""}, (None, None)),
        ({}, (None, None)),
    ],
    ids=["by sound", "by screen", "silent", "empty", "an older phone"],
)
def test_the_log_keeps_how_the_session_was_led(her, session, sent, kept):
    answer = her.post(f"/sessions/{session.id}/log", data=player_form(**sent))
    assert answer.status_code == 303
    (log,) = logs(her)
    assert (log.led_by, log.unrecorded_lines) == kept


def test_the_same_session_sent_several_times_at_once_is_stored_once(kept_rows, her, session):
    form, token = player_form(), her.client.get_cookie("good-days").value

    def send(_number: int) -> int:
        browser = her.app.test_client()
        browser.set_cookie("good-days", token)
        return browser.post(f"/sessions/{session.id}/log", data=form).status_code

    with ThreadPoolExecutor(4) as senders:
        assert set(senders.map(send, range(4))) == {303}
    assert len(logs(her)) == 1


def test_a_session_that_was_stopped_at_once_is_kept_as_not_begun(her, session):
    her.post(f"/sessions/{session.id}/log", data=player_form(results="[]"))
    (log,) = logs(her)
    assert log.done_s == 0
    assert stored(her, session).state == "planned"


@pytest.mark.parametrize(
    "wrong",
    [
        {"log_id": "1"},
        {"log_id": ""},
        {"variant": "longest"},
        {"variant": ""},
        {"started_at": "yesterday"},
        {"started_at": ""},
        {"started_at": "2026-03-01T08:00:00"},
        {"pain_before": "11"},
        {"pain_before": "-1"},
        {"stop": "tired"},
        {"led_by": "nobody"},
        {"led_by": "Track"},
        {"unrecorded_lines": "-1"},
        {"unrecorded_lines": "1001"},
        {"unrecorded_lines": "some"},
        {"unrecorded_lines": "1.5"},
        {"sent_at": "now"},
        {"sent_at": "2026-03-01T08:00:00"},
        {"results": ""},
        {"results": "{"},
    ],
)
def test_what_the_player_cannot_have_sent_is_refused(her, session, wrong):
    answer = her.post(f"/sessions/{session.id}/log", data=player_form(**wrong))
    assert answer.status_code == 422
    assert "What the player sent about the session cannot be read." in answer.text
    assert logs(her) == []
    assert stored(her, session).state == "planned"


@pytest.mark.parametrize(
    "times",
    [
        {"started_at": "0001-01-01T00:00:00+14:00"},
        {"finished_at": "9999-12-31T23:59:59-14:00"},
        {"started_at": "1970-01-01T00:00:00Z", "finished_at": "1970-01-01T00:09:00Z"},
        {"sent_at": "0001-01-01T00:00:00Z"},
        {"sent_at": "9999-12-31T23:59:59Z"},
    ],
)
def test_no_session_is_refused_for_the_phones_clock(her, session, times):
    assert her.post(f"/sessions/{session.id}/log", data=player_form(**times)).status_code == 303
    (log,) = logs(her)
    assert log.finished_at - log.started_at <= timedelta(days=1)
    assert log.finished_at <= datetime.now(UTC)


def test_a_phone_that_is_two_days_behind_files_the_session_today(her, session):
    behind = datetime.now(UTC) - timedelta(days=2)
    times = {
        "started_at": (behind - timedelta(minutes=9)).isoformat(),
        "finished_at": behind.isoformat(),
        "sent_at": behind.isoformat(),
    }
    her.post(f"/sessions/{session.id}/log", data=player_form(**times))
    (log,) = logs(her)
    assert abs(datetime.now(UTC) - log.finished_at) < timedelta(minutes=1)
    assert log.finished_at - log.started_at == timedelta(minutes=9)


def test_a_tick_of_the_check_goes_before_what_was_done_without_the_guide(her, session):
    form = {"log_id": str(uuid4()), "variant": "usual", "pain_before": "4", "done": ["1"]}
    answer = her.post(f"/sessions/{session.id}/log", data={**form, "check": "pc_emergency"})
    assert answer.status_code == 200
    assert 'name="em_heart"' in answer.text
    assert '<input type="hidden" name="done" value="1">' in answer.text
    assert logs(her) == []


def test_a_flare_session_reads_the_same_from_both_doors(her, session):
    plan = plan_in(her.get(f"/sessions/{session.id}").text)
    flare = next(each for each in plan["variants"] if each["name"] == "flare")
    played = [
        {"item": item, "state": "done", "easier": easier, "done_s": 30, "reason": None}
        for item, easier in flare["parts"]
    ]
    guided = player_form(variant="flare", results=json.dumps(played))
    done = [item for item, _ in flare["parts"]]
    plain = {"log_id": str(uuid4()), "variant": "flare", "pain_before": "", "done": done}
    eased = []
    for form in (guided, plain):
        her.post(f"/sessions/{session.id}/log", data=form)
        with her.app.app_context():
            log = db.session.get_one(SessionLog, UUID(form["log_id"]))
            eased.append([movement.easier for movement in log.movements])
    assert eased[0] == eased[1] == [easier for _, easier in flare["parts"]]


def test_a_session_can_be_ticked_off_without_the_player(her, session):
    form = {"log_id": str(uuid4()), "variant": "usual", "pain_before": "", "done": ["1", "2"]}
    assert her.post(f"/sessions/{session.id}/log", data=form).status_code == 303
    (log,) = logs(her)
    assert log.done_s > 0
    nothing = {**form, "log_id": str(uuid4()), "done": []}
    answer = her.post(f"/sessions/{session.id}/log", data=nothing)
    assert answer.status_code == 422
    assert "Tick at least one movement" in answer.text


def test_a_session_can_be_left_out_and_taken_back(her, session):
    answer = her.post(f"/sessions/{session.id}/skip")
    assert answer.headers["Location"] == f"/today#session-{session.id}"
    assert stored(her, session).state == "skipped"
    her.post(f"/sessions/{session.id}/unskip", headers=HTMX)
    assert stored(her, session).state == "planned"


@pytest.mark.parametrize(
    ("days", "status"), [(0, 303), (1, 303), (13, 303), (14, 422), (-1, 422), (365, 422)]
)
def test_a_session_moves_within_the_next_two_weeks(her, session, days, status):
    day = her.today() + timedelta(days=days)
    answer = her.post(f"/sessions/{session.id}/move", data={"day": day.isoformat()})
    assert answer.status_code == status
    assert stored(her, session).day == (day if status == 303 else session.day)


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "31/12/2026"])
def test_a_day_that_is_none_is_refused(her, session, day):
    assert her.post(f"/sessions/{session.id}/move", data={"day": day}).status_code == 422


def test_what_was_done_is_neither_moved_nor_left_out(her, session):
    her.post(f"/sessions/{session.id}/log", data=player_form())
    day = (her.today() + timedelta(days=2)).isoformat()
    for action, form in (("skip", {}), ("unskip", {}), ("move", {"day": day})):
        answer = her.post(f"/sessions/{session.id}/{action}", data=form)
        assert answer.status_code == 409
        assert "done already" in answer.text
    assert stored(her, session).state == "done"


@pytest.mark.parametrize(
    ("variant", "kept"), [("easier", "easier"), ("five", "five"), ("usual", "usual")]
)
def test_a_version_can_be_chosen_ahead(her, session, variant, kept):
    assert her.post(f"/sessions/{session.id}/prefer", data={"variant": variant}).status_code == 303
    assert stored(her, session).prefer == kept
    assert her.get(f"/sessions/{session.id}").status_code == 200


def test_an_unknown_version_cannot_be_chosen_ahead(her, session):
    for form in ({}, {"variant": ""}, {"variant": "longest"}):
        assert her.post(f"/sessions/{session.id}/prefer", data=form).status_code == 422


def test_a_session_that_was_being_played_when_its_programme_stopped_can_still_be_saved(
    her, session
):
    her.post("/plan/stop")
    assert her.get(f"/sessions/{session.id}").status_code == 200
    assert her.post(f"/sessions/{session.id}/log", data=player_form()).status_code == 303
    assert len(logs(her)) == 1


def test_after_a_red_session_no_other_starts_that_day(her, session):
    her.post(f"/sessions/{session.id}/log", data=player_form(stop="sharp"))
    other = her.planned()[-1]
    page = her.get(f"/sessions/{other.id}")
    assert "session-data" not in page.text
    assert SAFETY.message("post_red") in unescape(page.text)
    assert f'href="/sessions/{other.id}"' not in her.get("/today").text
