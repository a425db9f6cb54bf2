"""Messages to a real push service on this machine, which misbehaves in every way we could think of."""

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from threading import Thread

import pytest
from aiohttp import StreamReader

from fstpwa.domain.push import (
    LARGEST_PAYLOAD,
    PushMessage,
    PushTarget,
    SendOutcome,
    topic_of,
)
from fstpwa.outbound.push import sender as sender_module
from fstpwa.outbound.push.breaker import FIRST_PAUSE_S, OPENS_AT
from fstpwa.outbound.push.sender import Sender, SenderSettings
from fstpwa.outbound.push.vapid import Signer, load_keys, make_key
from tests.domain.push_probes import PROBES
from tests.outbound.network_watch import network_watched
from tests.outbound.own_loop import run
from tests.outbound.test_push_resolver import Names
from tests.push_service import Browser, PushService

DEADLINE_S = 0.4
SOON_S = 6.0
"""Far less than any misbehaviour lasts, far more than a loaded machine needs."""
RETRY = SendOutcome("retry", None, None)


@pytest.fixture
def service(tmp_path) -> Iterator[PushService]:
    with PushService(tmp_path) as service:
        yield service


@pytest.fixture
def signer(tmp_path) -> Signer:
    make_key(tmp_path / "push_keys", now=datetime(2026, 7, 1, tzinfo=UTC))
    keys = load_keys(tmp_path / "push_keys")
    return Signer(keys=keys, subject="mailto:days@example.org", clock=time.time)


@pytest.fixture
def settings(service, signer) -> SenderSettings:
    return SenderSettings(
        signer=signer, extra_hosts=frozenset({service.host}), trust=service.trust()
    )


@pytest.fixture
def phone(service, signer) -> Browser:
    return service.subscribe(signer.keys.current.public, signer.keys.current.id)


@pytest.fixture
def impatient(service, signer) -> SenderSettings:
    return SenderSettings(
        signer=signer,
        extra_hosts=frozenset({service.host}),
        trust=service.trust(),
        deadline_s=DEADLINE_S,
    )


def message_to(target: PushTarget, payload: bytes = b"Good morning", **more) -> PushMessage:
    values = {"ttl_s": 600, "topic": topic_of(1), "urgency": "high"}
    return PushMessage(target=target, payload=payload, **{**values, **more})


def send(settings: SenderSettings, messages: Sequence[PushMessage]) -> list[SendOutcome]:
    """Send and return what came of each, in the order of the messages."""
    found: dict[int, SendOutcome] = {}

    async def all_of_them() -> None:
        async with Sender(settings) as sender:
            await sender.send_all(messages, found.__setitem__)
        # What was left at its deadline still says goodbye.
        async with asyncio.timeout(SOON_S):
            transports = asyncio.get_running_loop()._transports
            while any(each._sock is not None for each in transports.values()):
                await asyncio.sleep(0.005)

    run(all_of_them())
    assert sorted(found) == list(range(len(messages)))
    return [found[place] for place in range(len(messages))]


class InternalMachine:
    """Something inside our network that nobody may knock at. Notes whoever does."""

    def __enter__(self):
        self.visitors = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()
        return self

    def _listen(self) -> None:
        while True:
            try:
                self._listening.accept()[0].close()
            except OSError:
                return
            self.visitors += 1

    def __exit__(self, *_error: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def test_a_message_arrives_and_only_its_phone_can_read_it(service, settings, phone):
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("sent", 201, None)]
    assert phone.shown == [b"Good morning"]


def test_a_request_says_what_rfc_8030_wants_and_nothing_about_us(service, settings, phone):
    send(settings, [message_to(phone.target, ttl_s=7200)])
    [post] = service.posts
    authorization = post.headers.pop("Authorization")
    assert authorization.startswith("vapid t=")
    assert post.headers == {
        "Host": service.host,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": "7200",
        "Urgency": "high",
        "Topic": topic_of(1),
        "Content-Length": str(len(post.body)),
    }


def test_the_largest_message_arrives_and_one_without_a_topic(service, settings, phone):
    largest = b"x" * LARGEST_PAYLOAD
    messages = [message_to(phone.target, largest), message_to(phone.target, topic="")]
    assert {each.verdict for each in send(settings, messages)} == {"sent"}
    assert sorted(phone.shown, key=len) == [b"Good morning", largest]


