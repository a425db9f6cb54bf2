"""Keys that say who sends, made once and on purpose, and what is signed with them."""

import json
import stat
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from py_vapid import Vapid02
from py_vapid.jwt import decode

from fstpwa import cli
from fstpwa.config import Settings
from fstpwa.outbound.push.vapid import (
    MOST_HEADERS,
    TOKEN_LIFE_S,
    Signer,
    load_keys,
    make_key,
)

NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
MOZILLA = "https://updates.push.services.mozilla.com"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "push_keys"
    make_key(folder, now=NOW)
    return folder


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def signer(folder, clock):
    return Signer(keys=load_keys(folder), subject="mailto:days@example.org", clock=clock)


def parts_of(header: str) -> dict[str, str]:
    assert header.startswith("vapid ")
    return dict(each.split("=", 1) for each in header.removeprefix("vapid ").split(","))


def test_a_key_is_its_owners_alone_and_is_kept(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()

    assert make_key(folder, now=NOW + timedelta(days=1)) is False
    assert [found.read_bytes() for found in folder.iterdir()] == [before]


def test_reading_keys_never_makes_one(tmp_path):
    for folder in (tmp_path, tmp_path / "not there"):
        with pytest.raises(FileNotFoundError, match="fstpwa init"):
            load_keys(folder)
    assert list(tmp_path.iterdir()) == []


def test_the_public_key_is_a_point_that_browsers_take(folder):
    point = urlsafe_b64decode(load_keys(folder).current.public + "=")
    assert len(point) == 65
    assert point[0] == 4
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def test_rotation_makes_a_new_current_key_and_keeps_the_old_one(folder):
    old = load_keys(folder).current
    assert make_key(folder, now=NOW + timedelta(days=400), rotate=True) is True
    keys = load_keys(folder)
    assert keys.current.id != old.id
    assert set(keys.by_id) == {old.id, keys.current.id}
    assert keys.by_id[old.id].public == old.public


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=-30)])
def test_the_newest_key_is_current_also_where_the_clock_stood_still_or_went_back(folder, later):
    known = {load_keys(folder).current.id}
    for _ in range(3):
        make_key(folder, now=NOW + later, rotate=True)
        current = load_keys(folder).current.id
        assert current not in known
        known.add(current)
    assert set(load_keys(folder).by_id) == known


def other_pem(kind: str) -> bytes:
    private = (
        ec.generate_private_key(ec.SECP384R1())
        if kind == "another curve"
        else rsa.generate_private_key(65537, 2048)
    )
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize("kind", ["empty", "cut", "another curve", "another kind", "renamed"])
def test_a_file_that_is_not_the_key_it_should_be_stops_the_start_with_its_name(folder, kind):
    [file] = folder.iterdir()
    if kind == "renamed":
        file = file.rename(folder / "20260701T080000.AAAAAAAAAAAAAAAA.pem")
    elif kind in ("empty", "cut"):
        file.write_bytes(file.read_bytes()[: 0 if kind == "empty" else 100])
    else:
        file.write_bytes(other_pem(kind))
    with pytest.raises(OSError, match=file.name):
        load_keys(folder)


def test_py_vapid_verifies_the_example_of_rfc_8292_and_our_header(signer):
    example = (
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQ"
        "iLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFO"
        "epC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA,k=BA1Hxzyi1RUM1b5wjx"
        "sn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
    )
    ours = signer.header(signer.keys.current.id, MOZILLA)
    assert Vapid02.verify(example) is True
    assert Vapid02.verify(ours) is True
    assert Vapid02.verify(f"{ours[:40]}{'A' if ours[40] != 'A' else 'B'}{ours[41:]}") is False
    # The same head as the example's, letter for letter.
    assert parts_of(ours)["t"].split(".")[0] == parts_of(example)["t"].split(".")[0]


def test_a_token_says_for_whom_until_when_and_whom_to_write_to(signer, clock):
    parts = parts_of(signer.header(signer.keys.current.id, MOZILLA))
    assert decode(parts["t"], parts["k"]) == {
        "aud": MOZILLA,
        "exp": int(clock.now) + TOKEN_LIFE_S,
        "sub": "mailto:days@example.org",
    }
    assert parts["k"] == signer.keys.current.public


def test_where_nobody_can_be_written_to_the_token_names_nobody(folder, clock):
    signer = Signer(keys=load_keys(folder), subject="", clock=clock)
    token = parts_of(signer.header(signer.keys.current.id, MOZILLA))["t"].split(".")[1]
    assert set(json.loads(urlsafe_b64decode(token + "=="))) == {"aud", "exp"}


