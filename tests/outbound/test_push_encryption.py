"""Messages sealed for one browser, and keys that no browser has."""

import os
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as some

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.push import LARGEST_PAYLOAD, PushTarget
from fstpwa.outbound.push.encryption import encrypted, validated_keys
from tests.outbound.network_watch import network_watched

# RFC 8291, section 5 and appendix A.
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_PUBLIC = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
BROWSER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Q"
    "ulcy4a-fN"
)


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def private_from(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), ec.SECP256R1())


TARGET = PushTarget("https://push.example.net/a", BROWSER_PUBLIC, AUTH, "k")
POINT = decoded(BROWSER_PUBLIC)


def test_the_example_of_rfc_8291_comes_out_byte_for_byte(monkeypatch):
    sender = private_from(SENDER_PRIVATE)
    monkeypatch.setattr(ec, "generate_private_key", lambda *_given, **_more: sender)
    monkeypatch.setattr(os, "urandom", lambda size: decoded(SALT)[:size])
    assert encrypted(TARGET, PLAINTEXT) == decoded(MESSAGE)


@pytest.mark.parametrize("size", [1, 100, LARGEST_PAYLOAD])
def test_the_browser_and_nobody_else_reads_it_and_it_never_exceeds_4096_bytes(size):
    payload = os.urandom(size)
    body = encrypted(TARGET, payload)
    read = http_ece.decrypt(
        body, private_key=private_from(BROWSER_PRIVATE), auth_secret=decoded(AUTH)
    )
    assert read == payload
    assert len(body) == size + 103 <= 4096
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(body, private_key=private_from(SENDER_PRIVATE), auth_secret=decoded(AUTH))


def test_two_messages_share_neither_key_nor_salt():
    first, second = encrypted(TARGET, PLAINTEXT), encrypted(TARGET, PLAINTEXT)
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]


def test_keys_are_kept_in_one_way_of_writing_them():
    for p256dh in (
        BROWSER_PUBLIC,
        BROWSER_PUBLIC + "=",
        b64encode(POINT).decode(),
        b64encode(POINT).decode().rstrip("="),
    ):
        for auth in (AUTH, AUTH + "==", b64encode(decoded(AUTH)).decode()):
            assert validated_keys(p256dh, auth) == (BROWSER_PUBLIC, AUTH)


def point_of(x: int, y: int) -> str:
    return written(b"\x04" + x.to_bytes(32) + y.to_bytes(32))


P = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""The prime of P-256 (FIPS 186-4, D.1.2.3)."""
X, Y = int.from_bytes(POINT[1:33]), int.from_bytes(POINT[33:])

BAD_POINTS = {
    "nothing": "",
    "padding only": "====",
    "no base64": "!" * 87,
    "a space in it": BROWSER_PUBLIC[:40] + " " + BROWSER_PUBLIC[41:],
    "a line break behind": BROWSER_PUBLIC + "\n",
    "other letters": "é" * 87,
    "one letter short": BROWSER_PUBLIC[:-1],
    "one letter long": BROWSER_PUBLIC + "A",
    "64 bytes": written(POINT[1:]),
    "66 bytes": written(POINT + b"\0"),
    "a megabyte": "A" * 1_000_000,
    "all zero": written(bytes(65)),
    "the point at infinity": written(b"\0"),
    "zero on no curve": point_of(0, 0),
    "off the curve by one": point_of(X, Y ^ 1),
    "beside the field": point_of(P + 1, 1),
    "x as large as can be": point_of(2**256 - 1, Y),
    "compressed": written(bytes([2 + (Y & 1)]) + POINT[1:33]),
    "hybrid": written(bytes([6 + (Y & 1)]) + POINT[1:]),
    "another first byte": written(b"\x05" + POINT[1:]),
    "bits left over": BROWSER_PUBLIC[:-1] + "5",
    "another curve": written(
        ec.generate_private_key(ec.SECP384R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    ),
    "another curve of the same size": written(
        ec.generate_private_key(ec.SECP256K1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    ),
}

BAD_SECRETS = {
    "nothing": "",
    "15 bytes": written(bytes(15)),
    "17 bytes": written(bytes(17)),
    "32 bytes": written(bytes(32)),
    "no base64": "?" * 22,
    "bits left over": AUTH[:-1] + "h",
    "a zero byte": AUTH[:-1] + "\0",
    "a megabyte": "A" * 1_000_000,
}


@pytest.mark.parametrize("p256dh", BAD_POINTS.values(), ids=BAD_POINTS.keys())
def test_a_public_key_that_is_none_gets_a_clear_answer(p256dh):
    with network_watched() as attempts, pytest.raises(InvalidValue, match="off and on again"):
        validated_keys(p256dh, AUTH)
    assert attempts == []


@pytest.mark.parametrize("auth", BAD_SECRETS.values(), ids=BAD_SECRETS.keys())
def test_a_secret_that_is_none_gets_a_clear_answer(auth):
    with network_watched() as attempts, pytest.raises(InvalidValue, match="off and on again"):
        validated_keys(BROWSER_PUBLIC, auth)
    assert attempts == []


@pytest.mark.parametrize("p256dh", BAD_POINTS.values(), ids=BAD_POINTS.keys())
def test_keys_that_went_bad_in_the_database_break_nothing(p256dh):
    with suppress(InvalidValue):  # and no other error
        encrypted(PushTarget("https://push.example.net/a", p256dh, AUTH, "k"), b"x")


@settings(max_examples=200)
@given(some.text(max_size=100) | some.binary(min_size=65, max_size=65).map(written))
def test_no_text_breaks_the_reader_of_keys(p256dh):
    try:
        kept = validated_keys(p256dh, AUTH)
    except InvalidValue:
        return
    assert validated_keys(*kept) == kept
