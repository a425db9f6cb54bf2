"""Authenticator apps and recovery codes: the right code, at its time, once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.extensions import db
from fstpwa.models.accounts import Passkey, RecoveryCode
from fstpwa.models.people import User
from fstpwa.services import codes, second_factors, vault
from fstpwa.services.second_factors import (
    RECOVERY_LETTERS,
    USED_CODE,
    WRONG_CODE,
    WRONG_RECOVERY_CODE,
)

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)  # a step begins here
STEP = timedelta(seconds=30)


@pytest.fixture
def user(her, context):
    with context():
        yield her.user()


def set_up(user: User, *, now: datetime = NOW) -> tuple[pyotp.TOTP, list[str]]:
    """Turn an authenticator app on. Returns the app, and the recovery codes."""
    setting_up = second_factors.begin_setting_up(user, now=now)
    app = pyotp.TOTP(setting_up.secret)
    return app, second_factors.finish_setting_up(
        user, setting_up.sealed, app.at(now - 2 * STEP, counter_offset=1), now=now
    )


def test_nothing_counts_before_a_code_was_shown(user):
    setting_up = second_factors.begin_setting_up(user, now=NOW)
    assert user.totp_secret is None
    assert not second_factors.is_second_step_needed(user)
    with pytest.raises(InvalidValue, match=WRONG_CODE):
        second_factors.finish_setting_up(user, setting_up.sealed, "000000", now=NOW)
    assert user.totp_secret is None
    assert second_factors.recovery_codes_left(user) == 0


def test_the_right_code_turns_it_on_and_gives_recovery_codes(user):
    app, recovery = set_up(user)
    assert second_factors.is_second_step_needed(user)
    assert len(set(recovery)) == 10
    assert second_factors.recovery_codes_left(user) == 10
    second_factors.show(user, app.at(NOW), now=NOW)


def test_the_secret_is_sealed_and_bound_to_its_purpose(user):
    app, _ = set_up(user)
    assert app.secret not in (user.totp_secret or "")
    assert vault.unseal(user, user.totp_secret or "", purpose="totp") == app.secret
    with pytest.raises(Conflict):
        second_factors.finish_setting_up(user, user.totp_secret or "", "123456", now=NOW)


def test_the_address_for_the_app_names_the_account(user):
    user.email = "ana+yoga@example.org"
    setting_up = second_factors.begin_setting_up(user, now=NOW)
    assert setting_up.address.startswith("otpauth://totp/Good%20Days:ana%2Byoga%40example.org?")
    assert f"secret={setting_up.secret}" in setting_up.address
    assert setting_up.in_groups.replace(" ", "") == setting_up.secret
    assert len(setting_up.secret) == 32, "160 random bits"


@pytest.mark.parametrize(
    ("sealed", "later"),
    [("", 0), ("v1:AAAA", 0), ("JBSWY3DPEHPK3PXP", 0), ("1772366400 JBSWY3DPEHPK3PXP", 0)],
)
def test_only_what_was_sealed_here_can_be_turned_on(user, sealed, later):
    with pytest.raises(Conflict, match="begin again"):
        second_factors.finish_setting_up(user, sealed, "123456", now=NOW)


def test_what_was_begun_by_somebody_else_or_long_ago_cannot_be_turned_on(user, him):
    theirs = second_factors.begin_setting_up(him.user(), now=NOW)
    ours = second_factors.begin_setting_up(user, now=NOW)
    late = NOW + timedelta(minutes=31)
    for sealed, now in ((theirs.sealed, NOW), (ours.sealed, late)):
        with pytest.raises(Conflict, match="begin again"):
            second_factors.finish_setting_up(user, sealed, "123456", now=now)
    again = second_factors.setting_up_again(user, ours.sealed, now=NOW)
    assert again == ours


@pytest.mark.parametrize(
    ("seconds", "fits"),
    [(-31, False), (-30, True), (-1, True), (0, True), (29, True), (59, True), (60, False)],
)
def test_a_code_fits_in_its_step_and_one_to_either_side(user, seconds, fits):
    app, _ = set_up(user, now=NOW - timedelta(days=1))
    code, at = app.at(NOW), NOW + timedelta(seconds=seconds)
    if fits:
        second_factors.show(user, code, now=at)
    else:
        with pytest.raises(InvalidValue, match=WRONG_CODE):
            second_factors.show(user, code, now=at)


def test_no_code_works_twice_nor_one_from_before_it(user):
    app, _ = set_up(user, now=NOW - timedelta(days=1))
    second_factors.show(user, app.at(NOW), now=NOW)
    for used in (app.at(NOW), app.at(NOW - STEP)):
        with pytest.raises(InvalidValue, match=USED_CODE):
            second_factors.show(user, used, now=NOW)
    second_factors.show(user, app.at(NOW + STEP), now=NOW)


def test_the_code_that_turned_it_on_does_not_sign_in(user):
    setting_up = second_factors.begin_setting_up(user, now=NOW)
    code = pyotp.TOTP(setting_up.secret).at(NOW)
    second_factors.finish_setting_up(user, setting_up.sealed, code, now=NOW)
    with pytest.raises(InvalidValue, match=USED_CODE):
        second_factors.show(user, code, now=NOW)


@pytest.mark.parametrize("write", ["{0}{1} {2}{3} {4}{5}", " {0}{1}{2}-{3}{4}{5}\n"])
def test_gaps_in_a_code_do_not_matter(user, write):
    app, _ = set_up(user, now=NOW - timedelta(days=1))
    second_factors.show(user, write.format(*app.at(NOW)), now=NOW)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "²²²²²²", "x" * 9000]
)
def test_what_is_no_code_is_refused_in_words(user, typed):
    set_up(user)
    with pytest.raises(InvalidValue):
        second_factors.show(user, typed, now=NOW)


def test_a_recovery_code_works_once(user):
    _, recovery = set_up(user)
    second_factors.show(user, recovery[3], now=NOW)
    assert second_factors.recovery_codes_left(user) == 9
    with pytest.raises(InvalidValue, match=WRONG_RECOVERY_CODE):
        second_factors.show(user, recovery[3], now=NOW)
    second_factors.show(user, recovery[4], now=NOW)


def test_a_recovery_code_may_be_typed_as_it_was_read(user):
    codes_shown = second_factors.renew_recovery_codes(user)
    for code in codes_shown:
        assert set(code) <= {*RECOVERY_LETTERS, " "}
        misread = code.lower().replace("0", "o").replace("1", "l").replace(" ", "-")
        second_factors.show(user, misread, now=NOW)


@pytest.mark.parametrize("typed", ["U" * 10, "0" * 10, "<script>ab", "é" * 10, "ÅÅÅÅÅÅÅÅÅÅ"])
def test_what_is_no_recovery_code_is_refused_in_words(user, typed):
    set_up(user)
    with pytest.raises(InvalidValue, match=WRONG_RECOVERY_CODE):
        second_factors.show(user, typed, now=NOW)


def test_a_new_set_replaces_the_old_one(user):
    _, old = set_up(user)
    new = second_factors.renew_recovery_codes(user)
    assert not set(old) & set(new)
    assert second_factors.recovery_codes_left(user) == 10
    with pytest.raises(InvalidValue):
        second_factors.show(user, old[0], now=NOW)
    second_factors.show(user, new[0], now=NOW)


def test_recovery_codes_are_stored_as_keyed_hashes_and_are_nobody_elses(user, him):
    _, recovery = set_up(user)
    rows = db.session.scalars(db.select(RecoveryCode)).all()
    plain = {code.replace(" ", "").encode() for code in recovery}
    assert not any(part in row.code_hash for row in rows for part in plain)
    set_up(him.user())
    with pytest.raises(InvalidValue):
        second_factors.show(him.user(), recovery[0], now=NOW)


def test_turning_it_off_takes_the_recovery_codes_along(user):
    app, recovery = set_up(user)
    second_factors.turn_off(user)
    assert not second_factors.has_second_factor(user)
    assert not second_factors.is_second_step_needed(user)
    for typed in (recovery[0], app.at(NOW)):
        with pytest.raises(InvalidValue):
            second_factors.show(user, typed, now=NOW)


def give_passkey(user: User) -> None:
    db.session.add(
        Passkey(
            public_id=user.public_id,
            user_id=user.id,
            credential_id=b"x",
            public_key=b"x",
            sign_count=0,
            created_at=NOW,
        )
    )
    db.session.flush()


def test_a_therapist_keeps_one_second_proof(therapist, context):
    with context():
        user = therapist.user()
        assert not second_factors.is_second_step_needed(user), "or else nobody could set one up"
        set_up(user)
        with pytest.raises(Conflict, match="therapist"):
            second_factors.turn_off(user)
        give_passkey(user)
        second_factors.turn_off(user)
        assert second_factors.is_second_step_needed(user), "the passkey"
        assert second_factors.recovery_codes_left(user) == 10, "for a lost passkey"


def test_a_client_with_a_passkey_only_has_no_second_step(user):
    give_passkey(user)
    assert second_factors.has_second_factor(user)
    assert not second_factors.is_second_step_needed(user)


def test_the_second_step_is_open_where_the_first_was_shown_for_ten_minutes_once(user):
    here, elsewhere = "h" * 43, "e" * 43
    assert second_factors.who_waits(here, now=NOW) is None
    codes.keep("", codes.SECOND_FACTOR, asker=here, user=user, now=NOW)
    assert second_factors.who_waits(here, now=NOW + timedelta(seconds=599)) is user
    assert second_factors.who_waits(here, now=NOW + timedelta(seconds=600)) is None
    assert second_factors.who_waits(elsewhere, now=NOW) is None
    second_factors.end_waiting(here, now=NOW)
    assert second_factors.who_waits(here, now=NOW) is None
    with pytest.raises(InvalidValue, match="begin again"):
        second_factors.end_waiting(here, now=NOW)
