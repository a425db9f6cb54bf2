"""Reminders and news as messages: which words and buttons they have, and where those lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from flask_babel import force_locale, get_domain

from fstpwa.domain.news import is_given
from fstpwa.domain.notification import Answer, Kind, Notice, payload_of
from fstpwa.domain.push import PushMessage, topic_of
from fstpwa.models.people import User
from fstpwa.models.reminders import PushSubscription, ReminderKind
from fstpwa.services import push_subscriptions, reminder_tokens
from fstpwa.services.care_checks import NewsReady
from fstpwa.services.care_news import News
from fstpwa.services.reminder_checks import Ready
from fstpwa.services.reminder_tokens import ReminderToken

ANSWER_PATH = "/reminders/answer/"
"""The tap page is here, with the token behind it."""
TODAY_PATH = "/today"
REMINDERS_PATH = "/reminders"
MESSAGES_PATH = "/messages"
PEOPLE_PATH = "/people"

TEST_TTL_S = 300
"""Whoever asked for a test message waits for it now."""


@dataclass(slots=True)
class Composer:
    """Writes messages for one address of Good Days; works inside an app context."""

    origin: str
    """As https://example.org, without a slash behind it."""
    icon: str
    """Path of the picture beside the text."""
    _translations: dict[str, Callable[[str], str]] = field(default_factory=dict, repr=False)

    def __call__(self, ready: Ready | NewsReady) -> PushMessage:
        """Return the message of a reminder, or of news. No query.

        Raises:
            InvalidValue: it would be larger than any service takes.
        """
        return self._news(ready) if isinstance(ready, NewsReady) else self._reminder(ready)

    def _reminder(self, ready: Ready) -> PushMessage:
        token = ReminderToken(
            occurrence_id=ready.occurrence_id,
            subscription_id=ready.subscription_id,
            snoozes=ready.snoozes,
        )
        page = ANSWER_PATH + reminder_tokens.written(token, now=ready.checked_at)
        notice = Notice(
            kind=cast("Kind", ready.kind),
            tag=str(ready.occurrence_id),
            origin=self.origin,
            opens=page,
            icon=self.icon,
            answers=_answers(ready, page),
            session_name=ready.session_name,
            is_detailed=not ready.discreet,
            badge=ready.waiting,
            for_worker=_for_worker(page),
            language=ready.language.replace("_", "-"),
        )
        return PushMessage(
            target=ready.target,
            payload=payload_of(notice, self._translation(ready.language)),
            ttl_s=ready.ttl_s,
            topic=topic_of(ready.occurrence_id),
            urgency="high",
        )

    def _news(self, ready: NewsReady) -> PushMessage:
        token = ReminderToken(occurrence_id=ready.notice_id, subscription_id=ready.subscription_id)
        shown = f"{ANSWER_PATH}{reminder_tokens.written(token, now=ready.checked_at)}/shown"
        notice = Notice(
            kind="news",
            tag=str(ready.notice_id),
            origin=self.origin,
            opens=opens(ready.news),
            icon=self.icon,
            things=ready.news.things,
            is_detailed=not ready.discreet,
            badge=None,
            for_worker={"shown": shown},
            language=ready.language.replace("_", "-"),
        )
        return PushMessage(
            target=ready.target,
            payload=payload_of(notice, self._translation(ready.language)),
            ttl_s=ready.ttl_s,
            topic=topic_of(ready.notice_id),
            urgency="high",
        )

    def test_message(
        self, subscription: PushSubscription, user: User, *, now: datetime
    ) -> PushMessage:
        """Return the message of "Send me one now". It lives for five minutes.

        Raises:
            Unreadable: where it is to go to cannot be read any more.
        """
        token = ReminderToken(occurrence_id=None, subscription_id=subscription.id)
        page = ANSWER_PATH + reminder_tokens.written(token, now=now)
        tag = f"test-{subscription.public_id}"
        notice = Notice(
            kind="test",
            tag=tag,
            origin=self.origin,
            opens=REMINDERS_PATH,
            icon=self.icon,
            for_worker=_for_worker(page),
            language=user.language.replace("_", "-"),
        )
        return PushMessage(
            target=push_subscriptions.target_of(user, subscription),
            payload=payload_of(notice, self._translation(user.language)),
            ttl_s=TEST_TTL_S,
            topic=topic_of(tag),
            urgency="high",
        )

    def _translation(self, language: str) -> Callable[[str], str]:
        """Return what gives a text in `language`; looked up once for each."""
        found = self._translations.get(language)
        if found is None:
            with force_locale(language):
                found = self._translations[language] = get_domain().get_translations().ugettext
        return found


def _answers(ready: Ready, page: str) -> Mapping[Answer, str]:
    """Return where each button leads in a browser that opens it; elsewhere the worker answers."""
    if ready.kind == ReminderKind.CHECK_IN:
        return {
            "good_day": f"{page}?answer=good_day",
            "not_today": f"{page}?answer=not_today",
            "flare": f"{page}?answer=flare",
        }
    return {
        "start": session_path(ready.session_id),
        "later": f"{page}?answer=later",
        "skip": f"{page}?answer=skip",
        "flare": f"{page}?answer=flare",
    }


def session_path(session_id: UUID | None) -> str:
    """Return the path of a session's page; of Today if none waits."""
    return f"/sessions/{session_id}" if session_id else TODAY_PATH


def opens(news: News) -> str:
    """Return the path of the page on which somebody finds what is new."""
    [link, *others] = news.links
    if not news.is_for_client:
        return PEOPLE_PATH if others else f"{PEOPLE_PATH}/{link}"
    if any(is_given(each) for each in news.things):
        return TODAY_PATH
    return MESSAGES_PATH if others else f"{MESSAGES_PATH}/{link}"


def _for_worker(page: str) -> Mapping[str, str]:
    return {"answer": page, "shown": f"{page}/shown"}
