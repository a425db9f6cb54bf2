"""What a reminder says, to whom it may say it, and that it always fits."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.news import Thing
from fstpwa.domain.notification import ANSWERS, Notice, payload_of
from fstpwa.domain.push import LARGEST_PAYLOAD
from fstpwa.domain.short_text import shortened

ORIGIN = "https://days.example.org"
SESSION = Notice(
    kind="practice",
    tag="0190f3c2",
    origin=ORIGIN,
    opens="/sessions/0190f3c2",
    icon="/static/icons/icon-192.png",
    answers={
        "start": "/sessions/0190f3c2",
        "later": "/reminders/answer/later",
        "skip": "/reminders/answer/skip",
    },
    session_name="Neck and desk",
    badge=1,
    for_worker={"token": "abc"},
)
CHECK_IN = Notice(
    kind="check_in",
    tag="0190f3c3",
    origin=ORIGIN,
    opens="/check-in",
    icon="/static/icons/icon-192.png",
    answers={"not_today": "/check-in?no", "good_day": "/check-in?yes"},
)
HEALTH = ("stiff", "pain", "neck", "desk", "flare", "good day.", "min")


def shown(notice: Notice) -> dict:
    return json.loads(payload_of(notice))


def test_a_session_reminder_is_a_declarative_message_with_whole_addresses():
    assert shown(SESSION) == {
        "web_push": 8030,
        "mutable": True,
        "notification": {
            "title": "Good Days",
            "body": "Time for your session",
            "navigate": f"{ORIGIN}/sessions/0190f3c2",
            "tag": "0190f3c2",
            "lang": "en",
            "icon": f"{ORIGIN}/static/icons/icon-192.png",
            "actions": [
                {"action": "start", "title": "Start", "navigate": f"{ORIGIN}/sessions/0190f3c2"},
                {
                    "action": "later",
                    "title": "Later",
                    "navigate": f"{ORIGIN}/reminders/answer/later",
                },
                {
                    "action": "skip",
                    "title": "Skip today",
                    "navigate": f"{ORIGIN}/reminders/answer/skip",
                },
            ],
            "data": {"kind": "practice", "token": "abc"},
            "app_badge": 1,
        },
        "app_badge": 1,
    }


def test_a_check_in_reminder_asks_with_two_buttons_the_good_one_first():
    actions = shown(CHECK_IN)["notification"]["actions"]
    assert [(each["action"], each["title"]) for each in actions] == [
        ("good_day", "Good day"),
        ("not_today", "Not today"),
    ]


@pytest.mark.parametrize("notice", [SESSION, CHECK_IN], ids=["session", "check-in"])
def test_a_discreet_text_tells_nothing_of_health_and_a_detailed_one_does(notice):
    discreet = shown(notice)["notification"]
    words = f"{discreet['title']} {discreet['body']}".lower().replace("good days", "")
    assert not [each for each in HEALTH if each in words]

    detailed = shown(replace(notice, is_detailed=True))["notification"]
    words = f"{detailed['title']} {detailed['body']}".lower()
    assert [each for each in HEALTH if each in words]


def test_a_detailed_text_names_the_session_and_how_long_it_takes():
    told = shown(replace(SESSION, is_detailed=True))["notification"]
    assert (told["title"], told["body"]) == ("Time for your session", "Neck and desk")
    assert shown(replace(SESSION, is_detailed=True))["notification"]["body"] == ("Neck and desk")
    unnamed = shown(replace(SESSION, is_detailed=True, session_name=" "))
    assert unnamed["notification"]["body"] == "Good Days"


def test_a_test_message_has_no_buttons_and_says_that_it_is_one():
    notice = replace(SESSION, kind="test", opens="/reminders")
    told = shown(notice)["notification"]
    assert told["actions"] == []
    assert "test" in told["body"]


def test_without_the_page_of_an_answer_there_is_no_button():
    assert shown(replace(CHECK_IN, answers={}))["notification"]["actions"] == []


@pytest.mark.parametrize(
    "path", ["", "check-in", "//evil.example", "https://evil.example/", "/\\evil.example"]
)
@pytest.mark.parametrize("where", ["opens", "icon", "answers"])
def test_a_notification_leads_nowhere_else(path, where):
    value = {"good_day": path} if where == "answers" else path
    with pytest.raises(InvalidValue):
        payload_of(replace(CHECK_IN, **{where: value}))


@given(some.text(), some.sampled_from(["practice", "check_in", "test"]), some.booleans())
def test_any_name_fits_with_tokens_of_300_letters(name, kind, detailed):
    notice = replace(
        SESSION,
        kind=kind,
        session_name=name * 50,
        is_detailed=detailed,
        answers=dict.fromkeys(ANSWERS[kind], f"/r/{'t' * 300}"),
        for_worker={"token": "t" * 300},
    )
    written = payload_of(notice)
    assert len(written) <= LARGEST_PAYLOAD
    assert json.loads(written)["notification"]["title"]


def test_what_can_never_fit_is_refused_and_not_sent_cut():
    with pytest.raises(InvalidValue, match="3993"):
        payload_of(replace(SESSION, for_worker={"token": "t" * 4000}))


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("Neck", 10, "Neck"),
        ("Exactly 10", 10, "Exactly 10"),
        ("Neck and shoulders after work", 20, "Neck and shoulders…"),
        ("Neck and shoulders, after work", 21, "Neck and shoulders…"),
        ("Neck and shoulders after work", 19, "Neck and shoulders…"),
        ("Schulternackenmuskulatur", 12, "Schulternac…"),
        ("A schulternackenmuskulatur", 12, "A schultern…"),
        ("two\nlines \t and more", 40, "two lines and more"),
        ("\u202eback to front", 40, "back to front"),
        ("Fü" + "u\u0308" * 9, 8, "Füu\u0308u\u0308…"),
        ("👩🏽\u200d🦰👩🏽\u200d🦰👩🏽\u200d🦰", 8, "👩🏽\u200d🦰…"),
        ("🇩🇪🇫🇷🇬🇧", 6, "🇩🇪🇫🇷🇬🇧"),
        ("🇩🇪🇫🇷🇬🇧", 5, "🇩🇪🇫🇷…"),
        ("🇩🇪🇫🇷🇬🇧", 4, "🇩🇪…"),
        ("", 5, ""),
    ],
)
def test_long_names_are_cut_where_a_reader_would_cut_them(text, longest, short):
    assert shortened(text, longest) == short


@given(some.text(max_size=200), some.integers(2, 60))
def test_nothing_is_longer_than_it_may_be_and_what_fits_stays(text, longest):
    short = shortened(text, longest)
    assert len(short) <= longest
    assert shortened(short, longest) == short
    short.encode()


@pytest.mark.parametrize(("is_detailed", "words"), [(False, "Lighter day"), (True, "Flare day")])
def test_a_flare_is_the_last_button_and_named_only_where_the_text_may_tell(is_detailed, words):
    for notice in (SESSION, CHECK_IN):
        asked = replace(
            notice, is_detailed=is_detailed, answers={**notice.answers, "flare": "/answer/flare"}
        )
        last = shown(asked)["notification"]["actions"][-1]
        assert (last["action"], last["title"]) == ("flare", words)
        assert last["navigate"] == f"{ORIGIN}/answer/flare"


NEWS = Notice(
    kind="news",
    tag="0190f3c2",
    origin=ORIGIN,
    opens="/messages",
    icon="/static/icons/icon-192.png",
    things=(Thing(kind="message", sender="Ines"),),
    badge=None,
    for_worker={"shown": "/reminders/answer/abc/shown"},
)


def test_news_name_nobody_unless_the_person_wants_it_so():
    found = shown(NEWS)["notification"]
    assert (found["title"], found["body"]) == ("Good Days", "Something new for you")
    found = shown(replace(NEWS, is_detailed=True))["notification"]
    assert (found["title"], found["body"]) == ("Ines wrote to you", "Tap to read it.")


def test_news_leave_what_the_icon_counts_as_it_is_and_have_no_buttons():
    message = json.loads(payload_of(NEWS))
    assert "app_badge" not in message
    assert "app_badge" not in message["notification"]
    assert message["notification"]["actions"] == []
    assert message["notification"]["data"] == {
        "kind": "news",
        "shown": "/reminders/answer/abc/shown",
    }
