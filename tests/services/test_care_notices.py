"""What comes from the other side: one notification, at a good time, and only while it holds."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.care import CareNotice, CareNoticeItem, Side
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import (
    care_checks,
    care_links,
    care_looks,
    care_notices,
    deliveries,
    messages,
    push_subscriptions,
    reminder_retention,
)
from fstpwa.services.care_links import Scopes
from fstpwa.services.deliveries import NEWS_GOOD_FOR
from tests import news
from tests.news import ORIGIN, new_pair, new_therapist, notice_states, shown, teller, words
from tests.reminding import (
    DAY,
    EIGHT,
    GONE,
    MINUTE,
    RETRY,
    remind,
    subscribe,
)

TOLD_AT = EIGHT + 5 * MINUTE
DISCREET = ("Good Days", "Something new for you")


class TestTogether:
    def test_several_comments_within_five_minutes_are_one_message(self, pair, service):
        for seconds in (0, 100, 299):
            pair.writes(at=EIGHT + timedelta(seconds=seconds))
        teller(service, TOLD_AT - timedelta(seconds=1)).run()
        assert words(service) == []
        teller(service, TOLD_AT).run()
        teller(service, TOLD_AT + MINUTE).run()
        assert words(service) == [("3 new messages from Ines", "Tap to read them.")]
        assert notice_states() == ["sent"]

    def test_what_comes_after_that_is_another_message(self, pair, service):
        pair.writes()
        teller(service, TOLD_AT).run()
        pair.writes(at=TOLD_AT + timedelta(seconds=1))
        teller(service, TOLD_AT + 5 * MINUTE).run()
        assert len(words(service)) == 1
        teller(service, TOLD_AT + 6 * MINUTE).run()
        assert words(service) == [("Ines wrote to you", "Tap to read it.")] * 2
        assert len({each["tag"] for each in shown(service)}) == 2

    def test_something_given_and_a_message_are_one(self, pair, service):
        pair.assigns()
        pair.writes()
        teller(service, TOLD_AT).run()
        assert words(service) == [("New from Ines", "Shoulder morning, a message")]

    def test_two_therapists_are_one_message_for_the_client(self, pair, service):
        other = care_links.begin(pair.client, new_therapist("Paul"), Scopes(), now=EIGHT)
        pair.writes()
        news.Pair(pair.client, other.therapist, other).writes()
        teller(service, TOLD_AT).run()
        assert words(service) == [("2 new messages", "Ines, Paul")]
        assert shown(service)[0]["navigate"] == f"{ORIGIN}/messages"

    def test_nobody_has_two_notices_that_wait(self, pair):
        pair.writes()
        with pytest.raises(IntegrityError):
            db.session.execute(
                CareNotice.__table__.insert().values(
                    id=pair.client.public_id,
                    user_id=pair.client.id,
                    state="waiting",
                    look_at=EIGHT,
                    created_at=EIGHT,
                )
            )


class TestWhatItSays:
    def test_on_a_device_that_is_discreet_it_names_nobody(self, pair, service):
        subscribe(pair.client, "tablet")
        pair.writes()
        teller(service, TOLD_AT).run()
        found = dict(zip([name for name, _ in service.got], words(service), strict=True))
        assert found == {
            "tablet": DISCREET,
            "phone": ("Ines wrote to you", "Tap to read it."),
        }

    @pytest.mark.parametrize(
        ("is_routine", "title"),
        [(True, "Ines gave you a new routine"), (False, "Ines gave you a new programme")],
    )
    def test_what_was_given_opens_today(self, pair, service, is_routine, title):
        pair.assigns(is_routine=is_routine)
        teller(service, TOLD_AT).run()
        assert words(service) == [(title, "Shoulder morning")]
        assert shown(service)[0]["navigate"] == f"{ORIGIN}/today"

    def test_a_message_opens_its_conversation(self, pair, service):
        pair.writes()
        teller(service, TOLD_AT).run()
        assert shown(service)[0]["navigate"] == f"{ORIGIN}/messages/{pair.link.public_id}"

    def test_a_question_opens_the_client_s_page(self, pair, service):
        subscribe(pair.therapist, "laptop").discreet = False
        pair.asks()
        teller(service, TOLD_AT).run()
        assert service.names() == ["laptop"]
        assert words(service) == [("Maya asked you something", "Tap to read it.")]
        assert shown(service)[0]["navigate"] == f"{ORIGIN}/people/{pair.link.public_id}"

    def test_questions_of_several_clients_open_the_list(self, pair, service):
        subscribe(pair.therapist, "laptop").discreet = False
        pair.asks()
        new_pair("Tomás", pair.therapist).asks()
        teller(service, TOLD_AT).run()
        assert words(service) == [("2 new messages", "Maya, Tomás")]
        assert shown(service)[0]["navigate"] == f"{ORIGIN}/people"

    def test_it_leaves_what_the_icon_counts_as_it_is(self, pair, service):
        pair.writes()
        teller(service, TOLD_AT).run()
        assert "app_badge" not in shown(service)[0]

    def test_a_second_try_takes_the_place_of_the_first(self, pair, service):
        pair.writes()
        service.answers = {"phone": RETRY}
        teller(service, TOLD_AT).run()
        service.answers = {}
        teller(service, TOLD_AT + MINUTE).run()
        (_, first), (_, second) = service.got
        assert first.topic == second.topic


def ends_it(pair):
    care_links.end(pair.link, Side.CLIENT, now=TOLD_AT)


def therapist_ends_it(pair):
    care_links.end(pair.link, Side.THERAPIST, now=TOLD_AT)


class TestOnlyWhatStillHolds:
    """Something happens between telling and sending; then between taking it up and sending."""

    @pytest.fixture(params=["before it is looked at", "after it was handed over"])
    def meanwhile(self, request, pair, service):
        def act(change) -> None:
            at_work = teller(service, TOLD_AT)
            if request.param == "after it was handed over":
                assert at_work.claim_news() == 1
            change()
            db.session.commit()
            at_work.run()

        return act

    @pytest.mark.parametrize("ended", [ends_it, therapist_ends_it])
    @pytest.mark.parametrize("what", ["writes", "assigns"])
    def test_where_consent_has_ended_nothing_is_sent(self, pair, service, meanwhile, what, ended):
        getattr(pair, what)()
        meanwhile(lambda: ended(pair))
        assert (words(service), notice_states()) == ([], ["void"])
        assert {each.state for each in news.deliveries()} <= {"expired"}

    def test_a_link_that_began_anew_does_not_bring_it_back(self, pair, service, meanwhile):
        pair.writes()
        ends_it(pair)
        db.session.commit()
        meanwhile(lambda: care_links.begin(pair.client, pair.therapist, Scopes(), now=TOLD_AT))
        assert (words(service), notice_states()) == ([], ["void"])

    def test_a_routine_is_not_told_where_routines_are_not_shared_any_more(
        self, pair, service, meanwhile
    ):
        pair.assigns()
        pair.writes()
        meanwhile(lambda: care_links.change(pair.link, Scopes(shares_records=True), now=TOLD_AT))
        assert words(service) == [("Ines wrote to you", "Tap to read it.")]

    def test_what_was_read_meanwhile_is_not_told(self, pair, service, meanwhile):
        message = pair.writes()
        meanwhile(lambda: setattr(message, "read_at", TOLD_AT))
        assert (words(service), notice_states()) == ([], ["void"])

    def test_of_three_messages_the_unread_two_are_told(self, pair, service, meanwhile):
        message, _, _ = pair.writes(), pair.writes(), pair.writes()
        meanwhile(lambda: setattr(message, "read_at", TOLD_AT))
        assert words(service) == [("2 new messages from Ines", "Tap to read them.")]

    @pytest.mark.parametrize(
        "change",
        [{"state": "withdrawn"}, {"state": "ended"}, {"seen_at": TOLD_AT}],
        ids=["withdrawn", "ended", "seen"],
    )
    def test_what_was_seen_or_taken_back_is_not_told(self, pair, service, meanwhile, change):
        assignment = pair.assigns()
        [(name, value)] = change.items()
        meanwhile(lambda: setattr(assignment, name, value))
        assert (words(service), notice_states()) == ([], ["void"])

    def test_who_does_not_want_to_be_told_is_not(self, pair, service, meanwhile):
        pair.writes()
        meanwhile(lambda: care_notices.switch(pair.client, on=False))
        assert (words(service), notice_states()) == ([], ["void"])

    def test_a_message_that_is_gone_is_not_told(self, pair, service, meanwhile):
        message = pair.writes()
        meanwhile(lambda: db.session.delete(message))
        assert (words(service), notice_states()) == ([], ["void"])

    def test_a_device_that_was_signed_out_gets_nothing(self, pair, service, meanwhile):
        pair.writes()
        meanwhile(lambda: db.session.delete(pair.client.devices[0]))
        assert words(service) == []

    def test_a_device_that_was_removed_gets_nothing(self, pair, service, meanwhile):
        pair.writes()
        phone = db.session.scalars(select(PushSubscription)).one()
        meanwhile(lambda: push_subscriptions.remove(phone, now=TOLD_AT))
        assert words(service) == []

    def test_who_was_told_on_one_device_and_read_it_is_not_told_on_the_other(self, pair, service):
        subscribe(pair.client, "tablet")
        message = pair.writes()
        service.answers = {"tablet": RETRY}
        teller(service, TOLD_AT).run()
        message.read_at = TOLD_AT
        db.session.commit()
        service.answers = {}
        teller(service, TOLD_AT + MINUTE).run()
        assert service.names() == ["phone", "tablet"]
        assert [each.state for each in news.deliveries()] == ["sent", "expired"]
        assert notice_states() == ["sent"]


class TestSending:
    def test_a_service_in_trouble_is_asked_again(self, pair, service):
        service.answers = {"phone": RETRY}
        pair.writes()
        teller(service, TOLD_AT).run()
        assert [each.state for each in news.deliveries()] == ["todo"]
        service.answers = {}
        teller(service, TOLD_AT + MINUTE).run()
        assert [each.state for each in news.deliveries()] == ["sent"]

    def test_after_a_day_it_is_given_up(self, pair, service):
        service.answers = {"phone": RETRY}
        pair.writes()
        teller(service, TOLD_AT).run()
        teller(service, TOLD_AT + NEWS_GOOD_FOR).run()
        assert [each.state for each in news.deliveries()] == ["expired"]

    def test_a_subscription_that_is_gone_is_deleted(self, pair, service):
        service.answers = {"phone": GONE}
        pair.writes()
        teller(service, TOLD_AT).run()
        assert db.session.scalars(select(PushSubscription)).all() == []

    def test_without_a_device_it_is_written_down_as_such(self, pair, service):
        db.session.delete(pair.client.devices[0])
        pair.writes()
        teller(service, TOLD_AT).run()
        assert (words(service), notice_states()) == ([], ["unreached"])

    def test_it_counts_as_sent_to_the_device(self, pair, service):
        pair.writes()
        teller(service, TOLD_AT).run()
        phone = db.session.scalars(select(PushSubscription)).one()
        assert (phone.unreceived, phone.last_sent_at) == (1, TOLD_AT)

    def test_reminders_and_news_are_sent_in_one_round(self, pair, service):
        remind(pair.client, at_min=8 * 60 + 5)
        pair.writes()
        teller(service, TOLD_AT).run()
        assert sorted(title for title, _ in words(service)) == [
            "How is today?",
            "Ines wrote to you",
        ]

    def test_however_many_people_are_told_the_queries_are_as_many(self, pair, service, queries):
        def count() -> int:
            with queries() as found:
                assert care_looks.look(now=TOLD_AT) > 0
                leases = deliveries.lease(now=TOLD_AT)
                assert len(care_checks.check(leases, now=TOLD_AT)) == len(leases)
            db.session.rollback()
            return len(found)

        pair.writes()
        few = count()
        for number in range(5):
            other = new_pair(f"client {number}", pair.therapist)
            subscribe(other.client, f"phone {number}")
            other.writes()
            other.assigns()
        assert count() == few

    def test_old_notices_are_forgotten_with_their_messages(self, pair, service):
        pair.writes()
        teller(service, TOLD_AT).run()
        for notice in news.notices():  # its number says when it was made: now
            assert reminder_retention.sweep_news(now=TOLD_AT + 90 * DAY, at_most=10) == 0
            later = max(TOLD_AT, notice.settled_at) + 4000 * DAY
            pair.writes(at=later)
            assert reminder_retention.sweep_news(now=later, at_most=10) == 1
        assert (notice_states(), news.deliveries()) == (["waiting"], [])
        assert db.session.scalar(select(func.count()).select_from(CareNoticeItem)) == 1


class TestWhoTells:
    """The services that write and assign."""

    def test_three_messages_are_one_notification(self, pair, service):
        for seconds in (0, 60, 120):
            at = EIGHT + timedelta(seconds=seconds)
            messages.send(pair.link, Side.THERAPIST, "Well done.", message_id=uuid7(), now=at)
        db.session.commit()
        teller(service, TOLD_AT).run()
        assert words(service) == [("3 new messages from Ines", "Tap to read them.")]

    def test_a_message_that_is_sent_twice_is_told_once(self, pair, service):
        sent = uuid7()
        for _ in range(2):
            messages.send(pair.link, Side.THERAPIST, "Well done.", message_id=sent, now=EIGHT)
        db.session.commit()
        teller(service, TOLD_AT).run()
        assert words(service) == [("Ines wrote to you", "Tap to read it.")]

    def test_what_the_client_read_on_its_page_is_not_told(self, pair, service):
        messages.send(pair.link, Side.THERAPIST, "Well done.", message_id=uuid7(), now=EIGHT)
        messages.mark_read(pair.link, Side.CLIENT, now=EIGHT + MINUTE)
        db.session.commit()
        teller(service, TOLD_AT).run()
        assert (words(service), notice_states()) == ([], ["void"])

    def test_a_question_reaches_the_therapist(self, pair, service):
        subscribe(pair.therapist, "laptop").discreet = False
        messages.send(
            pair.link,
            Side.CLIENT,
            "Is this right?",
            message_id=uuid7(),
            is_question=True,
            now=EIGHT,
        )
        db.session.commit()
        teller(service, TOLD_AT).run()
        assert words(service) == [("Maya asked you something", "Tap to read it.")]
