"""A reminder that no device showed is written about: once, in time, and only to who asked for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from fstpwa import log, worker
from fstpwa.domain.errors import Conflict, NotSent
from fstpwa.domain.mail import Letter
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import (
    erasure,
    push_subscriptions,
    reminder_letters,
    reminder_tokens,
    reminders,
)
from fstpwa.services import occurrences as answers
from fstpwa.services.reminder_letters import send_due
from tests.letters import Letters
from tests.reminding import (
    DAY,
    EIGHT,
    MINUTE,
    TODAY,
    PushService,
    check_in,
    dispatcher,
    new_user,
    occurrences,
    outcomes,
    remind,
    subscribe,
)

QUARTER = EIGHT + 15 * MINUTE
ADDRESS = "wilhelmina@example.org"


class Crash(Exception):
    """The process dies."""


def do_nothing() -> None:
    """Is what usually happens beside a letter."""


@dataclass
class Post:
    """A mail server that keeps what it takes."""

    got: list[Letter] = field(default_factory=list)
    is_away: bool = False
    refuses: str = ""
    before_taking: Callable[[], None] = do_nothing
    after_taking: Callable[[], None] = do_nothing

    def send(self, letter: Letter) -> None:
        assert not db.session().in_transaction(), "nobody waits for the mail server"
        self.before_taking()
        if self.is_away or letter.to == self.refuses:
            raise NotSent("not now")
        self.got.append(letter)
        self.after_taking()

    def went_to(self) -> list[str]:
        return [letter.to for letter in self.got]


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def user(her, context):
    """Somebody who wants letters, with a phone."""
    with context():
        found = her.user()
        found.name, found.email, found.email_backstop = "Wilhelmina", ADDRESS, True
        subscribe(found)
        db.session.commit()
        yield found
        db.session.rollback()


def ring(now=EIGHT) -> None:
    """Send what is due at `now` to the phones; none of them says that it showed anything."""
    dispatcher(PushService(), now).run()


@pytest.fixture
def rang(user):
    """A check-in at eight that the phone was silent about; its occurrence."""
    remind(user)
    db.session.commit()
    ring()
    return occurrences()[0].id


def shown(user, at) -> None:
    """The phone says that it showed something."""
    for subscription in push_subscriptions.subscriptions_of(user):
        subscription.last_receipt_at = at
    db.session.commit()


def crash() -> None:
    raise Crash


def test_after_a_quarter_of_an_hour_without_a_word_from_the_phone_one_letter_goes(rang, post):
    assert send_due(post, now=QUARTER - timedelta(seconds=1)) == 0
    assert send_due(post, now=QUARTER) == 1
    assert post.went_to() == [ADDRESS]
    assert occurrences()[0].emailed_at == QUARTER
    for minutes in (16, 30, 119):
        assert send_due(post, now=EIGHT + minutes * MINUTE) == 0


def test_what_the_phone_showed_needs_no_letter(user, rang, post):
    shown(user, EIGHT + MINUTE)
    assert send_due(post, now=QUARTER) == 0


def test_that_the_phone_showed_something_before_says_nothing(user, rang, post):
    shown(user, EIGHT - MINUTE)
    assert send_due(post, now=QUARTER) == 1


def test_of_two_devices_one_that_showed_it_is_enough(user, post):
    tablet = subscribe(user, "tablet")
    remind(user)
    db.session.commit()
    ring()
    tablet.last_receipt_at = EIGHT + MINUTE
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


@pytest.mark.parametrize("answer", ["not today", "later", "done"])
def test_what_was_answered_needs_no_letter(user, rang, post, answer):
    if answer == "not today":
        answers.close(answers.asked(rang).occurrence, "not_today")
    elif answer == "later":
        answers.snooze(user, rang, minutes=60, now=EIGHT + MINUTE)
    else:
        check_in(user)
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


def test_what_was_put_off_is_written_about_when_it_rang_again_in_vain(user, rang, post):
    answers.snooze(user, rang, minutes=60, now=EIGHT)
    db.session.commit()
    ring(EIGHT + 60 * MINUTE)
    assert send_due(post, now=EIGHT + 74 * MINUTE) == 0
    assert send_due(post, now=EIGHT + 75 * MINUTE) == 1


def test_without_a_device_a_letter_goes_for_two_hours(her, context, post):
    with context():
        user = her.user()
        user.email, user.email_backstop = ADDRESS, True
        remind(user)
        db.session.commit()
        ring()
        assert outcomes() == [(TODAY, "skipped", "no_device")]
        assert send_due(post, now=QUARTER - MINUTE) == 0
        assert send_due(post, now=EIGHT + 121 * MINUTE) == 0
        assert send_due(post, now=EIGHT + 120 * MINUTE) == 1
    assert "/reminders/answer/" not in post.got[0].text
    assert "/today\n" in post.got[0].text


def test_what_was_left_out_for_another_reason_is_not_written_about(user, post):
    check_in(user)
    remind(user)
    db.session.commit()
    ring()
    assert outcomes() == [(TODAY, "skipped", "done")]
    assert send_due(post, now=QUARTER) == 0


def test_it_never_comes_later_than_the_reminder_may(user, post):
    remind(user, max_late_min=30)
    remind(user, kind="practice", max_late_min=10)
    db.session.commit()
    ring()
    assert send_due(post, now=EIGHT + 31 * MINUTE) == 0
    assert send_due(post, now=EIGHT + 30 * MINUTE) == 1
    assert post.got[0].subject == "Time for your check-in"


def test_nothing_is_written_in_quiet_hours(user, rang, post):
    reminders.set_quiet_hours(user, QuietHours(start_min=8 * 60 + 10, end_min=9 * 60))
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0
    assert send_due(post, now=EIGHT + 60 * MINUTE) == 1


@pytest.mark.parametrize("what", ["paused", "off", "deleted"])
def test_what_is_not_wanted_any_more_is_not_written_about(user, rang, post, what):
    (reminder,) = reminders.reminders_of(user)
    if what == "paused":
        reminders.pause(user, reminder, TODAY + DAY, now=EIGHT)
    elif what == "off":
        reminders.switch(user, reminder, on=False, now=EIGHT)
    else:
        reminders.delete(reminder)
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


@pytest.mark.parametrize("without", ["the switch", "an address"])
def test_nobody_gets_letters_unasked(user, rang, post, without):
    if without == "the switch":
        reminder_letters.switch(user, on=False)
    else:
        user.email = None
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


def test_somebody_who_is_erased_gets_none(user, rang, post):
    erasure.erase(user, today=TODAY)
    db.session.commit()
    assert send_due(post, now=QUARTER) == 0


def test_letters_are_not_switched_on_without_an_address(her, context):
    with context():
        with pytest.raises(Conflict, match="e-mail address"):
            reminder_letters.switch(her.user(), on=True)
        assert not her.user().email_backstop


def test_the_letter_is_discreet_leads_to_the_answers_and_says_how_to_end_it(app, rang, user):
    letters = Letters(app)
    assert send_due(mailer_of(app.config["GOOD_DAYS"]), now=QUARTER) == 1
    (letter,) = letters.all()
    text = letter.get_content().replace("\r\n", "\n")
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "Time for your check-in")
    for word in ("Wilhelmina", "pain", "stiff", "good day?"):
        assert word not in text
    origin = app.config["GOOD_DAYS"].origin
    addresses = [line for line in text.split("\n") if line.startswith("http")]
    assert addresses[1] == f"{origin}/reminders"
    start, _, token = addresses[0].rpartition("/")
    assert start == f"{origin}/reminders/answer"
    named = reminder_tokens.read(token, now=QUARTER)
    (phone,) = push_subscriptions.subscriptions_of(user)
    assert (named.occurrence_id, named.subscription_id) == (rang, phone.id)


def test_where_the_phone_is_signed_out_by_now_it_leads_to_today(user, rang, post):
    for device in db.session.scalars(db.select(DeviceSession).filter_by(label="phone")):
        device.expires_at = EIGHT + MINUTE
    db.session.commit()
    send_due(post, now=QUARTER)
    assert "/today\n" in post.got[0].text


def test_four_a_day_are_enough(user, post):
    for number in range(6):
        remind(user, at_min=8 * 60 + number)
    db.session.commit()
    for day in range(2):
        for number in range(6):
            ring(EIGHT + day * DAY + number * MINUTE)
        later = EIGHT + day * DAY + 30 * MINUTE
        assert send_due(post, now=later, at_most=10) == 4
        assert send_due(post, now=later + 10 * MINUTE, at_most=10) == 0
    assert len(post.got) == 8


def test_a_round_sends_no_more_than_it_is_told(user, post):
    for number in range(3):
        remind(user, at_min=8 * 60 + number)
    db.session.commit()
    for number in range(3):
        ring(EIGHT + number * MINUTE)
    assert send_due(post, now=EIGHT + 30 * MINUTE, at_most=2) == 2
    assert send_due(post, now=EIGHT + 30 * MINUTE, at_most=2) == 1


@pytest.fixture
def warnings(monkeypatch):
    found = []
    monkeypatch.setattr(log, "warning", lambda event, **_: found.append(event))
    return found


def test_a_mail_server_that_is_away_is_tried_again_and_logged_once(rang, post, warnings):
    post.is_away = True
    for minutes in (15, 16, 20, 25):
        assert send_due(post, now=EIGHT + minutes * MINUTE) == 0
    assert warnings == ["reminder_letter_not_sent"]
    assert occurrences()[0].emailed_at is None

    post.is_away = False
    assert send_due(post, now=EIGHT + 29 * MINUTE) == 0
    assert send_due(post, now=EIGHT + 30 * MINUTE) == 1
    assert send_due(post, now=EIGHT + 60 * MINUTE) == 0


def test_it_is_tried_no_longer_than_the_reminder_makes_sense(rang, post):
    post.is_away = True
    send_due(post, now=EIGHT + 119 * MINUTE)
    post.is_away = False
    assert send_due(post, now=EIGHT + 124 * MINUTE) == 0


def test_an_address_that_is_refused_holds_up_nobody_else(user, post):
    other = new_user()
    other.email, other.email_backstop = "other@example.org", True
    subscribe(other, "other")
    remind(user)
    remind(other, at_min=8 * 60 + 1)
    db.session.commit()
    ring(EIGHT + MINUTE)
    post.refuses = ADDRESS
    for seconds in (0, 15):
        send_due(post, now=EIGHT + 20 * MINUTE + timedelta(seconds=seconds))
    assert post.went_to() == ["other@example.org"]


def test_a_crash_before_the_letter_was_taken_loses_nothing(rang, post):
    post.before_taking = crash
    with pytest.raises(Crash):
        send_due(post, now=QUARTER)
    post.before_taking = do_nothing
    assert send_due(post, now=QUARTER + MINUTE) == 0
    assert send_due(post, now=QUARTER + 5 * MINUTE) == 1
    assert len(post.got) == 1


def test_a_crash_after_it_was_taken_sends_just_that_letter_a_second_time(user, post):
    for number in range(3):
        remind(user, at_min=8 * 60 + number)
    db.session.commit()
    ring(EIGHT + 2 * MINUTE)
    post.after_taking = lambda: crash() if len(post.got) == 2 else None
    with pytest.raises(Crash):
        send_due(post, now=EIGHT + 20 * MINUTE)
    post.after_taking = do_nothing
    for minutes in (21, 25, 40, 60):
        send_due(post, now=EIGHT + minutes * MINUTE)
    assert len(post.got) == 4
    assert all(each.emailed_at for each in occurrences())


def test_what_one_worker_has_in_hand_no_other_sends(rang, post):
    second = Post()
    post.before_taking = lambda: send_due(second, now=QUARTER + MINUTE)
    assert send_due(post, now=QUARTER) == 1
    assert second.got == []


def test_what_is_answered_while_others_are_sent_is_not_sent(user, post):
    remind(user)
    remind(user, kind="practice", at_min=8 * 60 + 1)
    db.session.commit()
    ring(EIGHT + MINUTE)
    practice = occurrences()[1].id

    def answered() -> None:
        answers.close(answers.asked(practice).occurrence, "not_today")
        db.session.commit()

    post.after_taking = answered
    assert send_due(post, now=EIGHT + 20 * MINUTE) == 1


def test_the_worker_writes_them_in_its_round(app, user, post):
    for number in range(3):
        remind(user, at_min=8 * 60 + number)
    db.session.commit()
    ring(EIGHT + 2 * MINUTE)
    worker.Worker(app).run_once(EIGHT + 20 * MINUTE)
    assert post.got == []
    worker.Worker(app, mailer=post).run_once(EIGHT + 20 * MINUTE)
    assert len(post.got) == 3


def test_reminders_that_fall_due_meanwhile_are_let_in_after_each_letter(user, post):
    for number in range(3):
        remind(user, at_min=8 * 60 + number)
    db.session.commit()
    ring(EIGHT + 2 * MINUTE)
    let_in = []
    later = EIGHT + 20 * MINUTE
    send_due(post, now=later, after_each=lambda: let_in.append(len(post.got)))
    assert let_in == [1, 2, 3]
