"""News that no device showed come by letter: once, and only to who asked for letters."""

from datetime import timedelta

import pytest

from fstpwa import worker
from fstpwa.domain.errors import NotSent
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.services import care_links, reminder_letters, reminders
from fstpwa.services.care_letters import send_due
from tests import news
from tests.news import new_pair, teller
from tests.reminding import DAY, EIGHT, MINUTE, RETRY, PushService, remind, subscribe

TOLD_AT = EIGHT + 5 * MINUTE
QUARTER = TOLD_AT + 15 * MINUTE
ADDRESS = "maya@example.org"


class Post:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.got = []
        self.is_away = False

    def send(self, letter) -> None:
        assert not db.session().in_transaction(), "nobody waits for the mail server"
        if self.is_away:
            raise NotSent("not now")
        self.got.append(letter)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def pair(app, rolled_back):
    """Ines and Maya, who wants letters and has no phone."""
    with app.app_context():
        pair = new_pair()
        pair.client.email, pair.client.email_backstop = ADDRESS, True
        db.session.commit()
        yield pair
        db.session.rollback()


def tell(at=TOLD_AT, service=None) -> None:
    """Send what is due; no phone says that it showed anything."""
    teller(service or PushService(), at).run()


def test_without_a_device_a_letter_goes_at_once_and_only_one(pair, post):
    pair.writes()
    pair.assigns()
    assert send_due(post, now=TOLD_AT) == 0
    tell()
    assert send_due(post, now=TOLD_AT) == 1
    for minutes in (0, 1, 10, 30, 100):
        assert send_due(post, now=TOLD_AT + minutes * MINUTE) == 0
    assert [letter.to for letter in post.got] == [ADDRESS]


def test_it_names_nobody_and_leads_to_what_is_new(pair, post, app):
    pair.writes()
    tell()
    send_due(post, now=TOLD_AT)
    [letter] = post.got
    origin = app.config["GOOD_DAYS"].origin
    assert letter.subject == "Something new for you"
    assert f"{origin}/messages/{pair.link.public_id}\n" in letter.text
    assert f"{origin}/reminders\n" in letter.text
    assert "Ines" not in letter.subject + letter.text


def test_a_phone_that_says_nothing_for_a_quarter_of_an_hour_costs_a_letter(pair, post):
    subscribe(pair.client)
    pair.writes()
    tell()
    assert send_due(post, now=QUARTER - timedelta(seconds=1)) == 0
    assert send_due(post, now=QUARTER) == 1


def test_a_phone_that_showed_it_needs_none(pair, post):
    phone = subscribe(pair.client)
    pair.writes()
    tell()
    phone.last_receipt_at = TOLD_AT + MINUTE
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


def test_a_push_service_in_trouble_costs_a_letter(pair, post):
    subscribe(pair.client)
    pair.writes()
    tell(service=PushService(answers={"phone": RETRY}))
    assert send_due(post, now=QUARTER) == 1


def test_after_quiet_hours_that_held_it_back_the_phone_has_its_time(pair, post):
    subscribe(pair.client)
    pair.writes()
    teller(PushService(), TOLD_AT).claim_news()
    reminders.set_quiet_hours(pair.client, QuietHours(start_min=8 * 60, end_min=10 * 60))
    db.session.commit()
    tell()
    assert send_due(post, now=QUARTER) == 0
    ten = EIGHT + 120 * MINUTE
    assert send_due(post, now=ten) == 0
    tell(at=ten)
    assert send_due(post, now=ten + 14 * MINUTE) == 0
    assert send_due(post, now=ten + 15 * MINUTE) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda pair, message: setattr(message, "read_at", TOLD_AT),
        lambda pair, message: care_links.end(pair.link, Side.CLIENT, now=TOLD_AT),
        lambda pair, message: setattr(pair.client, "hears_news", False),
        lambda pair, message: setattr(pair.client, "email_backstop", False),
        lambda pair, message: reminders.set_quiet_hours(
            pair.client, QuietHours(start_min=8 * 60, end_min=9 * 60)
        ),
    ],
    ids=["read", "consent ended", "not wanted", "no letters", "quiet hours"],
)
def test_what_came_to_nothing_meanwhile_is_not_written_about(pair, post, change):
    message = pair.writes()
    tell()
    change(pair, message)
    db.session.commit()
    assert send_due(post, now=TOLD_AT) == 0
    assert post.got == []


def test_a_mail_server_that_is_away_is_asked_again_after_five_minutes(pair, post):
    pair.writes()
    tell()
    post.is_away = True
    assert send_due(post, now=TOLD_AT) == 0
    post.is_away = False
    assert send_due(post, now=TOLD_AT + 4 * MINUTE) == 0
    assert send_due(post, now=TOLD_AT + 5 * MINUTE) == 1


def test_two_workers_with_the_same_letter_send_it_once(pair, post):
    pair.writes()
    tell()
    other = Post()
    first_send = post.send

    def send_and_let_the_other_try(letter) -> None:
        assert send_due(other, now=TOLD_AT) == 0
        first_send(letter)

    post.send = send_and_let_the_other_try
    assert send_due(post, now=TOLD_AT) == 1
    assert (len(post.got), other.got) == (1, [])


def test_there_are_four_letters_a_day_about_reminders_and_news_together(pair, post):
    # One about a reminder, which reached no device either.
    remind(pair.client)
    db.session.commit()
    tell(at=EIGHT)
    assert reminder_letters.send_due(post, now=EIGHT + 15 * MINUTE) == 1
    for hours in range(1, 6):
        pair.writes(at=EIGHT + hours * 60 * MINUTE)
        tell(at=TOLD_AT + hours * 60 * MINUTE)
        send_due(post, now=TOLD_AT + hours * 60 * MINUTE)
    assert len(post.got) == reminder_letters.MOST


def test_nothing_is_written_about_what_is_long_over(pair, post):
    subscribe(pair.client)
    pair.writes()
    tell()
    assert send_due(post, now=QUARTER + DAY) == 0


def test_the_worker_writes_them(pair, post, app):
    pair.therapist.email = (
        "ines@example.org"  # or nobody could sign in as her, and she were deleted
    )
    pair.writes()
    tell()
    db.session.rollback()
    worker.Worker(app, None, post).run_once(TOLD_AT)
    assert [letter.to for letter in post.got] == [ADDRESS]
    assert news.notices()[0].emailed_at == TOLD_AT
