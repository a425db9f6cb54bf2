"""A calendar of reminders, read back by the library and expanded as a calendar program does it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar, Event, Timezone
from sqlalchemy import update

from fstpwa.domain.errors import NotFound
from fstpwa.domain.quiet_hours import QuietHours
from fstpwa.domain.recurrence import Recurrence, days_of, instant_of, mask_of
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, RedDay
from fstpwa.models.reminders import CalendarFeed
from fstpwa.services import erasure, reminder_calendar, reminders
from tests.reminding import DAY, EARLY, EIGHT, TODAY, remind

ORIGIN = "https://days.example"
MONDAYS_AND_THURSDAYS = mask_of((0, 3))
WEDNESDAY, THURSDAY = TODAY, TODAY + DAY


@pytest.fixture
def user(her, context):
    """Somebody in London."""
    with context():
        found = her.user()
        found.time_zone = "Europe/London"
        db.session.flush()
        yield found
        db.session.rollback()


def raw(user, now: datetime = EARLY) -> bytes:
    return reminder_calendar.calendar_for(user, origin=ORIGIN, now=now)


def events(user, now: datetime = EARLY) -> list[Event]:
    return Calendar.from_ical(raw(user, now)).events


def rings(user, first: date, last: date, now: datetime = EARLY) -> list[datetime]:
    """Return the instants at which a calendar rings, by the clocks that it describes itself."""
    calendar = Calendar.from_ical(raw(user, now))
    zones = {str(zone["TZID"]): own_clocks(zone) for zone in calendar.timezones}
    found = []
    for event in calendar.events:
        zone = zones.get(event["DTSTART"].params.get("TZID"), UTC)
        found += expanded(event, zone, first, last)
    return sorted(found)


def own_clocks(zone: Timezone):
    """Return the clocks as the file has them, whatever this machine knows of the zone."""
    return zone.to_tz(lookup_tzid=False)


def expanded(event: Event, zone, first: date, last: date) -> list[datetime]:
    (alarm,) = event.walk("VALARM")
    days = rruleset()
    # Wall times first, the clocks after: as RFC 5545 has it.
    days.rrule(rrulestr(event["RRULE"].to_ical().decode(), dtstart=wall(event.start)))
    for out in event.exdates:
        days.exdate(wall(out))
    after, before = datetime(*first.timetuple()[:3]), datetime(*last.timetuple()[:3]) + DAY
    starts = (each.replace(tzinfo=zone) for each in days.between(after, before, inc=True))
    return [each.astimezone(UTC) + alarm.TRIGGER for each in starts]


def wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def test_each_reminder_that_is_on_is_an_event_with_an_alarm_at_its_start(user):
    practice = remind(user, kind="practice", days_mask=MONDAYS_AND_THURSDAYS)
    remind(user, at_min=20 * 60)
    off = remind(user, at_min=9 * 60)
    reminders.switch(user, off, on=False, now=EARLY)

    first, second = events(user)

    assert str(first["UID"]) == str(practice.public_id)
    assert first.start == datetime(2026, 3, 5, 8, tzinfo=ZoneInfo("Europe/London"))
    assert first["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO,TH"
    assert second.start == datetime(2026, 3, 4, 20, tzinfo=ZoneInfo("Europe/London"))
    assert [str(each["SUMMARY"]) for each in (first, second)] == [
        "Time for your session",
        "Time for your check-in",
    ]
    for event in (first, second):
        (alarm,) = event.walk("VALARM")
        assert (alarm["ACTION"], alarm.TRIGGER) == ("DISPLAY", timedelta(0))
        assert event["URL"] == f"{ORIGIN}/today"
        assert event["TRANSP"] == "TRANSPARENT"


def test_it_says_nothing_about_health_nor_whose_it_is(user, her):
    user.name, user.email = "Wilhelmina", "wilhelmina@example.org"
    her.follows(now=EARLY)
    remind(user, kind="practice")
    text = raw(user).decode().lower()
    for word in ("neck", "pain", "stiff", "wilhelmina", str(her.public_id)):
        assert word not in text


@pytest.mark.parametrize(
    ("zone", "at_min", "first"),
    [
        pytest.param("Europe/London", 8 * 60, date(2026, 3, 23), id="clocks go forward"),
        pytest.param("Europe/London", 8 * 60, date(2026, 10, 19), id="clocks go back"),
        pytest.param("Europe/London", 90, date(2026, 3, 23), id="a time that is skipped"),
        pytest.param("Europe/London", 90, date(2026, 10, 19), id="a time that comes twice"),
        pytest.param("America/New_York", 150, date(2026, 3, 2), id="skipped in New York"),
        pytest.param("America/New_York", 8 * 60, date(2030, 10, 28), id="in four years"),
        pytest.param("Australia/Lord_Howe", 8 * 60, date(2026, 3, 30), id="half an hour back"),
        pytest.param("Asia/Kathmandu", 8 * 60, date(2026, 3, 23), id="never changes"),
        pytest.param("UTC", 8 * 60, date(2026, 3, 23), id="universal time"),
    ],
)
def test_it_rings_when_the_phone_would_also_where_the_clocks_change(user, zone, at_min, first):
    user.time_zone = zone
    remind(user, at_min=at_min, days_mask=mask_of((0, 3, 6)), now=EARLY - 7 * DAY)
    last = first + 13 * DAY
    days = [first + number * DAY for number in range(14)]

    assert rings(user, first, last) == [
        instant_of(day, at_min, ZoneInfo(zone)) for day in days if day.weekday() in (0, 3, 6)
    ]


def test_a_reminder_that_stays_with_a_place_goes_by_the_clocks_there(user):
    remind(user)
    remind(user, at_min=9 * 60, time_zone="America/New_York")
    assert {str(zone["TZID"]) for zone in Calendar.from_ical(raw(user)).timezones} == {
        "Europe/London",
        "America/New_York",
    }
    in_march = rings(user, date(2026, 3, 10), date(2026, 3, 10))
    assert [each.hour for each in in_march] == [8, 13]
    in_april = rings(user, date(2026, 4, 10), date(2026, 4, 10))
    assert [each.hour for each in in_april] == [7, 13]


def test_whoever_travels_takes_the_reminders_along(user):
    remind(user)
    reminders.move_to_zone(user, "Asia/Tokyo", now=EIGHT)
    assert rings(user, THURSDAY, THURSDAY) == [datetime(2026, 3, 4, 23, tzinfo=UTC)]


def test_what_is_paused_begins_on_the_day_it_rings_again(user):
    reminder = remind(user, days_mask=MONDAYS_AND_THURSDAYS)
    reminders.pause(user, reminder, date(2026, 3, 13), now=EARLY)
    assert [each.date() for each in rings(user, TODAY, date(2026, 3, 20))] == [
        date(2026, 3, 16),
        date(2026, 3, 19),
    ]

    reminders.pause(user, reminder, None, now=EIGHT)

    assert rings(user, TODAY, THURSDAY) == [datetime(2026, 3, 5, 8, tzinfo=UTC)]


def test_while_the_programme_is_paused_only_the_check_in_rings(user, her):
    her.follows(now=EARLY)
    remind(user, kind="practice")
    remind(user, at_min=20 * 60)
    db.session.execute(update(Enrolment).values(paused_at=EARLY))
    (only,) = events(user)
    assert only["SUMMARY"] == "Time for your check-in"


def test_a_pause_with_an_end_lets_the_practice_begin_again_after_it(user, her):
    her.follows(now=EARLY)
    remind(user, kind="practice")
    db.session.execute(update(Enrolment).values(paused_at=EARLY, resumes_on=THURSDAY))
    assert [each.date() for each in rings(user, TODAY, THURSDAY)] == [THURSDAY]


def test_on_a_day_that_is_held_no_session_rings(user):
    remind(user, kind="practice")
    remind(user, at_min=20 * 60)
    db.session.add(RedDay(user_id=user.id, day=TODAY, set_at=EARLY))
    db.session.flush()
    assert [(each.date(), each.hour) for each in rings(user, TODAY, THURSDAY)] == [
        (WEDNESDAY, 20),
        (THURSDAY, 8),
        (THURSDAY, 20),
    ]


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ((22, 9), [9, 20]),
        ((19, 7), [8]),
        ((19, 21), [8, 21]),
        ((7, 8), [8, 20]),
        ((20, 8), [8]),
    ],
)
def test_nothing_rings_in_quiet_hours(user, quiet, hours):
    start, end = quiet
    reminders.set_quiet_hours(user, QuietHours(start_min=start * 60, end_min=end * 60))
    remind(user)
    remind(user, at_min=20 * 60)
    assert [each.hour for each in rings(user, THURSDAY, THURSDAY)] == hours


def test_without_reminders_it_is_a_whole_calendar_with_nothing_in_it(user):
    calendar = Calendar.from_ical(raw(user))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar.events == []


def test_as_long_as_nothing_changes_it_is_the_same_to_the_letter(user):
    reminder = remind(user)
    before = raw(user)
    assert raw(user, EARLY + 60 * DAY) == before

    rule = Recurrence(at_min=9 * 60, days_mask=MONDAYS_AND_THURSDAYS)
    entry = reminders.ReminderEntry(kind="check_in", rule=rule)
    reminders.change(user, reminder, entry, now=EIGHT)

    (event,) = events(user)
    assert str(event["UID"]) == str(reminder.public_id)
    assert days_of(reminder.days_mask) == (0, 3)
    assert event.start.hour == 9


def test_the_address_leads_to_its_person_and_only_its_hash_is_stored(user):
    token = reminder_calendar.make(user, now=EARLY)
    assert reminder_calendar.owner_of(token).id == user.id
    feed = reminder_calendar.feed_of(user)
    assert token.encode() not in feed.token_hash
    assert len(token) == 43
    for wrong in (token[:-1], token + "A", token.swapcase(), ""):
        with pytest.raises(NotFound):
            reminder_calendar.owner_of(wrong)


def test_a_new_address_ends_the_one_before(user):
    old = reminder_calendar.make(user, now=EARLY)
    new = reminder_calendar.make(user, now=EIGHT)
    assert reminder_calendar.owner_of(new).id == user.id
    assert reminder_calendar.feed_of(user).created_at == EIGHT
    with pytest.raises(NotFound):
        reminder_calendar.owner_of(old)


def test_one_that_is_removed_ends_and_others_stay(user, him):
    hers = reminder_calendar.make(user, now=EARLY)
    his = reminder_calendar.make(him.user(), now=EARLY)
    reminder_calendar.remove(user)
    reminder_calendar.remove(user)
    with pytest.raises(NotFound):
        reminder_calendar.owner_of(hers)
    assert reminder_calendar.owner_of(his).id == him.id


def test_it_goes_with_its_person(user):
    token = reminder_calendar.make(user, now=EARLY)
    erasure.erase(user, today=TODAY)
    assert db.session.scalars(db.select(CalendarFeed)).all() == []
    with pytest.raises(NotFound):
        reminder_calendar.owner_of(token)