def test_an_address_is_used_letter_for_letter(service, settings, phone):
    odd = "/w/?token=BQYAAAC%2bx%2FA%3d&a=b%20c"
    service.browsers[odd] = phone
    target = PushTarget(service.origin + odd, phone.target.p256dh, phone.target.auth, phone.key_id)
    assert send(settings, [message_to(target)])[0].verdict == "sent"
    assert service.posts[0].path == odd


def test_many_messages_share_connections_and_each_is_told_once(service, settings, signer):
    browsers = [
        service.subscribe(signer.keys.current.public, signer.keys.current.id) for _ in range(300)
    ]
    few = SenderSettings(
        signer=signer, extra_hosts=settings.extra_hosts, trust=settings.trust, at_once=10
    )
    outcomes = send(few, [message_to(each.target, b"%d" % n) for n, each in enumerate(browsers)])
    assert {each.verdict for each in outcomes} == {"sent"}
    assert [each.shown for each in browsers] == [[b"%d" % n] for n in range(300)]
    assert len(service.connections) <= 10


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (201, "sent"),
        (202, "sent"),
        (404, "gone"),
        (410, "gone"),
        (406, "retry"),
        (408, "retry"),
        (425, "retry"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
        (400, "refused"),
        (401, "refused"),
        (403, "refused"),
        (413, "refused"),
        (301, "refused"),
        (302, "refused"),
        (307, "refused"),
        (308, "refused"),
    ],
)
def test_each_answer_has_its_verdict(service, settings, phone, status, verdict):
    service.answer = service.status(status)
    assert send(settings, [message_to(phone.target)]) == [SendOutcome(verdict, status, None)]
    assert len(service.posts) == 1


def test_a_service_says_how_long_to_wait(service, settings, phone):
    service.answer = service.status(429, retry_after="77")
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("retry", 429, 77)]


def test_an_ended_subscription_is_gone(service, settings, phone):
    phone.unsubscribed = True
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("gone", 410, None)]


def test_a_message_signed_with_another_key_is_refused_and_shown_to_nobody(
    service, settings, signer, phone
):
    phone.server_key = "another"
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("refused", 403, None)]
    assert phone.shown == []


