"""A therapist's clients with how they are doing: only who shares it, only what they share."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.attention import Group
from fstpwa.domain.attention_reasons import Sign
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.flares import flare_rule, flares
from fstpwa.domain.practice_history import Place, PracticeHistory
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, Side
from fstpwa.models.people import DeviceSession, Role
from fstpwa.models.practice import Enrolment, PlanEvent, ProgrammeVersion, RedDay
from fstpwa.models.reminders import PushSubscription, Reminder
from fstpwa.services import care_links, caseload_settings
from fstpwa.services.care_links import Scopes
from fstpwa.services.caseload import Client, caseload
from fstpwa.services.caseload_flares import USUAL_NEAR_DAYS, near_days
from tests.caring import EVERYTHING, link, link_row
from tests.caseload import asks, day_ago, lives, says_flare, says_too_much
from tests.conftest import Person

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def clients_of(therapist: Person) -> tuple[Client, ...]:
    with therapist.app.app_context():
        return caseload(therapist.user(), now=NOW)


def signs_of(therapist: Person) -> list[Sign]:
    [client] = clients_of(therapist)
    return [each.sign for each in client.attention.reasons]


def test_whoever_has_no_clients_has_nobody_in_the_list(therapist, her):
    assert clients_of(therapist) == ()


def test_somebody_elses_clients_are_never_in_it(app, therapist, her, him):
    other = Person(app, Role.THERAPIST)
    link(him, other)
    mine = link(her, therapist)
    assert [each.link_id for each in clients_of(therapist)] == [mine]


def test_what_ends_is_gone_on_the_next_look(therapist, her, context):
    link_id = link(her, therapist)
    assert len(clients_of(therapist)) == 1
    with context():
        care_links.end(link_row(her, link_id), Side.CLIENT, now=NOW)
        db.session.commit()
    assert clients_of(therapist) == ()


def test_four_weeks_are_read_as_they_were(therapist, her):
    lives(her, done=range(2, 28), missed=range(2), pain=(3, 5), stiffness=6)
    says_too_much(her, 3, times=2)
    link(her, therapist)
    [client] = clients_of(therapist)
    facts = client.facts
    assert sum(each.state == "done" for each in facts.planned) == 26
    assert sum(each.state == "planned" for each in facts.planned) == 2
    assert {(each.before, each.after) for each in facts.sessions} == {(3, 5)}
    assert [each.day for each in facts.sessions] == [day_ago(each) for each in range(27, 1, -1)]
    assert facts.stiffness == {day_ago(each): 6 for each in range(2, 28)}
    assert facts.too_much == {day_ago(3): 2}
    assert facts.last_heard == day_ago(2)


def test_whoever_needs_the_therapist_most_comes_first(app, therapist, her, him):
    lives(her)
    lives(him, pain=(2, 6))
    third = Person(app)
    lives(third, done=range(8, 28), missed=range(8))
    links = {
        name: link(person, therapist)
        for name, person in (("fine", her), ("sore", him), ("quiet", third))
    }
    found = [each.link_id for each in clients_of(therapist)]
    assert found == [links["sore"], links["quiet"], links["fine"]]


@pytest.mark.parametrize(
    ("scopes", "group", "planned", "sessions"),
    [
        pytest.param(EVERYTHING, Group.DOING_WORSE, True, True, id="everything"),
        pytest.param(
            Scopes(shares_records=True), Group.DOING_WORSE, False, True, id="records alone"
        ),
        pytest.param(
            Scopes(shares_routines=True), Group.NOT_SHARED, False, False, id="routines alone"
        ),
        pytest.param(Scopes(), Group.NOT_SHARED, False, False, id="nothing"),
    ],
)
def test_only_what_is_shared_is_read(therapist, her, scopes, group, planned, sessions):
    lives(her, pain=(2, 6))
    says_flare(her, 1)
    link(her, therapist, scopes)
    [client] = clients_of(therapist)
    assert client.attention.group is group
    assert bool(client.facts.planned) is planned
    assert bool(client.facts.sessions) is sessions
    assert bool(client.facts.checked_in) is sessions
    assert (client.facts.flare_since is not None) is sessions


def test_a_scope_that_is_taken_back_acts_on_the_next_look(therapist, her, context):
    lives(her, pain=(2, 6))
    link_id = link(her, therapist)
    assert signs_of(therapist) == [Sign.PAIN]
    with context():
        care_links.change(link_row(her, link_id), Scopes(shares_routines=True), now=NOW)
        db.session.commit()
    assert signs_of(therapist) == []


def test_a_flare_begins_where_they_said_so_and_ends_where_they_are_back(therapist, her, context):
    lives(her)
    says_flare(her, 4)
    link(her, therapist)
    [client] = clients_of(therapist)
    # The days since were as usual, so it is over by the programme's rule.
    assert client.facts.flare_since is None
    assert day_ago(4) in client.facts.excused.flares

    says_flare(her, 1)
    [client] = clients_of(therapist)
    assert client.facts.flare_since == day_ago(4)
    with context():
        db.session.add(PlanEvent(user_id=her.id, day=day_ago(0), kind="back_to_usual", at=NOW))
        db.session.commit()
    [client] = clients_of(therapist)
    assert client.facts.flare_since is None


@pytest.mark.parametrize("programme", sorted(library().programmes))
def test_a_flare_ends_after_as_many_days_as_the_library_says(programme):
    known = library().programmes[programme]
    for phase in known.phases:
        place = Place(
            phase=phase.id,
            ramp_step=0,
            since=day_ago(9),
            phase_since=day_ago(9),
            started_on=day_ago(9),
        )
        history = PracticeHistory(place=place)
        rule = flare_rule(history, known)
        assert near_days(programme, phase.id) == (rule.near_days if rule else USUAL_NEAR_DAYS)
        assert flares(history, known, day_ago(0)) == ()


def test_a_pause_is_no_silence_and_says_so(therapist, her, context):
    her.follows(now=NOW - 20 * DAY)
    link(her, therapist)
    assert signs_of(therapist) == [Sign.QUIET]
    with context():
        row = db.session.scalars(db.select(Enrolment).filter_by(user_id=her.id)).one()
        row.paused_at = NOW - 19 * DAY
        db.session.commit()
    [client] = clients_of(therapist)
    assert client.attention.group is Group.RESTING
    assert client.attention.reasons == ()


def test_a_pause_that_is_over_takes_its_days_out(therapist, her, context):
    her.follows(now=NOW - 20 * DAY)
    link(her, therapist)
    with context():
        over = PlanEvent(
            user_id=her.id,
            day=day_ago(20),
            kind="paused",
            value=[day_ago(3).isoformat(), None],
            at=NOW,
        )
        db.session.add(over)
        db.session.commit()
    assert signs_of(therapist) == []


def test_a_red_day_is_told(therapist, her, context):
    lives(her)
    link(her, therapist)
    with context():
        db.session.add(RedDay(user_id=her.id, day=day_ago(2), set_at=NOW))
        db.session.commit()
    assert signs_of(therapist) == [Sign.RED]


def test_a_question_waits_until_the_therapist_writes_whatever_is_shared(therapist, her):
    link_id = link(her, therapist, Scopes())
    asks(her, link_id, 3)
    asks(her, link_id, 2)
    [client] = clients_of(therapist)
    assert client.facts.question_on == day_ago(3)
    asks(her, link_id, 1, Side.THERAPIST)
    assert signs_of(therapist) == []
    asks(her, link_id, 0)
    assert signs_of(therapist) == [Sign.QUESTION]


def test_the_question_to_another_therapist_is_not_this_ones(app, therapist, her):
    other = Person(app, Role.THERAPIST)
    link(her, therapist)
    asks(her, link(her, other), 1)
    assert signs_of(therapist) == []


def phone(person: Person, unreceived: int) -> None:
    with person.app.app_context():
        device = db.session.scalars(db.select(DeviceSession).filter_by(user_id=person.id)).one()
        db.session.add(
            PushSubscription(
                public_id=uuid4(),
                user_id=person.id,
                device_session_id=device.id,
                endpoint_hash=uuid4().bytes * 2,
                target="",
                service="push.example",
                key_id="one",
                unreceived=unreceived,
                created_at=NOW,
                changed_at=NOW,
            )
        )
        db.session.commit()


def rings(person: Person, *, enabled: bool = True) -> None:
    with person.app.app_context():
        db.session.add(
            Reminder(
                public_id=uuid4(),
                user_id=person.id,
                kind="practice",
                at_min=480,
                days_mask=127,
                enabled=enabled,
                created_at=NOW,
                changed_at=NOW,
            )
        )
        db.session.commit()


def test_reminders_are_lost_only_if_no_device_shows_them(therapist, her):
    lives(her)
    link(her, therapist)
    rings(her)
    assert signs_of(therapist) == []
    phone(her, 3)
    assert signs_of(therapist) == [Sign.REMINDERS]
    phone(her, 2)
    assert signs_of(therapist) == []


def test_whoever_wants_no_reminders_misses_none(therapist, her):
    lives(her)
    link(her, therapist)
    rings(her, enabled=False)
    phone(her, 9)
    assert signs_of(therapist) == []


def assigned(person: Person, link_id, state: str, starts_on) -> None:
    with person.app.app_context():
        db.session.add(ProgrammeVersion(digest="x", slug="y", data={}, first_used_at=NOW))
        db.session.flush()
        db.session.add(
            Assignment(
                public_id=uuid4(),
                user_id=person.id,
                link_id=link_row(person, link_id).id,
                programme_version="x",
                name="Routine",
                given_by="Ines",
                weekdays=127,
                at_min=480,
                starts_on=starts_on,
                state=state,
                created_at=NOW,
            )
        )
        db.session.commit()


@pytest.mark.parametrize(
    ("state", "days", "is_assigned", "signs"),
    [
        ("running", 5, True, []),
        ("waiting", -2, True, []),
        ("waiting", 2, True, [Sign.WAITING]),
        ("ended", 5, False, []),
        ("withdrawn", 5, False, []),
    ],
)
def test_what_is_assigned_is_known_and_told_where_it_waits(
    therapist, her, state, days, is_assigned, signs
):
    lives(her)
    assigned(her, link(her, therapist), state, day_ago(days))
    [client] = clients_of(therapist)
    assert client.is_assigned is is_assigned
    assert signs_of(therapist) == signs


def test_it_is_each_clients_own_day(app, therapist):
    ahead, behind = (
        Person(app, time_zone="Pacific/Kiritimati"),
        Person(app, time_zone="Pacific/Midway"),
    )
    link(ahead, therapist)
    link(behind, therapist)
    days = {each.facts.today for each in clients_of(therapist)}
    assert len(days) == 2


def test_as_many_queries_for_twenty_as_for_one(app, therapist, her, queries):
    def asked() -> int:
        with app.app_context():
            user = therapist.user()
            with queries() as found:
                caseload(user, now=NOW)
        return len(found)

    lives(her)
    link(her, therapist)
    alone = asked()
    for number in range(19):
        person = Person(app, screened=False)
        lives(person, done=range(number, 28, 9), missed=range(number % 5))
        if number % 3 == 0 and number < 27:
            says_flare(person, number)
        asks(person, link(person, therapist), 1)
    assert asked() == alone
    assert alone <= 13


def test_a_client_is_set_aside_and_comes_back_on_the_therapists_own_day(therapist, her, context):
    link_id = link(her, therapist)
    with context():
        row = care_links.seen_by(therapist.user(), link_id)
        caseload_settings.snooze(row, 3, now=NOW)
        db.session.commit()
    [client] = clients_of(therapist)
    assert client.snoozed_until == day_ago(-3)
    with context():
        [later] = caseload(therapist.user(), now=NOW + 3 * DAY)
        assert later.snoozed_until is None
        caseload_settings.wake(care_links.seen_by(therapist.user(), link_id))
        db.session.commit()
    [client] = clients_of(therapist)
    assert client.snoozed_until is None


def test_only_the_days_that_are_offered_can_be_chosen(therapist, her, context):
    link_id = link(her, therapist)
    with context(), pytest.raises(InvalidValue):
        caseload_settings.snooze(care_links.seen_by(therapist.user(), link_id), 2, now=NOW)


def test_thresholds_decide_when_the_therapist_is_told(therapist, her, context):
    lives(her, pain=(2, 5))
    link_id = link(her, therapist)
    assert signs_of(therapist) == [Sign.PAIN]
    with context():
        link_row(her, link_id).pain_rise = 4
        db.session.commit()
    assert signs_of(therapist) == []
