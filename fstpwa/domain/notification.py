"""What a reminder, or news, says on a phone: a declarative push message.

Safari from 18.4 shows it without running any code of ours; every other browser hands the same JSON
to the service worker, which shows it (https://www.w3.org/TR/push-api/#declarative-push-message).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.news import Thing, detailed_words
from fstpwa.domain.push import LARGEST_PAYLOAD
from fstpwa.domain.short_text import shortened

Kind = Literal["practice", "check_in", "test", "news"]
"""What is reminded of; `test` is "Send me one now", `news` came from the other side."""

Answer = Literal["good_day", "not_today", "start", "later", "skip", "flare"]

ANSWERS: Mapping[Kind, Sequence[Answer]] = {
    "practice": ("start", "later", "skip", "flare"),
    "check_in": ("good_day", "not_today", "flare"),
    "test": (),
    "news": (),
}
"""The buttons, the most wanted first: many browsers show two, iOS none."""

Translate = Callable[[str], str]
"""Gives a text in the person's language. Named `_` below, so that the catalogue finds its texts."""


def answer_titles(_: Translate = str, *, is_detailed: bool = False) -> Mapping[Answer, str]:
    """Return the words on the buttons; only detailed ones tell others beside the phone of a flare."""
    return {
        "good_day": _("Good day"),
        "not_today": _("Not today"),
        "start": _("Start"),
        "later": _("Later"),
        "skip": _("Skip today"),
        "flare": _("Flare day") if is_detailed else _("Lighter day"),
    }


DECLARATIVE = 8030
"""Says that the message is a declarative one: the number of the RFC on Web Push."""

PRODUCT = "Good Days"
LONGEST_NAME = 60
"""Letters of a session's name; a phone shows about 40 in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One reminder, ready to be written for one device. Paths begin with / and hold no name."""

    kind: Kind
    tag: str
    """The occurrence's id: a second message about it takes the place of the first."""
    origin: str
    """The address of this Good Days, such as https://example.org, without a slash behind it."""
    opens: str
    """Path of the screen that a tap opens."""
    icon: str
    """Path of the picture beside it."""
    answers: Mapping[Answer, str] = field(default_factory=dict)
    """Path of the page of each answer, for a browser that opens it. None: no button."""
    session_name: str = ""
    """What is to be practised; only a detailed text tells it."""
    is_detailed: bool = False
    """Whether the person wants it to say more on this device, where others may read it."""
    things: Sequence[Thing] = ()
    """What is new; only for news."""
    badge: int | None = 0
    """What the app's icon counts; None leaves it as it is."""
    for_worker: Mapping[str, str] = field(default_factory=dict)
    """What else our service worker needs: where to report, and with which token."""
    language: str = "en"


def payload_of(notice: Notice, translate: Translate = str) -> bytes:
    """Return the message that shows `notice`: JSON in UTF-8, at most 3,993 bytes.

    All addresses in it are absolute: a declarative message has no page to be relative to.

    Args:
        notice: what it is about.
        translate: gives its texts in the language of `notice`; British English without it.

    Raises:
        InvalidValue: it does not fit, because paths or tokens are far too long, or an address in
            it would not be absolute.
    """
    title, body = _text_of(notice, translate)
    titles = answer_titles(translate, is_detailed=notice.is_detailed)
    badge = {} if notice.badge is None else {"app_badge": notice.badge}
    notification = {
        "title": title,
        "body": body,
        "navigate": _absolute(notice, notice.opens),
        "tag": notice.tag,
        "lang": notice.language,
        "icon": _absolute(notice, notice.icon),
        "actions": [
            {
                "action": answer,
                "title": titles[answer],
                "navigate": _absolute(notice, notice.answers[answer]),
            }
            for answer in ANSWERS[notice.kind]
            if answer in notice.answers
        ],
        "data": {"kind": notice.kind, **notice.for_worker},
        # Here as the first Safari reads it, and beside the notification as the standard has it.
        **badge,
    }
    message = {
        "web_push": DECLARATIVE,
        # Where the browser shows it without us, our worker is told all the same: it sends the receipt.
        "mutable": True,
        "notification": notification,
        **badge,
    }
    written = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(written) > LARGEST_PAYLOAD:
        raise InvalidValue(f"A notification has at most {LARGEST_PAYLOAD} bytes.")
    return written


def _text_of(notice: Notice, _: Translate) -> tuple[str, str]:
    """Return title and body. What is discreet tells nobody beside the phone anything of health."""
    if notice.kind == "test":
        return PRODUCT, _("This is a test. Reminders reach this device.")
    if notice.kind == "news":
        if notice.is_detailed:
            return detailed_words(notice.things, _)
        return PRODUCT, _("Something new for you")
    if notice.kind == "check_in":
        if notice.is_detailed:
            return _("How is today?"), _("Tap to say whether it is a good day.")
        return PRODUCT, _("Time for your check-in")
    if not notice.is_detailed:
        return PRODUCT, _("Time for your session")
    name = shortened(notice.session_name, LONGEST_NAME) or PRODUCT
    return _("Time for your session"), name


def _absolute(notice: Notice, path: str) -> str:
    # "//host" is a path by its first letter and another host by its second.
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise InvalidValue("A notification leads to a path of this Good Days.")
    return notice.origin + path
