"""Passkeys: whose, where, once; and what a hostile browser may send."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode, Passkey
from fstpwa.models.people import User
from fstpwa.services import passkeys
from fstpwa.services.challenges import TOO_LATE
from fstpwa.services.passkeys import NOT_KNOWN, NOT_UNDERSTOOD, NOT_VERIFIED, RelyingParty
from tests.passkey_device import PasskeyDevice

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "http://localhost:8000"
PARTY = RelyingParty(id="localhost", origins=(ORIGIN,))
HERE, ELSEWHERE = "h" * 43, "e" * 43


@pytest.fixture
def user(her, context):
    with context():
        yield her.user()


@pytest.fixture
def device() -> PasskeyDevice:
    return PasskeyDevice(ORIGIN)


def added(user: User, device: PasskeyDevice, label: str = "Phone") -> Passkey:
    answer = device.make(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    return passkeys.finish_making(user, answer, label, HERE, PARTY, now=NOW)


def shown(device: PasskeyDevice, *, user: User | None = None, now: datetime = NOW):
    answer = device.show(passkeys.begin_use(HERE, PARTY, user=user, now=now))
    return passkeys.finish_use(answer, HERE, PARTY, user=user, now=now)


def test_a_passkey_that_was_made_signs_in_without_a_name(user, device):
    passkey = added(user, device)
    found = shown(device, now=NOW + timedelta(days=1))
    assert (found.user.id, found.is_verified) == (user.id, True)
    assert passkey.last_used_at == NOW + timedelta(days=1)
    assert passkey.sign_count == 1


def test_the_server_keeps_only_the_public_half_and_hashes(user, device):
    options = json.loads(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    row = db.session.scalars(db.select(OneTimeCode)).one()
    stored = [row.code_hash, row.asker_hash, row.email.encode()]
    assert not any(options["challenge"].encode() in each for each in stored)
    assert not any(HERE.encode() in each for each in stored)


def test_what_is_asked_of_the_browser(user, therapist, device):
    options = json.loads(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    assert options["rp"] == {"id": "localhost", "name": "Good Days"}
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["attestation"] == "none"
    assert options["timeout"] == 300_000
    added(user, device)
    again = json.loads(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    assert len(again["excludeCredentials"]) == 1

    strict = json.loads(passkeys.begin_making(therapist.user(), HERE, PARTY, now=NOW))
    assert strict["authenticatorSelection"]["userVerification"] == "required"


def test_no_personal_data_stands_in_what_identifies_the_person(user):
    user.email = "ana@example.org"
    options = json.loads(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    assert "ana" not in options["user"]["id"]
    assert options["user"]["name"] == "ana@example.org"


def test_a_sign_in_does_not_tell_which_passkeys_there_are(user, device):
    added(user, device)
    assert not json.loads(passkeys.begin_use(HERE, PARTY, now=NOW)).get("allowCredentials")
    own = json.loads(passkeys.begin_use(HERE, PARTY, user=user, now=NOW))
    assert len(own["allowCredentials"]) == 1


def test_an_answer_works_once(user, device):
    added(user, device)
    answer = device.show(passkeys.begin_use(HERE, PARTY, now=NOW))
    passkeys.finish_use(answer, HERE, PARTY, now=NOW)
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_use(answer, HERE, PARTY, now=NOW)


def test_a_passkey_is_made_once_from_one_answer(user, device):
    answer = device.make(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    passkeys.finish_making(user, answer, "Phone", HERE, PARTY, now=NOW)
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_making(user, answer, "Phone", HERE, PARTY, now=NOW)


def test_another_browser_cannot_answer(user, device):
    added(user, device)
    answer = device.show(passkeys.begin_use(HERE, PARTY, now=NOW))
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_use(answer, ELSEWHERE, PARTY, now=NOW)
    making = device.make(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_making(user, making, "Phone", ELSEWHERE, PARTY, now=NOW)


@pytest.mark.parametrize(("after", "is_taken"), [(299, True), (300, False), (301, False)])
def test_an_answer_is_taken_for_five_minutes(user, device, after, is_taken):
    added(user, device)
    answer = device.show(passkeys.begin_use(HERE, PARTY, now=NOW))
    late = NOW + timedelta(seconds=after)
    if is_taken:
        assert passkeys.finish_use(answer, HERE, PARTY, now=late)
    else:
        with pytest.raises(InvalidValue, match=TOO_LATE):
            passkeys.finish_use(answer, HERE, PARTY, now=late)


def test_a_challenge_for_signing_in_makes_no_passkey_and_the_other_way_round(user, device):
    added(user, device)
    use = json.loads(passkeys.begin_use(HERE, PARTY, user=user, now=NOW))
    options = json.loads(passkeys.begin_making(user, HERE, PARTY, now=NOW))
    made = PasskeyDevice(ORIGIN).make(json.dumps({**options, "challenge": use["challenge"]}))
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_making(user, made, "x", HERE, PARTY, now=NOW)
    crossed = device.show(json.dumps({"challenge": options["challenge"]}))
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_use(crossed, HERE, PARTY, user=user, now=NOW)


def test_a_challenge_for_confirming_signs_nobody_in(user, device):
    added(user, device)
    answer = device.show(passkeys.begin_use(HERE, PARTY, user=user, now=NOW))
    with pytest.raises(InvalidValue, match=TOO_LATE):
        passkeys.finish_use(answer, HERE, PARTY, now=NOW)


@pytest.mark.parametrize(
    "origin",
    [
        "https://localhost:8000",
        "http://localhost:8001",
        "http://127.0.0.1:8000",
        "http://localhost:8000.example.org",
        "https://example.org",
        "null",
        "",
    ],
)
def test_a_page_of_another_origin_gets_nowhere(user, device, origin):
    added(user, device)
    answer = device.show(passkeys.begin_use(HERE, PARTY, now=NOW), origin=origin)
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        passkeys.finish_use(answer, HERE, PARTY, now=NOW)


def test_a_passkey_of_another_host_gets_nowhere(user, device):
    added(user, device)
    device.host = "example.org"
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        shown(device)


def test_an_unknown_passkey_gets_a_kind_sentence(user, device):
    device.user_handle = user.public_id.bytes
    with pytest.raises(InvalidValue, match="removed from the account"):
        shown(device)


def test_a_removed_passkey_is_unknown(user, device):
    user.email = "ana@example.org"
    passkeys.remove(user, added(user, device).public_id)
    with pytest.raises(InvalidValue, match=NOT_KNOWN):
        shown(device)


def test_another_key_under_a_known_name_gets_nowhere(user, device):
    added(user, device)
    forged = PasskeyDevice(ORIGIN, credential_id=device.credential_id)
    forged.user_handle = user.public_id.bytes
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        shown(forged)


def test_somebody_elses_passkey_confirms_nothing(user, him, device):
    added(him.user(), device)
    with pytest.raises(InvalidValue, match=NOT_KNOWN):
        shown(device, user=user)


def test_a_passkey_that_names_somebody_else_gets_nowhere(user, device):
    added(user, device)
    device.user_handle = uuid4().bytes
    with pytest.raises(InvalidValue, match=NOT_KNOWN):
        shown(device)


@pytest.mark.parametrize("count", [0, 4, 5])
def test_a_count_that_does_not_rise_is_a_copy_and_refused(user, device, count):
    passkey = added(user, device)
    passkey.sign_count = 5
    device.count = count - 1
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        shown(device)
    assert passkey.sign_count == 5


def test_passkeys_that_never_count_work_again_and_again(user):
    device = PasskeyDevice(ORIGIN, counts=False)
    added(user, device)
    assert shown(device).passkey.sign_count == shown(device).passkey.sign_count == 0


def test_a_therapists_passkey_asks_for_a_finger_a_face_or_a_pin(therapist, context):
    with context():
        user, careless = therapist.user(), PasskeyDevice(ORIGIN, verifies=False)
        answer = careless.make(passkeys.begin_making(user, HERE, PARTY, now=NOW))
        with pytest.raises(InvalidValue, match=NOT_VERIFIED):
            passkeys.finish_making(user, answer, "x", HERE, PARTY, now=NOW)
        device = PasskeyDevice(ORIGIN)
        added(user, device)
        device.verifies = False
        with pytest.raises(InvalidValue, match=NOT_VERIFIED):
            shown(device)


def test_a_client_may_use_one_that_does_not_ask_and_it_is_one_proof_only(user):
    device = PasskeyDevice(ORIGIN, verifies=False)
    added(user, device)
    assert not shown(device).is_verified


def test_the_same_passkey_is_not_kept_twice(user, him, device):
    added(user, device)
    with pytest.raises(Conflict):
        added(user, device)
    with pytest.raises(Conflict):
        added(him.user(), device)
    assert db.session.scalar(db.select(db.func.count()).select_from(Passkey)) == 1


def test_there_is_an_end_to_how_many(user):
    for _ in range(passkeys.MOST_PASSKEYS):
        added(user, PasskeyDevice(ORIGIN))
    with pytest.raises(Conflict, match="20 passkeys"):
        passkeys.begin_making(user, HERE, PARTY, now=NOW)


def test_the_last_way_in_stays(user):
    first, second = (added(user, PasskeyDevice(ORIGIN)) for _ in range(2))
    passkeys.remove(user, first.public_id)
    with pytest.raises(Conflict, match="only way back"):
        passkeys.remove(user, second.public_id)
    user.email = "ana@example.org"
    passkeys.remove(user, second.public_id)
    assert passkeys.count_of(user) == 0


def test_a_therapists_last_second_proof_stays(therapist, context):
    with context():
        user = therapist.user()
        user.email = "tess@example.org"
        passkey = added(user, PasskeyDevice(ORIGIN))
        with pytest.raises(Conflict, match="therapist"):
            passkeys.remove(user, passkey.public_id)
        user.totp_secret = "sealed"
        passkeys.remove(user, passkey.public_id)
        assert passkeys.count_of(user) == 0


def test_nobody_touches_somebody_elses_passkey(user, him, device):
    theirs = added(him.user(), device).public_id
    for act in (
        lambda: passkeys.passkey_of(user, theirs),
        lambda: passkeys.rename(user, theirs, "Mine"),
        lambda: passkeys.remove(user, theirs),
    ):
        with pytest.raises(NotFound):
            act()
    assert passkeys.passkeys_of(user) == []


def test_a_name_is_kept_tidy(user, device):
    passkey = added(user, device, "  " + "a" * 200)
    assert passkey.label == "a" * 80
    assert passkeys.rename(user, passkey.public_id, "  Blue key ").label == "Blue key"
    for wrong in ("", "   ", "a" * 81):
        with pytest.raises(InvalidValue):
            passkeys.rename(user, passkey.public_id, wrong)


HOSTILE = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 5000,
    "x" * 20_000,
    json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
    json.dumps({"id": "a", "rawId": "!", "type": "public-key", "response": None}),
    json.dumps({"id": 1, "rawId": [], "type": {}, "response": "x"}),
]


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_no_browser_sends_is_refused_in_words(user, answer):
    passkeys.begin_use(HERE, PARTY, now=NOW)
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        passkeys.finish_use(answer, HERE, PARTY, now=NOW)
    with pytest.raises(InvalidValue, match=NOT_UNDERSTOOD):
        passkeys.finish_making(user, answer, "x", HERE, PARTY, now=NOW)


PARTS = st.sampled_from(
    ["clientDataJSON", "authenticatorData", "signature", "userHandle", "id", "rawId", "type"]
)
WRONG = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=50),
    st.binary(max_size=80).map(lambda raw: raw.hex()),
    st.just("[" * 3000),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(part=PARTS, wrong=WRONG)
def test_no_part_of_an_answer_can_be_anything_else(user, part, wrong):
    db.session.execute(db.delete(Passkey))
    device = PasskeyDevice(ORIGIN)
    added(user, device)
    answer = json.loads(device.show(passkeys.begin_use(HERE, PARTY, now=NOW)))
    holder = answer if part in answer else answer["response"]
    holder[part] = wrong
    if part == "userHandle" and wrong is None:
        return  # an older device that does not say whose it is
    with pytest.raises(InvalidValue):
        passkeys.finish_use(json.dumps(answer), HERE, PARTY, now=NOW)
