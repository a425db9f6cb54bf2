"""Something new or worrying: from the first question to the day after."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from time_machine import travel

from fstpwa.content import library
from fstpwa.domain.report import OPENS, WHATS, options
from fstpwa.models.health import HealthAnswer, HealthReport
from fstpwa.services.gate import gated_session
from fstpwa.services.safety import standing_of
from tests.blueprints.test_safety import lives_in, says, standing, words
from tests.worrying import begins, count, planned, practises, report, tells

SAFETY = library().safety
MOVEMENTS = library().movements


def test_the_first_page_says_whom_to_call_before_it_asks_anything(her):
    lives_in(her, "GB")
    page = words(her.get("/worry"))
    assert SAFETY.message("sww_1_now", "GB") in page
    assert 'href="tel:999"' in page
    assert "A new diagnosis, medicine, pregnancy, operation or fall" in page
    assert "/welcome/again" in page
    assert page.index("tel:999") < page.index('name="answer"')


def test_a_yes_closes_the_plan_at_once_and_shows_whom_to_call(her):
    her.follows()
    assert begins(her, "yes") == "/safety"
    page = words(her.get("/safety"))
    assert SAFETY.message("lock_emergency") in page
    assert "You answered yes to: “Do you have chest pain" in page
    assert standing(her).whole_plan == "emergency"


def test_without_an_answer_nothing_is_stored(her):
    for form in ({}, {"answer": "perhaps"}, {"report": "x"}):
        answer = her.post("/worry", data=form)
        assert answer.status_code == 422
        assert "Choose one of the answers" in words(answer) or "Not a valid choice" in words(answer)
    assert count(her, HealthReport) == 0


def test_sent_twice_it_is_one_report_and_a_yes_stays(her):
    same = str(uuid4())
    assert begins(her, "yes", report=same) == begins(her, "no", report=same) == "/safety"
    assert count(her, HealthReport) == 1
    assert standing(her).whole_plan == "emergency"


def test_a_no_can_become_a_yes_by_going_back(her):
    url = begins(her)
    answer = her.post(url.replace("/what", "/now"), data={"answer": "yes"})
    assert answer.headers["Location"] == "/safety"
    assert standing(her).whole_plan == "emergency"
    assert her.get(url).headers["Location"] == "/safety"
    assert her.post(url, data={"answer": "pain"}).headers["Location"] == "/safety"


@pytest.mark.parametrize("what", WHATS)
def test_whatever_happened_is_told_to_the_end(her, what):
    practises(her)
    report_id = tells(her, what=what)
    stored = report(her, report_id)
    assert (stored.what, stored.severity, stored.care) == (what, "mild", "none")
    assert stored.follow_up_on == her.today() + timedelta(days=1)
    assert stored.completed_at is not None


def test_the_movement_that_was_named_is_put_away_and_said_so(her):
    slug = practises(her)[0]
    report_id = tells(her, what="sharp", regions=["neck"], movement=slug)
    page = words(her.get(f"/worry/{report_id}/saved"))
    assert SAFETY.message("sww_7_saved") in page
    assert MOVEMENTS[slug].name in page
    assert "We ask how it is tomorrow." in page
    condition, rest = standing(her).conditions
    assert condition.movements == {slug}
    assert (rest.key, rest.holds_area, rest.regions) == (condition.key, True, {"neck"})
    page = words(her.get("/safety"))
    assert "Sharp or electric pain, today" in page
    assert "Neck, both sides. You told us today." in page
    assert "Left out for now" in page
    assert "Also noted" not in page
    assert SAFETY.message("post_red") in page
    form = {"key": condition.key, "who": "Physiotherapist", "day": her.today().isoformat()}
    assert her.post("/safety/agreed", data=form).status_code == 303
    assert standing(her).conditions == ()


def test_not_sure_puts_away_all_that_touch_the_place(her):
    slugs = practises(her)
    report_id = tells(her, regions=["neck"])
    touching = {
        slug
        for slug in slugs
        if "neck" in {*MOVEMENTS[slug].contact_regions, *MOVEMENTS[slug].load_regions}
    }
    assert touching < set(slugs)
    assert set(report(her, report_id).movements) == touching


def test_passing_the_question_by_counts_as_not_sure(her):
    slugs = practises(her)
    report_id = UUID(begins(her).split("/")[2])
    for step, form in {
        "what": {"answer": "pain"},
        "severity": {"answer": "mild"},
        "care": {"answer": "none"},
    }.items():
        assert her.post(f"/worry/{report_id}/{step}", data=form).status_code == 303
    assert report(her, report_id).movements == list(dict.fromkeys(slugs))


def test_where_nothing_locks_one_carries_on_and_is_told_what_stays_open(her):
    her.follows()
    session = her.planned()[0]
    practises_nothing_that_touches = tells(her, regions=["foot"])
    assert report(her, practises_nothing_that_touches).movements == []
    url = f"/worry/{practises_nothing_that_touches}/saved?session={session.id}"
    page = words(her.get(url))
    assert "No movement of your plan touches the place, so none is put away." in page
    assert SAFETY.message("post_red") in page
    assert "that movement is put away" not in page
    assert f"/sessions/{session.id}" in page
    [rest] = standing(her).conditions
    assert rest.holds_area
    assert standing(her, her.today() + timedelta(days=1)).conditions == ()


def test_the_session_somebody_came_from_goes_along_and_gives_the_movements(her):
    her.follows()
    session = her.planned()[0]
    query = f"?session={session.id}"
    page = her.get(f"/worry{query}").text
    assert f'action="/worry{query}"' in page
    sent = her.post(f"/worry{query}", data={"answer": "no"})
    url = sent.headers["Location"]
    assert url.endswith(query)
    her.post(url, data={"answer": "pain"})
    her.post(url.replace("/what", "/where"), data={"regions": ["all"], "side": "both"})
    page = words(her.get(url.replace("/what", "/movement")))
    for item in session.items:
        assert MOVEMENTS[item["slug"]].name in page


@pytest.mark.parametrize("session", ["x", "00000000-0000-7000-8000-000000000000", "his"])
def test_a_session_that_is_not_hers_does_not_stand_in_the_way(her, him, session):
    him.follows()
    wrong = str(him.planned()[0].id) if session == "his" else session
    answer = her.get(f"/worry?session={wrong}")
    assert answer.status_code == 200
    assert "Back to Today" in words(answer)
    assert "session=" not in answer.text


def test_severe_locks_at_once_and_is_not_taken_back(her):
    url = begins(her)
    her.post(url, data={"answer": "pain"})
    severity = url.replace("/what", "/severity")
    assert her.post(severity, data={"answer": "severe"}).status_code == 303
    assert standing(her).whole_plan == "urgent_lock"
    assert "That stays until you were seen" in words(her.get(severity))
    assert her.post(severity, data={"answer": "mild"}).status_code == 409
    assert her.post(severity, data={"answer": "severe"}).status_code == 303
    care = url.replace("/what", "/care")
    saved = her.post(care, data={"answer": "planned"}).headers["Location"]
    assert SAFETY.message("lock_urgent") in words(her.get(saved)).replace("&#39;", "'")
    form = {
        "key": standing(her).conditions[0].key,
        "place": "GP",
        "day": her.today().isoformat(),
        "outcome": "all clear",
    }
    assert her.post("/safety/seen", data=form).status_code == 303
    assert standing(her).whole_plan is None


@pytest.mark.parametrize(("what", "question"), [("nerve", "ur_weak"), ("dizzy", "em_neck_artery")])
def test_a_yes_that_needs_care_leads_there_and_the_report_is_kept(her, what, question):
    url = begins(her)
    her.post(url, data={"answer": what})
    answers = {each: "yes" if each == question else "no" for each in OPENS[what]}
    sent = her.post(url.replace("/what", "/questions"), data=answers)
    assert sent.headers["Location"] == "/safety"
    assert standing(her).whole_plan is not None
    assert count(her, HealthReport) == 1


def test_a_yes_that_waits_is_recorded_with_its_place_and_the_telling_goes_on(her):
    url = begins(her)
    her.post(url, data={"answer": "joint"})
    questions = url.replace("/what", "/questions")
    incomplete = {"ur_jawlock": "no", "mo_shoulder": "yes"}
    refused = her.post(questions, data=incomplete)
    assert refused.status_code == 422
    assert "Choose the side" in words(refused)
    assert 'value="yes" checked' in refused.text
    before = count(her, HealthAnswer)
    sent = her.post(questions, data={**incomplete, "side-mo_shoulder": "left"})
    assert sent.headers["Location"].endswith("/where")
    assert count(her, HealthAnswer) == before + 2
    assert {(each.question, each.side) for each in standing(her).conditions} == {
        ("mo_shoulder", "left")
    }
    assert "You have answered these questions." in words(her.get(questions))
    her.post(questions, data={**incomplete, "side-mo_shoulder": "right"})
    assert count(her, HealthAnswer) == before + 2


@pytest.mark.parametrize(
    ("step", "form", "message"),
    [
        ("what", {}, "Choose one of the answers."),
        ("what", {"answer": "alien"}, "Not a valid choice"),
        ("where", {"side": "left"}, "Choose where it is"),
        ("where", {"regions": ["neck"]}, "Choose the side"),
        ("where", {"regions": ["tail"], "side": "left"}, "not a valid choice"),
        ("where", {"regions": ["neck", "all"], "side": "left"}, "not both"),
        ("severity", {"answer": ""}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_used_comes_back_with_words(her, step, form, message):
    url = begins(her)
    if step != "what":
        her.post(url, data={"answer": "pain"})
    answer = her.post(url.replace("/what", f"/{step}"), data=form)
    assert answer.status_code == 422
    assert message.casefold() in words(answer).casefold() or "Choose one" in words(answer)
    if "regions" in form and "tail" not in form["regions"]:
        assert 'value="neck" checked' in answer.text


def test_steps_out_of_order_lead_to_the_open_one_and_unknown_ones_are_not_there(her):
    url = begins(her)
    for step in ("where", "care", "saved", "questions", "movement"):
        assert her.get(url.replace("/what", f"/{step}")).headers["Location"] == url
        assert her.post(url.replace("/what", f"/{step}")).headers["Location"] == url
    assert her.get(url.replace("/what", "/more")).status_code == 404
    assert her.post(url.replace("/what", "/more")).status_code == 404


def test_leaving_keeps_it_and_one_goes_on_where_one_was(her):
    url = begins(her)
    her.post(url, data={"answer": "fall"})
    assert url in her.get("/worry").text
    assert her.get(url).status_code == 200
    with travel(datetime.now(UTC) + timedelta(days=3)):
        assert "Go on with it" not in words(her.get("/worry"))


def test_what_is_saved_is_not_changed_any_more(her):
    report_id = tells(her)
    saved = f"/worry/{report_id}/saved"
    for step in ("now", "what", "severity", "care", "saved"):
        answer = her.post(f"/worry/{report_id}/{step}", data={"answer": "severe"})
        assert answer.headers["Location"] == saved
    assert report(her, report_id).severity == "mild"
    assert her.get(f"/worry/{report_id}/what").headers["Location"] == saved


def test_his_report_is_not_there_for_her(her, him):
    url = begins(him)
    report_id = url.split("/")[2]
    assert her.get(url).status_code == her.post(url, data={"answer": "pain"}).status_code == 404
    assert her.post(f"/worry/{report_id}/follow-up", data={"answer": "gone"}).status_code == 404
    taken = her.post("/worry", data={"answer": "yes", "report": report_id})
    assert taken.status_code == 404
    assert report(him, UUID(report_id)).emergency is False


def test_the_day_after_one_is_asked_how_it_is(her):
    report_id = tells(her, what="skin")
    follow_up = f"/worry/{report_id}/follow-up"
    with travel(datetime.now(UTC) + timedelta(days=1)) as clock:
        page = words(her.get("/safety"))
        assert SAFETY.message("sww_9_followup") in page
        for label in options("sww_9_followup", SAFETY).values():
            assert f">{label}</button>" in page
        assert her.post(follow_up, data={"answer": "dead"}).status_code == 422
        assert her.post(follow_up, data={"answer": "same"}).headers["Location"] == "/today"
        assert SAFETY.message("sww_9_followup") not in words(her.get("/safety"))
        clock.shift(timedelta(days=3))
        assert "something went wrong. How is it now?" in words(her.get("/safety"))
        her.post(follow_up, data={"answer": "gone"})
        clock.shift(timedelta(days=30))
        assert "something went wrong" not in words(her.get("/safety"))


def test_worse_locks_the_plan_and_stays(her):
    report_id = tells(her)
    follow_up = f"/worry/{report_id}/follow-up"
    assert her.post(follow_up, data={"answer": "worse"}).headers["Location"] == "/safety"
    assert her.post(follow_up, data={"answer": "gone"}).headers["Location"] == "/safety"
    assert standing(her).whole_plan == "urgent_lock"
    with her.app.app_context():
        assert standing_of(her.user(), her.today()).conditions[0].key == f"report:{report_id}"


def test_leaving_half_way_keeps_everything_away_and_says_how_to_go_on(her):
    slugs = practises(her)
    url = begins(her)
    assert "movements wait" not in words(her.get(url))
    her.post(url, data={"answer": "sharp"})
    [condition] = standing(her).conditions
    assert condition.movements == set(slugs)
    page = words(her.get(url.replace("/what", "/where")))
    assert f"and {len(set(slugs))} movements wait" in page
    assert "Telling the rest narrows them down." in page
    with travel(datetime.now(UTC) + timedelta(days=10)):
        page = words(her.get("/safety"))
        assert url in page
        assert "Tell the rest of it" in page
        assert "Go on with it" in words(her.get("/worry"))


def test_without_a_session_the_running_programme_is_put_away_where_it_touches_the_place(her):
    her.follows("neck-and-desk")
    report_id = tells(her, what="skin", regions=["neck"])
    put_away = report(her, report_id).movements
    assert len(put_away) > 1
    page = words(her.get(f"/worry/{report_id}/saved"))
    assert "the movements below are put away" in page
    assert "They come back when a clinician has agreed" in page
    for slug in put_away:
        assert MOVEMENTS[slug].name in page
    for session in her.planned():
        played = her.get(f"/sessions/{session.id}").text
        assert not [slug for slug in put_away if f'"slug": "{slug}"' in played]


def test_without_a_programme_the_page_says_plainly_that_nothing_is_put_away(her):
    report_id = tells(her, what="skin", regions=["low_back"])
    page = words(her.get(f"/worry/{report_id}/saved"))
    assert "You follow no programme, so no movement is put away because of this." in page
    assert SAFETY.message("post_red") in page
    assert "that movement" not in page


def test_nothing_takes_the_place_of_what_hurt_in_the_same_place(her):
    her.follows("low-back")
    slug = practises(her, "low-back")[0]
    tells(her, what="sharp", regions=["low_back"], movement=slug)
    for day in (her.today(), her.today() + timedelta(days=1)):
        found = standing(her, day)
        with her.app.app_context():
            for session in planned(her):
                for item in gated_session(session, found).items.values():
                    if item.slug not in {each["slug"] for each in session.items}:
                        movement = MOVEMENTS[item.slug]
                        assert "low_back" not in {
                            *movement.contact_regions,
                            *movement.load_regions,
                        }
                    if day == her.today():
                        movement = MOVEMENTS[item.slug]
                        assert "low_back" not in movement.load_regions


def test_gone_says_what_still_waits_and_where_it_is_lifted(her):
    slug = practises(her)[0]
    report_id = tells(her, regions=["neck"], movement=slug)
    with travel(datetime.now(UTC) + timedelta(days=1)):
        sent = her.post(f"/worry/{report_id}/follow-up", data={"answer": "gone"})
        assert sent.headers["Location"] == "/safety"
        page = words(her.get("/safety"))
        assert "Good to hear." in page
        assert "What was put away stays so until a clinician has agreed" in page
        assert MOVEMENTS[slug].name in page


def test_what_has_no_name_is_headed_by_what_it_is(her):
    practises(her)
    tells(her, what="other")
    page = words(her.get("/safety"))
    assert "Something went wrong, today" in page
    assert "Something else, today" not in page


def test_during_an_emergency_nothing_else_is_asked(her):
    tells(her)
    says(her, "em_heart")
    with travel(datetime.now(UTC) + timedelta(days=1)):
        assert "How is it now" not in words(her.get("/safety"))
