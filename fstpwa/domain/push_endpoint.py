"""Push endpoints: addresses that people's browsers send us, so hostile until proven otherwise.

Whoever could name any address would have us knock at doors inside our own network. So an address
is taken apart by a parser, each part is looked at, and it is put together again from those parts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from fstpwa.domain.errors import InvalidValue

PUSH_SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)
"""Hosts of the browsers' push services; also any host below them. `jmt17` serves Debian's Chromium."""

HTTPS_PORT = 443
LONGEST = 2048
"""Characters."""

_LETTERS = frozenset(map(chr, range(0x21, 0x7F))) - frozenset('"<>\\^`{|}')
"""Printable ASCII but for what is in no address (RFC 3986); some parsers take \\ for a slash."""
_HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")

NOT_AN_ADDRESS = (
    "Your browser gave an address for reminders that cannot be read. "
    "Please reload this page and try again."
)
TOO_LONG = f"The browser's address for reminders is longer than {LONGEST} characters."
NOT_HTTPS = "The browser's address for reminders does not begin with https://."
HAS_USER = "The browser's address for reminders names a user, which no push service does."
ODD_PORT = "The browser's address for reminders names a port that no push service uses."
UNKNOWN_SERVICE = (
    "Your browser uses a push service that this Good Days does not know. "
    "Please use another browser, or ask the people who run this Good Days to add it."
)
NO_SUBSCRIPTION = "The browser's address for reminders names a push service but no subscription."
DEAD_BROWSER = (
    "This browser offers reminders but cannot receive any (Edge on Android does that). "
    "Please use another browser on this device."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A checked endpoint, in the one way it is written."""

    url: str
    audience: str
    """Scheme, host and, if unusual, port: for whom a token is signed."""
    service: str
    """The entry of the list that let it in, such as notify.windows.com."""


def validated_endpoint(url: str, extra_hosts: Collection[str] = ()) -> str:
    """Return a push endpoint as it is stored and sent to. Raises InvalidValue; see `endpoint_of`."""
    return endpoint_of(url, extra_hosts).url


def endpoint_of(url: str, extra_hosts: Collection[str] = ()) -> Endpoint:
    """Check a push endpoint.

    Args:
        url: what the browser gave.
        extra_hosts: hosts that the operator added, as `host` or `host:port` in small letters; they
            match exactly, those of PUSH_SERVICES also with anything before them.

    Raises:
        InvalidValue: it is not https at port 443 of a known service, is longer than 2,048
            characters, holds anything but printable ASCII, a user, or a fragment, or names no
            subscription. The message is for the person whose browser gave it.
    """
    parts = _taken_apart(url)
    if parts.scheme != "https":
        raise InvalidValue(NOT_HTTPS)
    host, port = _host_and_port(parts)
    if host == "invalid" or host.endswith(".invalid"):
        raise InvalidValue(DEAD_BROWSER)
    service = _service_of(host, port, extra_hosts)
    audience = f"https://{host}" if port == HTTPS_PORT else f"https://{host}:{port}"
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if rest.strip("/") == "":
        raise InvalidValue(NO_SUBSCRIPTION)
    return Endpoint(url=audience + rest, audience=audience, service=service)


def _taken_apart(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise InvalidValue(TOO_LONG)
    # Looked at first, because the parser silently drops line breaks, tabs and leading spaces.
    if not _LETTERS.issuperset(url):
        raise InvalidValue(NOT_AN_ADDRESS)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidValue(NOT_AN_ADDRESS) from None
    steps = parts.path.lower().replace("%2e", ".").split("/")
    # Browsers write neither; both would give one subscription several addresses.
    if "#" in url or "." in steps or ".." in steps:
        raise InvalidValue(NOT_AN_ADDRESS)
    return parts


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    if "@" in parts.netloc:
        raise InvalidValue(HAS_USER)
    host, colon, digits = parts.netloc.lower().partition(":")
    if not all(_is_label(label) for label in host.split(".")):
        # Also where it is in brackets: no push service has a bare IPv6 address.
        raise InvalidValue(UNKNOWN_SERVICE if host else NOT_AN_ADDRESS)
    if not colon:
        return host, HTTPS_PORT
    if not digits.isdigit() or len(digits) > 5 or digits.startswith("0"):
        raise InvalidValue(ODD_PORT)
    return host, int(digits)


def _is_label(label: str) -> bool:
    well_formed = 1 <= len(label) <= 63 and _HOST_LETTERS.issuperset(label)
    return well_formed and not label.startswith("-") and not label.endswith("-")


def _service_of(host: str, port: int, extra_hosts: Collection[str]) -> str:
    written = f"{host}:{port}"
    if written in extra_hosts:
        return written
    if port == HTTPS_PORT and host in extra_hosts:
        return host
    for service in PUSH_SERVICES:
        if host == service or host.endswith(f".{service}"):
            if port != HTTPS_PORT:
                raise InvalidValue(ODD_PORT)
            return service
    raise InvalidValue(UNKNOWN_SERVICE)