def test_a_header_is_signed_once_and_again_at_half_of_its_life(signer, clock):
    key = signer.keys.current.id
    first = signer.header(key, MOZILLA)
    clock.now += TOKEN_LIFE_S / 2 - 1
    assert signer.header(key, MOZILLA) is first
    clock.now += 1
    second = signer.header(key, MOZILLA)
    assert second != first
    assert signer.header(key, MOZILLA) is second


def test_a_clock_that_was_put_back_leaves_no_token_of_the_future(signer, clock):
    key = signer.keys.current.id
    first = signer.header(key, MOZILLA)
    clock.now -= 1
    assert signer.header(key, MOZILLA) != first


def test_each_service_and_each_key_has_its_own_header(folder, clock):
    old = load_keys(folder).current.id
    make_key(folder, now=NOW, rotate=True)
    signer = Signer(keys=load_keys(folder), subject="", clock=clock)
    new = signer.keys.current.id
    headers = {
        signer.header(key, audience)
        for key in (old, new)
        for audience in (MOZILLA, "https://web.push.apple.com")
    }
    assert len(headers) == 4
    assert all(Vapid02.verify(header) for header in headers)


def test_an_unknown_key_is_no_key_and_none_is_made(signer, folder):
    with pytest.raises(KeyError):
        signer.header("unknown", MOZILLA)
    assert len(list(folder.iterdir())) == 1


def test_hosts_without_number_do_not_fill_the_memory(signer):
    for number in range(MOST_HEADERS + 50):
        signer.header(signer.keys.current.id, f"https://wns{number}.notify.windows.com")
    assert len(signer._kept) == MOST_HEADERS


def test_init_makes_the_push_key_keeps_it_and_makes_another_when_it_is_told_to(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path / "data"))
    assert cli.main(["init"]) == 0
    folder = Settings().push_keys_dir
    first = load_keys(folder).current
    assert "Made the push key in" in capsys.readouterr().out

    assert cli.main(["init"]) == 0
    assert "Kept the push key in" in capsys.readouterr().out
    assert load_keys(folder).current.id == first.id

    assert cli.main(["init", "--new-push-key"]) == 0
    assert "Made the push key in" in capsys.readouterr().out
    assert load_keys(folder).current.id != first.id
    assert first.id in load_keys(folder).by_id


@pytest.mark.parametrize(
    "contact",
    [
        "days@example.org",
        "mailto:days@localhost",
        "mailto:days",
        "mailto:@example.org",
        "mailto:a@b@example.org",
        "mailto:days@example.org?subject=x",
        "mailto:days@127.0.0.1",
        "mailto:days@mail.local",
        "mailto:days@example.invalid",
        "mailto:days @example.org",
        "mailto://days@example.org",
        "http://example.org",
        "https://localhost",
        "https://localhost:8000",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://user@example.org",
        "https://nas.lan",
        "tel:123",
    ],
)
def test_a_contact_that_push_services_refuse_stops_the_start(contact):
    with pytest.raises(ValueError, match="real domain"):
        Settings(push_contact=contact)


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({"push_contact": "mailto:days@example.org"}, "mailto:days@example.org"),
        ({"push_contact": "https://example.org/contact"}, "https://example.org/contact"),
        ({"public_url": "https://days.example.org"}, "https://days.example.org"),
        ({"public_url": "https://nas.lan"}, ""),
        (
            {"public_url": "https://nas.lan", "mail_from": "days@example.org"},
            "mailto:days@example.org",
        ),
        (
            {"public_url": "https://a.example.org", "push_contact": "https://b.example.org"},
            "https://b.example.org",
        ),
        ({"mail_from": "good-days@localhost"}, ""),
        ({}, ""),
    ],
)
def test_without_a_contact_the_public_address_is_one_where_it_is_real(given, subject):
    assert Settings(**given).push_subject == subject


@pytest.mark.parametrize("hosts", ["https://push.example.org", "a/b", "a:0", "a:65536", "a b", "*"])
def test_added_hosts_that_are_none_stop_the_start(hosts):
    with pytest.raises(ValueError, match=r"push\.example\.org"):
        Settings(push_extra_hosts=hosts)


def test_added_hosts_are_read_with_commas_and_spaces():
    settings = Settings(push_extra_hosts=" Push.Example.org:443, localhost:8443 ,")
    assert settings.push_hosts == {"push.example.org", "localhost:8443"}
    assert Settings().push_hosts == frozenset()
