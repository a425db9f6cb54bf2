"""People: starting without an account, and what they set about themselves."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey
from fstpwa.models.people import Role, User
from fstpwa.services import devices, people
from fstpwa.services.people import ProfileEntry
from fstpwa.services.reminder_ticks import tick
from tests.reminding import DAY, EARLY, EIGHT, TODAY, occurrences, remind, subscribe

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def user(app, rolled_back):
    with app.app_context():
        yield people.start_without_account("Europe/London", now=NOW)


def entry(**changed) -> ProfileEntry:
    values = {"name": "Ana", "time_zone": "UTC", "country": "GB"}
    return ProfileEntry(**{**values, **changed})


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("Europe/London", "Europe/London"),
        (" europe/london ", "Europe/London"),
        ("", "UTC"),
        ("Mars/Base", "UTC"),
        ("../etc/passwd", "UTC"),
        ("a" * 5000, "UTC"),
    ],
)
def test_a_start_takes_the_browsers_time_zone_where_it_is_one(app, sent, stored):
    with app.app_context():
        started = people.start_without_account(sent, now=NOW)
        assert (started.time_zone, started.role, started.name) == (stored, Role.CLIENT, "")
        assert not started.is_demo
        db.session.rollback()


def test_what_is_set_is_stored(user):
    pace = Pace(get_ready_s=0, transition_s=60, least_rest_s=30)
    people.change_profile(user, entry(time_zone="asia/tokyo"), now=NOW)
    people.change_pace(user, pace)
    db.session.expire_all()
    assert (user.name, user.time_zone, user.country) == ("Ana", "Asia/Tokyo", "GB")
    assert people.pace_of(user) == pace


class TestReminders:
    """Reminders go along when a person moves: no date twice, none left out."""

    def rung(self, user, at):
        tick(now=at)
        return [each.occ_key for each in occurrences()]

    def test_going_west_no_date_rings_twice(self, user):
        people.change_profile(user, entry(time_zone="UTC"), now=EARLY)
        subscribe(user)
        remind(user)
        assert self.rung(user, EIGHT) == [TODAY]
        people.change_profile(user, entry(time_zone="America/Los_Angeles"), now=EIGHT)
        # There it is still the night before, and eight comes once more on that date.
        assert self.rung(user, EIGHT + timedelta(hours=9)) == [TODAY]
        assert self.rung(user, EIGHT + DAY + timedelta(hours=8)) == [TODAY, TODAY + DAY]

    def test_going_east_no_date_is_left_out(self, user):
        people.change_profile(user, entry(time_zone="UTC"), now=EARLY)
        subscribe(user)
        remind(user)
        people.change_profile(user, entry(time_zone="Asia/Tokyo"), now=EARLY)
        for hours in range(0, 36, 3):
            tick(now=EARLY + timedelta(hours=hours))
        assert [each.occ_key for each in occurrences()] == [TODAY, TODAY + DAY]

    def test_another_name_moves_nothing(self, user):
        people.change_profile(user, entry(time_zone="UTC"), now=EARLY)
        reminder = remind(user)
        people.change_profile(user, entry(name="Bea"), now=EIGHT + DAY)
        assert (reminder.next_due_at, reminder.changed_at) == (EIGHT, EARLY)


@pytest.mark.parametrize(
    "wrong", [{"name": "a" * 81}, {"time_zone": "Mars/Base"}, {"language": "xx"}]
)
def test_what_cannot_be_is_refused(user, wrong):
    with pytest.raises(InvalidValue):
        people.change_profile(user, entry(**wrong), now=NOW)


def test_the_emergency_number_follows_the_country(user):
    unknown = people.emergency_number_of(None)
    user.country = "GB"
    assert "999" in people.emergency_number_of(user)
    user.country = ""
    assert people.emergency_number_of(user) == unknown


def test_a_person_is_no_demo_person(user):
    assert people.demo_people() == []
    with pytest.raises(NotFound):
        people.demo_person(user.public_id)
    user.is_demo = True
    assert people.demo_person(user.public_id) is user


def test_who_can_never_come_back_is_deleted_some_at_a_time(user):
    long_after = NOW + devices.LONGEST_LIFE
    lost = [people.start_without_account("UTC", now=NOW) for _ in range(3)]
    kept = [people.start_without_account("UTC", now=NOW) for _ in range(4)]
    for each in (user, *lost, *kept[:3]):
        devices.open_device(each, "Phone", now=NOW)
    kept[0].email = "ana@example.org"
    kept[1].is_demo = True
    credential = {"public_id": uuid4(), "credential_id": b"c", "public_key": b"k"}
    db.session.add(Passkey(user_id=kept[2].id, created_at=NOW, **credential))
    devices.open_device(kept[3], "Phone", now=long_after)

    assert people.forget_out_of_reach(now=NOW, at_most=9) == 0
    assert people.forget_out_of_reach(now=long_after, at_most=3) == 3
    assert people.forget_out_of_reach(now=long_after, at_most=3) == 1
    assert people.forget_out_of_reach(now=long_after, at_most=3) == 0
    assert set(db.session.scalars(db.select(User.id))) == {each.id for each in kept}
    db.session.rollback()
