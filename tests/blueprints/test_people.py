"""Who needs me today: the list, its filters, setting somebody aside, thresholds; who may."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from fstpwa.extensions import db
from fstpwa.models.care import AccessEntry, CareLink, Side
from fstpwa.models.people import Role
from fstpwa.services import care_links
from fstpwa.services.care_links import Scopes
from tests.caring import link, link_row
from tests.caseload import asks, day_ago, lives, says_flare
from tests.conftest import Person, looks

NOBODY = UUID(int=0)

HTMX = {"HX-Request": "true"}
ROW = re.compile(r'<a href="/people/([0-9a-f-]{36})" dir="auto">')


def call(person: Person, name: str) -> Person:
    with person.app.app_context():
        person.user().name = name
        db.session.commit()
    return person


def rows(therapist: Person, address: str = "/people") -> list[UUID]:
    """The links of the clients that the list shows, in its order."""
    answer = therapist.get(address)
    assert answer.status_code == 200
    return [UUID(each) for each in ROW.findall(answer.text)]


def numbers_of(person: Person) -> list[int]:
    with person.app.app_context():
        return list(db.session.scalars(db.select(CareLink.id).filter_by(user_id=person.id)))


class TestWhoMay:
    @pytest.mark.parametrize("address", ["/people", f"/people/{NOBODY}/thresholds"])
    def test_a_client_finds_nothing_there(self, her, address):
        assert her.get(address).status_code == 404

    def test_a_visitor_is_led_to_the_beginning(self, client):
        assert client.get("/people").status_code == 303

    @pytest.mark.parametrize("what", ["snooze", "snooze/undo", "thresholds"])
    def test_another_therapists_client_is_not_there(self, app, her, therapist, what):
        link_id = link(her, Person(app, Role.THERAPIST))
        form = {"days": "3", "quiet_days": "3", "pain_rise": "3", "stiffness_rise": "3"}
        assert therapist.post(f"/people/{link_id}/{what}", data=form).status_code == 404
        assert therapist.get(f"/people/{link_id}/thresholds").status_code == 404

    def test_what_ended_is_gone_with_the_next_request(self, her, therapist, context):
        link_id = link(her, therapist)
        assert rows(therapist) == [link_id]
        with context():
            care_links.end(link_row(her, link_id), Side.CLIENT, now=datetime.now(UTC))
            db.session.commit()
        assert rows(therapist) == []
        assert therapist.post(f"/people/{link_id}/snooze", data={"days": "3"}).status_code == 404
        assert therapist.get(f"/people/{link_id}/thresholds").status_code == 404


class TestTheList:
    def test_without_clients_it_says_what_to_do(self, therapist):
        page = therapist.get("/people").text
        assert "Nobody yet" in page
        assert 'href="/people/invite"' in page
        assert "<table" not in page

    def test_it_says_who_and_why_and_draws_four_weeks_in_words_too(self, her, therapist):
        lives(call(her, "Maya"), done=range(2, 28), missed=range(2), pain=(2, 5))
        link(her, therapist)
        page = therapist.get("/people").text
        assert "Maya" in page
        assert "Pain after practice up 3 for 26 sessions" in page
        assert "Doing it, and worse" in page
        assert (
            'aria-label="Practised on 26 days of the last 28, stiffness 4 at first, 4 now"' in page
        )
        assert "26 of 28 planned sessions" in page

    def test_whoever_shares_no_records_is_a_name(self, her, therapist):
        lives(call(her, "Maya"), pain=(2, 9))
        says_flare(her, 1)
        link(her, therapist, Scopes(shares_routines=True))
        page = therapist.get("/people").text
        assert "Does not share sessions and check-ins." in page
        for said in ("Pain after", "Flare since", "planned session", '<svg class="spark" role'):
            assert said not in page

    def test_each_who_is_shown_can_read_that_they_were_seen(self, her, him, therapist):
        link(call(her, "Maya"), therapist)
        link(call(him, "Tomas"), therapist)
        therapist.get("/people?q=may")
        assert [(numbers, what) for numbers, what, _at in looks] == [(numbers_of(her), "list")]

    def test_a_name_is_text_whatever_is_in_it(self, her, therapist):
        link(call(her, '<b id="x">"Maya'), therapist)
        assert "&lt;b id=&#34;x&#34;&gt;&#34;Maya" in therapist.get("/people").text

    def test_fifty_stand_on_a_page(self, app, therapist):
        for number in range(51):
            link(call(Person(app, screened=False), f"Client {number}"), therapist)
        assert len(rows(therapist)) == 50
        assert len(rows(therapist, "/people?page=2")) == 1
        assert "Page 2 of 2" in therapist.get("/people?page=2").text
        assert set(rows(therapist)) & set(rows(therapist, "/people?page=2")) == set()
        assert [len(numbers) for numbers, _what, _at in looks[:1]] == [50]


class TestFilters:
    @pytest.fixture
    def three(self, app, her, him, therapist) -> dict[str, UUID]:
        lives(call(her, "Zoë"), pain=(2, 6))
        lives(call(him, "Bo"))
        third = call(Person(app), "Ann")
        found = {
            name: link(person, therapist)
            for name, person in (("Zoë", her), ("Bo", him), ("Ann", third))
        }
        asks(third, found["Ann"], 1)
        return found

    @pytest.mark.parametrize(
        ("address", "names"),
        [
            ("/people", ["Zoë", "Ann", "Bo"]),
            ("/people?q=ZOE", ["Zoë"]),
            ("/people?q=nobody", []),
            ("/people?show=needs", ["Zoë", "Ann"]),
            ("/people?group=doing_better", ["Bo"]),
            ("/people?group=doing_worse&show=needs", ["Zoë"]),
            ("/people?show=mine", []),
            ("/people?show=snoozed", []),
            ("/people?page=2", []),
            ("/people?group=nothing&show=nothing&page=-1", ["Zoë", "Ann", "Bo"]),
            ("/people?page=%D9%A3&q=", ["Zoë", "Ann", "Bo"]),
            ("/people?page=99999999999999999999", ["Zoë", "Ann", "Bo"]),
        ],
    )
    def test_an_address_shows_whom_it_asks_for(self, three, therapist, address, names):
        assert rows(therapist, address) == [three[name] for name in names]

    def test_nobody_who_fits_leads_back_to_everybody(self, three, therapist):
        page = therapist.get("/people?q=nobody").text
        assert "Nobody fits" in page
        assert '<a href="/people">Show everybody</a>' in page

    def test_each_filter_says_how_many_there_are(self, three, therapist):
        page = therapist.get("/people").text
        for words, count in (("Everybody", 3), ("With a reason", 2), ("Assigned by me", 0)):
            assert re.search(rf'{words} <span class="number soft">{count}</span>', page)


class TestSettingAside:
    def test_somebody_goes_and_can_be_brought_back_at_once(self, her, therapist):
        link_id = link(call(her, "Maya"), therapist)
        answer = therapist.post(f"/people/{link_id}/snooze?show=needs", data={"days": "3"})
        assert answer.status_code == 303
        where = answer.headers["Location"]
        assert where == f"/people?show=needs&set_aside={link_id}"
        page = therapist.get(where).text
        assert "Maya is set aside until" in page
        assert f'action="/people/{link_id}/snooze/undo?show=needs"' in page
        assert rows(therapist) == []

        therapist.post(f"/people/{link_id}/snooze/undo")
        assert rows(therapist) == [link_id]

    def test_whoever_is_set_aside_stands_under_it_with_the_day(self, her, therapist):
        link_id = link(her, therapist)
        therapist.post(f"/people/{link_id}/snooze", data={"days": "7"})
        assert "Everybody is set aside." in therapist.get("/people").text
        assert rows(therapist, "/people?show=snoozed") == [link_id]
        assert "Show again" in therapist.get("/people?show=snoozed").text

    @pytest.mark.parametrize("days", ["", "0", "2", "-1", "3.0", "٣", "1000000000000"])
    def test_other_days_are_refused_and_nothing_is_stored(self, her, therapist, context, days):
        link_id = link(her, therapist)
        answer = therapist.post(f"/people/{link_id}/snooze", data={"days": days})
        assert answer.status_code == 422
        with context():
            assert link_row(her, link_id).snoozed_until is None

    def test_the_client_reads_that_the_name_was_seen(self, her, therapist):
        link_id = link(her, therapist)
        where = therapist.post(f"/people/{link_id}/snooze", data={"days": "3"}).headers["Location"]
        looks.clear()
        therapist.get(where)
        assert [what for _numbers, what, _at in looks] == ["list"]


class TestThresholds:
    FORM = {"quiet_days": "10", "pain_rise": "4", "stiffness_rise": "1"}

    def test_they_are_shown_and_kept(self, her, therapist, context):
        link_id = link(call(her, "Maya"), therapist)
        page = therapist.get(f"/people/{link_id}/thresholds").text
        assert "Maya" in page
        assert re.search(r'name="quiet_days"[^>]*value="6"', page)
        assert [what for _numbers, what, _at in looks] == ["list"]

        answer = therapist.post(f"/people/{link_id}/thresholds", data=self.FORM)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
        with context():
            row = link_row(her, link_id)
            assert (row.quiet_days, row.pain_rise, row.stiffness_rise) == (10, 4, 1)

    def test_they_are_kept_by_htmx_too(self, her, therapist):
        link_id = link(her, therapist)
        answer = therapist.post(f"/people/{link_id}/thresholds", data=self.FORM, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/people")

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"quiet_days": "1"}, "Choose a whole number from 2 to 30."),
            ({"quiet_days": "31"}, "Choose a whole number from 2 to 30."),
            ({"quiet_days": ""}, "Choose a whole number from 2 to 30."),
            ({"pain_rise": "0"}, "Choose a whole number from 1 to 9."),
            ({"pain_rise": "two"}, "Choose a whole number from 1 to 9."),
            ({"stiffness_rise": "2.5"}, "Choose a whole number from 1 to 9."),
            ({"stiffness_rise": "٣"}, "Choose a whole number from 1 to 9."),
        ],
    )
    def test_what_is_out_of_range_is_refused_beside_it(self, her, therapist, context, wrong, words):
        link_id = link(her, therapist)
        answer = therapist.post(f"/people/{link_id}/thresholds", data=self.FORM | wrong)
        assert answer.status_code == 422
        assert answer.text.count(words) == 1
        with context():
            row = link_row(her, link_id)
            assert (row.quiet_days, row.pain_rise, row.stiffness_rise) == (6, 2, 2)

    def test_a_form_that_says_nothing_is_refused(self, her, therapist):
        link_id = link(her, therapist)
        assert therapist.post(f"/people/{link_id}/thresholds").status_code == 422


class TestTheFirstPage:
    def test_a_therapist_is_led_to_their_people(self, therapist, her):
        assert therapist.get("/").headers["Location"] == "/people"
        assert her.get("/").headers["Location"] == "/today"

    def test_a_therapist_has_tabs_of_their_own(self, therapist, her):
        tabs = re.compile(r'<nav class="tabs".*?</nav>', re.DOTALL)
        names = re.compile(r"<span>(\w+)</span>")
        found = [
            names.findall(tabs.findall(each.get("/today").text)[0]) for each in (therapist, her)
        ]
        assert found == [
            ["People", "Routines", "Today", "You"],
            ["Today", "Practise", "Progress", "You"],
        ]

    def test_a_therapists_own_practice_is_still_a_tap_away(self, therapist):
        page = therapist.get("/today").text
        assert 'href="/programmes"' in page
        assert 'href="/progress"' in page


def test_a_look_at_the_list_is_noted_for_real(app, kept_rows):
    her, therapist = Person(app), Person(app, Role.THERAPIST)
    link(her, therapist)
    therapist.get("/people")
    with app.app_context():
        entry = db.session.scalars(db.select(AccessEntry)).one()
        assert (entry.what, entry.times) == ("list", 1)
        assert entry.day == day_ago(0)
        db.session.rollback()
