"""What browsers and people send about the devices that take reminders."""

from flask_wtf import FlaskForm
from wtforms import StringField

from fstpwa.blueprints.reminders.push_keys import PublicKeys
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import PushTarget
from fstpwa.domain.push_endpoint import endpoint_of
from fstpwa.domain.typed_text import one_line
from fstpwa.outbound.push.encryption import validated_keys
from fstpwa.services.push_repair import BrowserState
from fstpwa.services.push_subscriptions import LONGEST_NAME
from fstpwa.web import settings

STALE_KEY = (
    "This page is older than the server's key for reminders. Please reload it and try again."
)
TEXTS = {"discreet": True, "detailed": False}
CHOOSE_A_TEXT = "Choose the discreet text or the detailed one."


class AddressForm(FlaskForm):
    """A browser's address and keys, each as the browser wrote it."""

    endpoint = StringField()
    p256dh = StringField()
    auth = StringField()

    def target(self, key_id: str) -> PushTarget:
        """Return address and keys as they are kept.

        Raises:
            InvalidValue: nothing can or may be sent there; the message is for the person.
        """
        endpoint = endpoint_of(self.endpoint.data or "", settings().push_hosts)
        p256dh, auth = validated_keys(self.p256dh.data or "", self.auth.data or "")
        return PushTarget(endpoint.url, p256dh, auth, key_id)


class SubscribeForm(AddressForm):
    """A browser that subscribed."""

    key_id = StringField()
    device_name = StringField(name="name", filters=[one_line])
    by_hand = StringField()
    """1 where somebody pressed the button; what repairs itself does so without a word."""

    def checked(self, keys: PublicKeys) -> PushTarget:
        """Return what to keep. Raises InvalidValue as `target`, and for a key that is not ours."""
        key_id = self.key_id.data or ""
        if key_id not in keys.by_id:
            raise InvalidValue(STALE_KEY)
        return self.target(key_id)


class StateForm(AddressForm):
    """What a browser says of itself at a start, or its worker when something changed."""

    permission = StringField()
    key = StringField()
    wanted = StringField()
    old_endpoint = StringField()

    def state(self, keys: PublicKeys) -> BrowserState:
        """Return it. Raises InvalidValue as `target`, if there is an address."""
        is_allowed = self.permission.data == "granted"
        has_subscription = bool(self.endpoint.data)
        is_of_use = is_allowed and has_subscription
        return BrowserState(
            is_allowed=is_allowed,
            has_subscription=has_subscription,
            target=self.target(keys.id_of(self.key.data or "")) if is_of_use else None,
            is_wanted=self.wanted.data == "1",
            old_endpoint=self.old_endpoint.data or "",
        )


class NameForm(FlaskForm):
    """What to call a device."""

    device_name = StringField(name="name", filters=[one_line])

    @property
    def chosen(self) -> str:
        """The name, cut to what is kept."""
        return (self.device_name.data or "")[:LONGEST_NAME].strip()


class TextForm(FlaskForm):
    """Whether messages to a device say anything of health."""

    text = StringField()

    @property
    def is_discreet(self) -> bool:
        """What was chosen. Raises InvalidValue for anything else."""
        if self.text.data not in TEXTS:
            raise InvalidValue(CHOOSE_A_TEXT)
        return TEXTS[self.text.data]
