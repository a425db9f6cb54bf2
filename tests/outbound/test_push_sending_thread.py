"""The sender as the worker has it: a call that yields what came of each message."""

import threading
import time
from datetime import UTC, datetime

import pytest

from fstpwa.config import Settings
from fstpwa.domain.push import PushMessage, PushSender, SendOutcome
from fstpwa.outbound.push.sender import SenderSettings
from fstpwa.outbound.push.sending_thread import MOST_UNREAD, SendingThread, sender_settings_of
from fstpwa.outbound.push.vapid import load_keys, make_key
from tests.outbound.test_push_sender import InternalMachine
from tests.push_service import PushService


@pytest.fixture
def service(tmp_path):
    with PushService(tmp_path) as service:
        yield service


@pytest.fixture
def settings(service, tmp_path, monkeypatch) -> SenderSettings:
    """The sender's settings, as they come from the environment."""
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FSTPWA_PUSH_EXTRA_HOSTS", service.host)
    monkeypatch.setenv("FSTPWA_PUSH_CONTACT", "mailto:days@example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(service.files[0]))
    product = Settings()
    make_key(product.push_keys_dir, now=datetime.now(UTC))
    return sender_settings_of(product)


@pytest.fixture
def phones(service, settings):
    key = settings.signer.keys.current
    return [service.subscribe(key.public, key.id) for _ in range(200)]


def to_each(phones) -> list[PushMessage]:
    return [PushMessage(each.target, b"Good morning", 600, "a") for each in phones]


def sent_by(sender: PushSender, messages) -> dict[int, SendOutcome]:
    return dict(sender.send(messages))


def test_it_is_made_from_the_products_settings_and_sends(service, settings, phones):
    with SendingThread(settings) as sender:
        outcomes = sent_by(sender, to_each(phones))
    assert sorted(outcomes) == list(range(200))
    assert set(outcomes.values()) == {SendOutcome("sent", 201, None)}
    assert all(each.shown == [b"Good morning"] for each in phones)


def test_connections_stay_open_between_two_calls(service, settings, phones):
    with SendingThread(settings) as sender:
        for _ in range(5):
            sent_by(sender, to_each(phones[:3]))
            time.sleep(0.02)
    assert len(service.posts) == 15
    assert len(service.connections) <= 3


def test_each_is_told_as_soon_as_it_ends_while_others_still_hang(service, settings, phones):
    async def only_the_first(request):
        if request.path_qs in phones[0].endpoint:
            return await service.status(201)(request)
        return await service.hang(request)

    service.answer = only_the_first
    began = time.monotonic()
    with SendingThread(settings) as sender:
        told = sender.send(to_each(phones[:5]))
        assert next(told) == (0, SendOutcome("sent", 201, None))
    # And what hangs is broken off where the sender ends.
    assert {outcome.verdict for _place, outcome in told} <= {"retry"}
    assert time.monotonic() - began < 3


def test_who_stops_looking_stops_the_sending(service, settings, phones):
    few = SenderSettings(
        signer=settings.signer, extra_hosts=settings.extra_hosts, trust=service.trust(), at_once=1
    )
    with SendingThread(few) as sender:
        told = sender.send(to_each(phones))
        next(told)
        told.close()
        # The next call works, on the same thread.
        assert len(sent_by(sender, to_each(phones[:2]))) == 2
    assert len(service.posts) < 100


def test_who_looks_away_keeps_further_ones_from_being_begun(service, settings, phones):
    with SendingThread(settings) as sender:
        outcomes = sender.send(to_each(phones))
        next(outcomes)
        seen = -1
        while seen != (seen := len(service.posts)):
            time.sleep(0.3)
        assert MOST_UNREAD <= seen < len(phones) / 2
        assert len(list(outcomes)) == len(phones) - 1
    assert len(service.posts) == len(phones)


def test_nothing_to_send_is_nothing_told(settings):
    with SendingThread(settings) as sender:
        assert sent_by(sender, []) == {}


def test_nothing_is_left_running_afterwards(settings, phones):
    before = threading.active_count()
    for _ in range(3):
        with SendingThread(settings) as sender:
            sent_by(sender, to_each(phones[:2]))
    assert threading.active_count() == before


def test_without_keys_the_answer_is_to_init_and_no_key_appears(tmp_path):
    with pytest.raises(FileNotFoundError, match="fstpwa init"):
        sender_settings_of(Settings(data_dir=tmp_path / "empty"))
    assert not (tmp_path / "empty").exists()


def test_refused_messages_raise_one_alarm_with_their_number(service, settings, phones, caplog):
    service.answer = service.status(403)
    with SendingThread(settings) as sender:
        sent_by(sender, to_each(phones[:7]))
    alarms = [
        vars(record)["good_days"] for record in caplog.records if record.msg == "push_refused"
    ]
    assert alarms == [{"status": 403, "count": 7}]


def test_a_redirect_into_our_network_is_not_followed_by_the_whole_sender_either(
    service, settings, phones
):
    with InternalMachine() as internal, SendingThread(settings) as sender:
        service.answer = service.status(307, location=f"http://127.0.0.1:{internal.port}/")
        assert sent_by(sender, to_each(phones[:1])) == {0: SendOutcome("refused", 307, None)}
        assert internal.visitors == 0


def test_old_keys_are_known_after_a_rotation(tmp_path):
    product = Settings(data_dir=tmp_path)
    make_key(product.push_keys_dir, now=datetime.now(UTC))
    old = load_keys(product.push_keys_dir).current.id
    make_key(product.push_keys_dir, now=datetime.now(UTC), rotate=True)
    known = sender_settings_of(product).signer.keys
    assert known.current.id != old
    assert old in known.by_id