def test_each_browser_gets_messages_signed_with_the_key_it_subscribed_with(
    service, tmp_path, phone
):
    make_key(tmp_path / "push_keys", now=datetime(2026, 8, 1, tzinfo=UTC), rotate=True)
    signer = Signer(keys=load_keys(tmp_path / "push_keys"), subject="", clock=time.time)
    fresh = service.subscribe(signer.keys.current.public, signer.keys.current.id)
    assert fresh.key_id != phone.key_id
    settings = SenderSettings(
        signer=signer, extra_hosts=frozenset({service.host}), trust=service.trust()
    )
    outcomes = send(settings, [message_to(phone.target), message_to(fresh.target)])
    assert [each.verdict for each in outcomes] == ["sent", "sent"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_into_our_network(service, settings, phone, status):
    with InternalMachine() as internal:
        location = f"https://127.0.0.1:{internal.port}/latest/meta-data"
        service.answer = service.status(status, location=location)
        outcomes = send(settings, [message_to(phone.target)])
        assert internal.visitors == 0
    assert outcomes == [SendOutcome("refused", status, None)]


def test_a_push_service_whose_name_leads_into_our_network_is_not_reached(settings, signer):
    keys = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    target = PushTarget(
        "https://web.push.apple.com/a", keys, "BTBZMqHH6r4Tts7J_aSIgg", signer.keys.current.id
    )
    for address in ("127.0.0.1", "169.254.169.254", "::1", "10.0.0.1"):
        inside = SenderSettings(signer=signer, lookup=Names(address))
        with network_watched() as attempts:
            assert send(inside, [message_to(target)]) == [RETRY]
        assert attempts == []


def test_no_address_but_a_push_services_leads_to_any_request(settings, phone):
    target = phone.target
    messages = [
        message_to(PushTarget(url, target.p256dh, target.auth, target.key_id)) for url, _ in PROBES
    ]
    with network_watched() as attempts:
        outcomes = send(settings, messages)
    assert set(outcomes) == {SendOutcome("refused", None, None)}
    assert attempts == []


def test_the_watch_sees_what_goes_out(settings, phone):
    with network_watched() as attempts:
        send(settings, [message_to(phone.target)])
    assert {what for what, _ in attempts} == {"getaddrinfo", "connect"}


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_asked(service, settings, phone, monkeypatch, variable):
    with InternalMachine() as internal:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{internal.port}")
        assert send(settings, [message_to(phone.target)])[0].verdict == "sent"
        assert internal.visitors == 0


def test_a_certificate_that_nobody_vouches_for_is_not_believed(service, signer, phone):
    stranger = SenderSettings(signer=signer, extra_hosts=frozenset({service.host}))
    assert send(stranger, [message_to(phone.target)]) == [RETRY]
    assert service.posts == []


@pytest.mark.parametrize("misbehaviour", ["hang", "drip_head"])
def test_a_service_that_does_not_come_to_an_end_is_left_at_the_deadline(
    service, impatient, phone, misbehaviour
):
    service.answer = getattr(service, misbehaviour)
    began = time.monotonic()
    assert send(impatient, [message_to(phone.target)]) == [RETRY]
    assert DEADLINE_S <= time.monotonic() - began < SOON_S


def test_a_machine_that_takes_connections_and_says_nothing_is_left_at_the_deadline(
    service, signer, phone
):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"localhost:{silent.getsockname()[1]}"
        settings = SenderSettings(
            signer=signer, extra_hosts=frozenset({host}), deadline_s=DEADLINE_S
        )
        target = PushTarget(
            f"https://{host}/a", phone.target.p256dh, phone.target.auth, phone.key_id
        )
        began = time.monotonic()
        assert send(settings, [message_to(target)]) == [RETRY]
        assert time.monotonic() - began < SOON_S


def test_a_name_that_nobody_answers_for_is_left_at_the_deadline(signer, phone):
    class Silence(Names):
        async def resolve(self, *_given, **_more):
            await asyncio.sleep(60)

    settings = SenderSettings(signer=signer, lookup=Silence(), deadline_s=DEADLINE_S)
    target = PushTarget(
        "https://web.push.apple.com/a", phone.target.p256dh, phone.target.auth, phone.key_id
    )
    began = time.monotonic()
    assert send(settings, [message_to(target)]) == [RETRY]
    assert time.monotonic() - began < SOON_S


def test_a_message_that_was_taken_is_sent_however_slowly_the_rest_of_the_answer_comes(
    service, settings, phone, monkeypatch
):
    monkeypatch.setattr(sender_module, "READ_TIME_S", 0.2)
    service.answer = service.drip_body
    began = time.monotonic()
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("sent", 201, None)]
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("says_length", [True, False], ids=["says its length", "does not"])
def test_of_a_huge_answer_two_kilobytes_are_read(
    service, settings, phone, says_length, monkeypatch
):
    read = []
    real = StreamReader.read

    async def counted(stream: StreamReader, size: int = -1) -> bytes:
        found = await real(stream, size)
        read.append(len(found))
        return found

    monkeypatch.setattr(StreamReader, "read", counted)
    service.answer = service.huge_body(says_length=says_length)
    began = time.monotonic()
    assert send(settings, [message_to(phone.target)]) == [SendOutcome("sent", 201, None)]
    assert time.monotonic() - began < SOON_S
    assert sum(read) <= 2048
    # What left it filled the buffers of both systems; a gigabyte was on offer.
    assert service.written < 32 << 20


def test_headers_without_an_end_are_not_read_to_their_end(service, settings, phone):
    service.answer = service.huge_head
    began = time.monotonic()
    assert send(settings, [message_to(phone.target)]) == [RETRY]
    assert time.monotonic() - began < SOON_S
    assert service.written < 64 << 20


def test_a_broken_connection_is_tried_again_later_and_not_at_once(service, settings, phone):
    service.answer = service.reset
    assert send(settings, [message_to(phone.target)]) == [RETRY]
    assert len(service.posts) == 1


def test_a_service_that_is_away_is_tried_again_later(service, settings, phone):
    service.stop()
    assert send(settings, [message_to(phone.target)]) == [RETRY]


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_in_trouble_is_left_alone_after_ten_and_the_rest_waits(
    service, settings, signer, status
):
    browsers = [
        service.subscribe(signer.keys.current.public, signer.keys.current.id) for _ in range(200)
    ]
    service.answer = service.status(status)
    lone = SenderSettings(
        signer=signer, extra_hosts=settings.extra_hosts, trust=settings.trust, at_once=1
    )
    outcomes = send(lone, [message_to(each.target) for each in browsers])
    assert len(service.posts) == OPENS_AT
    assert outcomes[:OPENS_AT] == [SendOutcome("retry", status, None)] * OPENS_AT
    assert {each.verdict for each in outcomes} == {"retry"}
    assert {each.status for each in outcomes[OPENS_AT:]} == {None}
    assert all(0 < each.retry_after_s <= FIRST_PAUSE_S for each in outcomes[OPENS_AT:])


