"""Passwords: any signs, not the common ones, and the same work for nobody's."""

from threading import Thread

import pytest
from argon2 import PasswordHasher

from fstpwa.domain.errors import InvalidValue
from fstpwa.services import passwords

GOOD = "three green lamps"


@pytest.mark.parametrize(
    "password", [GOOD, "пароль из слов", "🙂🙃😀" * 3, "x9y8" * 32, "   spaced   "]
)
def test_any_signs_are_taken_and_fit_again(password):
    passwords.check_choice(password, "ana@example.org")
    stored = passwords.hash_of(password)
    assert len(stored) <= 200
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right(stored, password)
    assert not passwords.is_right(stored, password + " ")


def test_the_two_ways_of_writing_an_umlaut_are_one():
    stored = passwords.hash_of("schöne Tage")
    assert passwords.is_right(stored, "scho\u0308ne Tage")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 8"),
        ("1234567", "at least 8"),
        ("e\u0301" * 7, "at least 8"),
        ("a1" * 64 + "b", "at most 128"),
        ("a" * 60_000, "at most 128"),
        ("password", "tried first"),
        ("PassWord1", "tried first"),
        ("12345678", "tried first"),
        ("my Valentina 1", "name"),
        (" " * 8, "over and over"),
        ("aaaaaaaa", "over and over"),
        ("Aa" * 8, "over and over"),
        ("🙂" * 8, "over and over"),
        ("it is example.org", "e-mail address"),
        ("Example2026!", "e-mail address"),
        ("gooddays", "tried first"),
        ("GoodDays2026", "tried first"),
        ("good days", "tried first"),
        ("Good-Days!1", "tried first"),
        ("2026 gooddays gooddays", "tried first"),
    ],
)
def test_what_should_not_be_chosen_is_refused_with_the_reason(password, words):
    with pytest.raises(InvalidValue, match=words):
        passwords.check_choice(password, "valentina+days@example.org")


def test_our_own_name_among_other_words_forbids_nothing():
    passwords.check_choice("good days and green lamps", "ana@example.org")


@pytest.mark.parametrize(
    "password", ["benbenben", "Ben Ben 2026", "ben@example.org", "x Ben@Example.ORG"]
)
def test_a_short_name_and_hardly_more_is_refused(password):
    with pytest.raises(InvalidValue, match=r"name|address"):
        passwords.check_choice(password, "ben@example.org")


def test_a_short_name_in_the_address_forbids_nothing():
    passwords.check_choice("banana boat", "ana@example.org")


@pytest.mark.parametrize("stored", [None, "", "broken", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_nothing_fits_where_there_is_no_password(stored):
    assert not passwords.is_right(stored, GOOD)
    assert not passwords.is_right(stored, "")
    assert not passwords.is_right(stored, "\x00nobody")
    assert not passwords.is_right(stored, "x" * 60_000)


def test_a_hash_of_other_parameters_is_outdated_and_still_fits():
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    assert passwords.is_right(old, GOOD)
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(passwords.hash_of(GOOD))


def test_no_more_than_four_are_hashed_at_a_time(monkeypatch):
    at_work, most = [], []
    real = passwords._hasher

    class Watched:
        def hash(self, password: str) -> str:
            at_work.append(1)
            most.append(len(at_work))
            try:
                return real.hash(password)
            finally:
                at_work.pop()

    monkeypatch.setattr(passwords, "_hasher", Watched())
    threads = [Thread(target=passwords.hash_of, args=(GOOD,)) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(most) == 12
    assert max(most) <= passwords.AT_ONCE
