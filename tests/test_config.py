"""Settings: safe as they come, and refused where they are not."""

from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from pydantic import ValidationError

from fstpwa.config import Settings
from fstpwa.web import own_origins, trusted_hosts


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in ("FSTPWA_DATA_DIR", "FSTPWA_DEMO", "FSTPWA_PUBLIC_URL", "FSTPWA_HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_left_alone_they_listen_on_loopback_without_demo_and_debug():
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    risky = (settings.demo, settings.debug, settings.is_public, settings.trusted_proxies)
    assert not any(risky)
    assert settings.origin == "http://localhost:8000"
    assert settings.sqlalchemy_url.startswith("sqlite:////")


def test_they_are_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FSTPWA_DEMO", "true")
    monkeypatch.setenv("PORT", "9001")
    settings = Settings()
    assert settings.data_dir == tmp_path
    assert settings.demo
    assert settings.origin == "http://localhost:9001"


@pytest.mark.parametrize(
    "unsafe",
    [
        {"host": "0.0.0.0"},
        {"public_url": "http://example.org"},
        {"public_url": "example.org"},
        {"public_url": "https://"},
        {"public_url": "https://example.org/app"},
        {"public_url": "https://example.org/?x=1"},
        {"public_url": "https://me@example.org"},
        {"public_url": "https://example.org", "demo": True},
        {"public_url": "https://example.org", "debug": True},
        {"threads": 0},
        {"trusted_proxies": -1},
        {"mail_host": "mail.example.org"},
        {"mail_host": "mail.example.org", "mail_from": "days"},
        {"mail_host": "mail.example.org", "mail_from": "a@example.org\nBcc: b@example.org"},
        {
            "mail_host": "mail.example.org",
            "mail_from": "days@example.org",
            "mail_tls": "none",
            "mail_password": "in the clear",
        },
        {"mail_tls": "sometimes"},
        {"mail_port": 0},
    ],
)
def test_what_is_unsafe_or_senseless_stops_the_start(unsafe):
    with pytest.raises(ValidationError):
        Settings(**unsafe)


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({}, False),
        ({"public_url": "https://example.org"}, True),
        ({"public_url": "https://example.org", "trusted_proxies": 1}, False),
        ({"public_url": "https://example.org", "host": "0.0.0.0"}, False),
    ],
)
def test_they_know_when_a_proxy_is_in_front_that_nobody_named(given, lacks):
    assert Settings(**given).lacks_trusted_proxy == lacks


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_cannot_be_stops_the_start(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("public_url", "origin", "host"),
    [
        ("https://example.org", "https://example.org", "example.org"),
        ("https://example.org/", "https://example.org", "example.org"),
        ("https://Example.ORG", "https://example.org", "example.org"),
        ("https://example.org:443", "https://example.org", "example.org"),
        ("https://example.org:8443", "https://example.org:8443", "example.org"),
    ],
)
def test_a_public_address_gives_the_origin_as_browsers_write_it(public_url, origin, host):
    settings = Settings(public_url=public_url)
    assert own_origins(settings) == {origin}
    assert trusted_hosts(settings) == [host]


def test_the_secret_comes_from_the_data_folder_unless_it_is_given(tmp_path):
    with pytest.raises(FileNotFoundError, match="fstpwa init"):
        Settings(data_dir=tmp_path).signing_secret()
    Path(tmp_path / "secret_key").write_text("from the file\n")
    assert Settings(data_dir=tmp_path).signing_secret() == "from the file"
    assert Settings(data_dir=tmp_path, secret_key="given").signing_secret() == "given"


def test_the_master_key_is_read_in_either_alphabet_from_the_variable_or_the_folder(tmp_path):
    key = bytes(range(224, 256))
    for text in (b64encode(key), urlsafe_b64encode(key), urlsafe_b64encode(key).rstrip(b"=")):
        assert Settings(master_key=text.decode()).master_key_bytes() == key
    with pytest.raises(FileNotFoundError, match="fstpwa init"):
        Settings(data_dir=tmp_path).master_key_bytes()
    Path(tmp_path / "master_key").write_bytes(urlsafe_b64encode(key) + b"\n")
    assert Settings(data_dir=tmp_path).master_key_bytes() == key


@pytest.mark.parametrize("text", ["short", "A" * 42, "A" * 64, "not base64 at all!" * 3, "é" * 43])
def test_a_master_key_that_is_none_is_refused_without_being_shown(text):
    with pytest.raises(ValidationError, match="32 bytes") as refused:
        Settings(master_key=text)
    assert text not in str(refused.value)


def test_the_secret_does_not_show_when_settings_are_printed():
    assert "given" not in repr(Settings(secret_key="given"))


def test_a_mail_server_on_this_machine_may_be_reached_in_the_clear_and_any_without_a_password():
    sender = {"mail_from": "days@example.org", "mail_tls": "none"}
    assert Settings(mail_host="localhost", mail_password="here", **sender).mail_port == 587
    assert Settings(mail_host="mail.example.org", **sender).mail_tls == "none"


def test_the_mail_password_does_not_show_when_settings_are_printed():
    assert "given" not in repr(Settings(mail_password="given"))
