"""Whether what a browser says of its subscription is what is stored, and what it should do if not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fstpwa.domain.push import PushTarget
from fstpwa.models.people import DeviceSession
from fstpwa.models.reminders import PushSubscription
from fstpwa.services import push_subscriptions
from fstpwa.services.push_subscriptions import REMOVED

Advice = Literal["kept", "subscribe", "nothing"]
"""`kept`: messages reach it. `subscribe`: it should subscribe anew, with the current key.
`nothing`: this person wants none there, or it cannot have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserState:
    """What a browser says at a start of the app, or when its push service changed something."""

    is_allowed: bool
    """Whether it may show notifications."""
    target: PushTarget | None
    """Its subscription, checked by the caller; None if it is not allowed, or there is none.
    The key's id is empty if the key is none of ours."""
    has_subscription: bool
    """Also where it is not allowed to show anything, which some browsers say for a moment."""
    is_wanted: bool
    """Whether the person who is signed in turned reminders on in it."""
    old_endpoint: str = ""
    """The address before, where the browser knows it."""


def reconcile(
    device: DeviceSession, state: BrowserState, *, current_key_id: str, now: datetime
) -> Advice:
    """Store what changed at the browser of `device`, and return what it should do; flushed.

    Raises:
        Conflict: as in push_subscriptions.keep.
    """
    known = _known(device, state)
    if not state.is_allowed:
        if known is not None and known.key_id != REMOVED and not state.has_subscription:
            push_subscriptions.forget(known)
        return "nothing"
    if known is not None and known.key_id == REMOVED:
        return "nothing"
    if not state.is_wanted and known is None:
        return "nothing"
    target = state.target
    if target is None or target.key_id != current_key_id:
        return "subscribe"
    if not push_subscriptions.is_kept(device, target):
        push_subscriptions.keep(device, target, replaces=state.old_endpoint, now=now)
    return "kept"


def _known(device: DeviceSession, state: BrowserState) -> PushSubscription | None:
    """Return what is stored for this browser: here, at its address, or at the one before."""
    endpoints = [state.target.endpoint if state.target else "", state.old_endpoint]
    for endpoint in filter(None, endpoints):
        found = push_subscriptions.of_address(device.user, endpoint)
        if found is not None:
            return found
    return push_subscriptions.of_device(device)