def test_a_hundred_at_once_into_a_service_that_hangs_take_one_deadline_not_a_hundred(
    service, impatient, signer
):
    browsers = [
        service.subscribe(signer.keys.current.public, signer.keys.current.id) for _ in range(250)
    ]
    service.answer = service.hang
    began = time.monotonic()
    outcomes = send(impatient, [message_to(each.target) for each in browsers])
    assert time.monotonic() - began < SOON_S
    assert {each.verdict for each in outcomes} == {"retry"}
    # A hundred at first, and one more for each time-out until the tenth.
    assert len(service.posts) < 100 + OPENS_AT


@pytest.mark.parametrize("status", [404, 410, 400, 403])
def test_what_is_gone_or_refused_never_opens_the_breaker(service, settings, signer, status):
    browsers = [
        service.subscribe(signer.keys.current.public, signer.keys.current.id) for _ in range(40)
    ]
    service.answer = service.status(status)
    outcomes = send(settings, [message_to(each.target) for each in browsers])
    assert {each.status for each in outcomes} == {status}
    assert len(service.posts) == 40


def test_one_service_in_trouble_holds_nobody_elses_messages(service, settings, signer, tmp_path):
    with PushService(tmp_path, beside=service) as other:
        service.answer = service.status(503)
        key = signer.keys.current
        troubled = [service.subscribe(key.public, key.id) for _ in range(30)]
        well = [other.subscribe(key.public, key.id) for _ in range(30)]
        both = SenderSettings(
            signer=signer,
            extra_hosts=frozenset({service.host, other.host}),
            trust=service.trust(),
        )
        mixed = [each for pair in zip(troubled, well, strict=True) for each in pair]
        outcomes = send(both, [message_to(each.target) for each in mixed])
    assert {each.verdict for each in outcomes[::2]} == {"retry"}
    assert {each.verdict for each in outcomes[1::2]} == {"sent"}


def test_a_service_that_is_back_gets_messages_again(service, settings, phone):
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()

    async def through_an_outage() -> list[SendOutcome]:
        async with Sender(settings) as sender:
            sender.breaker.clock = clock
            service.answer = service.status(503)
            for _ in range(OPENS_AT):
                await sender.send_one(message_to(phone.target))
            service.answer = None
            early = await sender.send_one(message_to(phone.target))
            clock.now += FIRST_PAUSE_S
            return [early, *[await sender.send_one(message_to(phone.target)) for _ in range(3)]]

    early, *later = run(through_an_outage())
    assert early == SendOutcome("retry", None, 30)
    assert later == [SendOutcome("sent", 201, None)] * 3


def test_one_message_that_cannot_be_made_leaves_the_others_alone(service, settings, phone):
    target = phone.target
    off_the_curve = PushTarget(target.endpoint, "B" + "A" * 86, target.auth, target.key_id)
    unknown_key = PushTarget(target.endpoint, target.p256dh, target.auth, "unknown")
    outcomes = send(
        settings, [message_to(each) for each in (off_the_curve, target, unknown_key, target)]
    )
    assert [each.verdict for each in outcomes] == ["refused", "sent", "refused", "sent"]
    assert len(service.posts) == 2


def test_a_mistake_of_ours_in_one_message_is_no_end_of_the_others(
    service, settings, phone, monkeypatch
):
    real = sender_module.encrypted

    def mistaken(target, payload):
        if payload == b"odd":
            raise ZeroDivisionError
        return real(target, payload)

    monkeypatch.setattr(sender_module, "encrypted", mistaken)
    outcomes = send(settings, [message_to(phone.target, text) for text in (b"odd", b"even")])
    assert [each.verdict for each in outcomes] == ["retry", "sent"]


def test_nothing_personal_reaches_the_log(service, settings, phone, caplog):
    service.answer = service.status(503)
    send(settings, [message_to(phone.target) for _ in range(30)])
    target = phone.target
    send(settings, [message_to(PushTarget("https://x/secret", target.p256dh, target.auth, "k"))])
    assert caplog.records
    written = " ".join(f"{record.msg} {vars(record).get('good_days')}" for record in caplog.records)
    for private in (target.endpoint, "secret", target.auth, target.p256dh, "Good morning"):
        assert private not in written
