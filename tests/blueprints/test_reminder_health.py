"""Whoever runs the server sees whether reminders arrive, by an address that only the server signs."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.extensions import db
from fstpwa.services import health, operator_tokens
from fstpwa.services.reminder_tokens import ReminderToken
from fstpwa.services.reminder_tokens import written as reminder_token
from tests.reminding import remind, subscribe


@pytest.fixture
def address(app, rolled_back):
    """Return the address of the page, signed so long ago."""

    def of(ago: timedelta = timedelta()) -> str:
        with app.app_context():
            token = operator_tokens.written(now=datetime.now(UTC) - ago)
        return f"/reminders/operator/{token}"

    return of


def test_it_shows_numbers_to_whoever_has_the_address(app, client, her, address):
    with app.app_context():
        user = her.user()
        user.name = "Wilhelmina"
        subscribe(user, "Her telephone", now=datetime.now(UTC))
        remind(user, now=datetime.now(UTC))
        health.record_heartbeat(now=datetime.now(UTC))
        db.session.commit()

    answer = client.get(address())

    assert answer.status_code == 200
    assert "Do reminders arrive?" in answer.text
    for private in ("Wilhelmina", "Her telephone", str(her.public_id)):
        assert private not in answer.text


def test_it_is_kept_by_nobody_and_found_by_no_search_engine(client, address):
    answer = client.get(address())
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_alarms_come_first_and_in_words(client, address):
    page = client.get(address()).text
    assert "No worker is at work" in page
    assert page.index("No worker is at work") < page.index("What waits")


def test_it_is_there_for_24_hours(client, address):
    assert client.get(address(timedelta(hours=23, minutes=59))).status_code == 200
    assert client.get(address(timedelta(hours=24, seconds=1))).status_code == 404


def test_another_signature_opens_nothing(app, client, her, address):
    with app.app_context():
        token = ReminderToken(occurrence_id=None, subscription_id=1)
        of_a_reminder = reminder_token(token, now=datetime.now(UTC))
    signed = address()
    for other in ("1", "x" * 2000, of_a_reminder, signed[:-1], f"{signed}A"):
        assert client.get(f"/reminders/operator/{other.rpartition('/')[2]}").status_code == 404


def test_being_signed_in_opens_nothing_either(therapist):
    assert therapist.get("/reminders/operator/1").status_code == 404
