"""One-time codes: only here, only for this, only now, only once."""

from datetime import UTC, datetime, timedelta

import pytest

from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.accounts import OneTimeCode
from fstpwa.services import codes, people
from fstpwa.services.codes import CLAIM, SIGN_IN

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASKER, OTHER = "a" * 43, "b" * 43


@pytest.fixture(autouse=True)
def _inside(app, rolled_back):
    with app.app_context():
        yield


def kept(code: str = "123456", purpose: str = SIGN_IN, **more) -> OneTimeCode:
    """Keep a code for the usual browser."""
    return codes.keep(
        code, purpose, **{"asker": ASKER, "email": "ana@example.org", "now": NOW, **more}
    )


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123 456 ",
        "123-456",
        "12 34 56\n",
        "123\u2009456",
        "code: 123456",
        "Your code to sign in is\n\n    123456\n",
        "2 letters: 123.456",
        "１２３４５６",
        "١٢٣٤٥٦",
    ],
)
def test_the_code_proves_the_address_however_it_is_spaced(typed):
    kept()
    assert codes.prove(typed, SIGN_IN, asker=ASKER, now=NOW).email == "ana@example.org"


def test_a_code_works_once():
    kept()
    codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)
    with pytest.raises(InvalidValue, match="Ask for a new one"):
        codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"asker": OTHER},
        {"asker": ""},
        {"purpose": CLAIM},
        {"now": NOW + codes.LIFE},
        {"typed": "123457"},
        {"typed": ""},
        {"typed": "123456 654321"},
        {"typed": "1" * 60_000},
    ],
)
def test_from_elsewhere_for_something_else_too_late_or_wrong_it_does_not_work(changed):
    kept()
    values = {"typed": "123456", "purpose": SIGN_IN, "asker": ASKER, "now": NOW, **changed}
    with pytest.raises(InvalidValue):
        codes.prove(values.pop("typed"), values.pop("purpose"), **values)
    assert codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW + codes.LIFE / 2)


def test_somebody_else_who_is_signed_in_cannot_use_it():
    ana, bo = (people.start_without_account("UTC", now=NOW) for _ in range(2))
    kept(purpose=CLAIM, user=ana)
    with pytest.raises(InvalidValue):
        codes.prove("123456", CLAIM, asker=ASKER, user=bo, now=NOW)
    assert codes.prove("123456", CLAIM, asker=ASKER, user=ana, now=NOW)


def test_a_new_code_replaces_the_old_one():
    kept("111111")
    kept("222222")
    with pytest.raises(InvalidValue):
        codes.prove("111111", SIGN_IN, asker=ASKER, now=NOW)
    assert codes.prove("222222", SIGN_IN, asker=ASKER, now=NOW)


def test_codes_for_other_purposes_and_browsers_live_side_by_side():
    kept("111111")
    kept("222222", purpose=CLAIM)
    kept("333333", asker=OTHER)
    assert codes.prove("111111", SIGN_IN, asker=ASKER, now=NOW)
    assert codes.prove("222222", CLAIM, asker=ASKER, now=NOW)
    assert codes.prove("333333", SIGN_IN, asker=OTHER, now=NOW)


def test_after_five_wrong_ones_the_right_one_is_too_late():
    kept()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(InvalidValue, match="too often" if left == 0 else "not the code"):
            codes.prove("000000", SIGN_IN, asker=ASKER, now=NOW)
    with pytest.raises(InvalidValue, match="too often"):
        codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)


@pytest.mark.parametrize("typed", ["", "1", "12345", "1234567", "abc", "123456 654321"])
def test_what_cannot_be_a_code_is_no_guess(typed):
    row = kept("000000")
    for _ in range(7):
        with pytest.raises(InvalidValue, match="six digits"):
            codes.prove(typed, SIGN_IN, asker=ASKER, now=NOW)
    assert row.tries == 0
    assert codes.prove("000000", SIGN_IN, asker=ASKER, now=NOW)


def test_the_last_tries_are_counted_down():
    kept()
    said = []
    for _ in range(5):
        with pytest.raises(InvalidValue) as refused:
            codes.prove("000000", SIGN_IN, asker=ASKER, now=NOW)
        said.append(str(refused.value).partition("digits. ")[2])
    assert said == ["", "", "2 tries left.", "1 try left.", ""]


def test_a_late_a_used_and_a_missing_code_are_told_apart():
    def why(now: datetime, asker: str = ASKER) -> str:
        with pytest.raises(InvalidValue) as refused:
            codes.prove("123456", SIGN_IN, asker=asker, now=now)
        return str(refused.value)

    kept()
    assert why(NOW + codes.LIFE) == codes.TOO_OLD
    assert why(NOW, OTHER) == codes.TOO_LATE
    codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)
    assert why(NOW) == codes.USED


def test_a_wrong_one_counts_whatever_is_undone_later():
    kept()
    for _ in range(5):
        with pytest.raises(InvalidValue):
            codes.prove("000000", SIGN_IN, asker=ASKER, now=NOW)
        db.session.rollback()
    with pytest.raises(InvalidValue, match="too often"):
        codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)


def test_only_keyed_hashes_are_stored(app):
    row = kept()
    assert len(row.code_hash) == len(row.asker_hash) == 32
    same = codes.keep("123456", CLAIM, asker=ASKER, now=NOW)
    assert same.code_hash != row.code_hash
    app.config["SECRET_KEY"], before = "another", app.config["SECRET_KEY"]
    try:
        with pytest.raises(InvalidValue, match="not the code"):
            codes.prove("123456", SIGN_IN, asker=ASKER, now=NOW)
    finally:
        app.config["SECRET_KEY"] = before


def test_codes_are_six_digits_and_vary():
    made = {codes.new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdecimal() for code in made)
    assert len(made) > 190


def test_what_waits_is_seen_until_it_is_over():
    kept()
    assert codes.waiting(SIGN_IN, asker=ASKER, now=NOW + codes.LIFE / 2)
    assert codes.waiting(SIGN_IN, asker=ASKER, now=NOW + codes.LIFE) is None
    assert codes.waiting(SIGN_IN, asker=OTHER, now=NOW) is None


def test_old_codes_are_swept():
    kept()
    over = NOW + codes.LIFE + codes.KEPT_FOR
    assert codes.sweep(now=over) == 0
    assert codes.sweep(now=over + timedelta(seconds=1)) == 1
    assert db.session.query(OneTimeCode).count() == 0
