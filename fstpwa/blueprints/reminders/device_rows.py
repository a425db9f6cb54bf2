"""The devices that take reminders as the page shows them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from fstpwa.access import acting_device, acting_user
from fstpwa.blueprints.entering import device_label
from fstpwa.blueprints.reminders.push_keys import CANNOT_SEND, public_keys
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.domain.errors import NotFound
from fstpwa.domain.notification import Kind, Notice, payload_of
from fstpwa.domain.push import NOT_REACHED_AFTER
from fstpwa.models.people import DeviceSession, User
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import devices, push_subscriptions, push_tests

COUNTS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
LOOK_FOR = timedelta(seconds=30)
"""How long a page keeps asking what became of a test."""
NEWS_FOR = timedelta(hours=1)
"""How long the page tells what became of a test."""
REMINDED_OF: tuple[Kind, ...] = ("practice", "check_in")
KINDS = {"iPhone": "phone", "Android": "phone", "iPad": "iPad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A device as the list shows it."""

    device: PushSubscription
    name: str
    """What the person calls it, else its browser."""
    where: str
    """Its browser, where that is not the name already."""
    kind: str
    """What it is, in a word: phone, iPad or computer."""
    is_here: bool
    arrived: str
    """When a reminder last reached it, in words; empty if none did so far."""
    lost: int
    """Reminders that did not reach it since, if they are enough to warn; else 0."""
    test: push_tests.State
    is_watched: bool
    """Whether the page is to ask again what became of the test."""
    test_sent: str
    """When the test was asked for, in words; empty if it never was."""
    test_shown: str

    @property
    def lost_in_words(self) -> str:
        """`lost` as a word where there is one."""
        return COUNTS.get(self.lost, str(self.lost))

    @property
    def warns(self) -> bool:
        """Whether something seems to be wrong with it."""
        return self.lost > 0 or self.device.failing >= NOT_REACHED_AFTER


def devices_context(user: User, now: datetime) -> dict[str, object]:
    """Return what reminders/_devices.html needs: who may subscribe here, and which devices did."""
    keys = public_keys()
    rows = rows_of(user, now=now)
    return {
        "push_keys": keys,
        "cannot_send": CANNOT_SEND,
        "device_rows": rows,
        "own_row": next((row for row in rows if row.is_here), None),
        "this_kind": kind_of(device_label()),
        "text_examples": text_examples(),
    }


def rows_of(user: User, *, now: datetime) -> list[Row]:
    """Return the devices of `user`, this one first. Of a demo person only this one."""
    here = acting_device()
    found = push_subscriptions.subscriptions_of(user)
    if user.is_demo:  # the others are other visitors'
        found = [each for each in found if each.device_session_id == here.id]
    labels = {each.id: each.label for each in devices.devices_of(user, now=now)}
    # Where somebody's session is over nothing is sent any more.
    rows = [
        _row(each, labels[each.device_session_id], user, here, now=now)
        for each in found
        if each.device_session_id in labels
    ]
    return sorted(rows, key=lambda row: not row.is_here)


def own_row(device_id: UUID, *, now: datetime) -> Row:
    """Return a device of the acting person. Raises NotFound if it is not in their list."""
    for row in rows_of(acting_user(), now=now):
        if row.device.public_id == device_id:
            return row
    raise NotFound("There is no such device.")


def kind_of(label: str) -> str:
    """Return what a device is, in a word, from its browser and system."""
    return next((kind for part, kind in KINDS.items() if part in label), "computer")


@cache
def text_examples() -> Mapping[str, list[tuple[str, str]]]:
    """Return title and text of a session's and a check-in's reminder, discreet and detailed."""
    return {
        "discreet": [_example(kind, is_detailed=False) for kind in REMINDED_OF],
        "detailed": [_example(kind, is_detailed=True) for kind in REMINDED_OF],
    }


def _example(kind: Kind, *, is_detailed: bool) -> tuple[str, str]:
    notice = Notice(
        kind=kind,
        tag="example",
        origin="https://example.org",
        opens="/",
        icon="/",
        session_name="Neck and shoulders",
        is_detailed=is_detailed,
    )
    shown = json.loads(payload_of(notice))["notification"]
    return shown["title"], shown["body"]


def _row(
    device: PushSubscription, label: str, user: User, here: DeviceSession, *, now: datetime
) -> Row:
    asked = device.test_asked_at
    is_news = asked is not None and now - asked < NEWS_FOR
    state = push_tests.state_of(device, now=now) if is_news else "none"
    return Row(
        device=device,
        name=device.name or label or _("Browser"),
        where=label if device.name else "",
        kind=kind_of(label),
        is_here=device.device_session_id == here.id,
        arrived=_in_words(device.last_receipt_at, user, now),
        lost=device.unreceived if device.unreceived >= NOT_REACHED_AFTER else 0,
        test=state,
        is_watched=state in ("waiting", "sent") and asked is not None and now - asked < LOOK_FOR,
        test_sent=_in_words(asked, user, now),
        test_shown=_in_words(device.test_shown_at, user, now),
    )


def _in_words(at: datetime | None, user: User, now: datetime) -> str:
    """Return a moment as "today at 08:01", in the zone of `user`; empty for none."""
    if at is None:
        return ""
    day, today = (local_day(each, user.time_zone) for each in (at, now))
    return f"{day_in_words(day, today)} at {at.astimezone(ZoneInfo(user.time_zone)):%H:%M}"
