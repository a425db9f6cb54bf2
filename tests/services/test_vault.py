"""Sealed texts open for the person who wrote them, and for nobody else."""

from base64 import b64decode, b64encode

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from fstpwa.domain.errors import Conflict, Unreadable
from fstpwa.services import vault

WORDS = "Sore after the garden, better by tea."


@pytest.fixture
def user(her, context):
    with context():
        yield her.user()


def test_what_was_sealed_opens_again_and_shows_nothing_while_it_is_stored(user):
    stored = vault.seal(user, WORDS)
    assert vault.is_sealed(stored)
    assert "garden" not in stored
    assert vault.unseal(user, stored) == WORDS


def test_an_empty_text_stays_empty_and_makes_no_key(user):
    assert vault.seal(user, "") == ""
    assert vault.unseal(user, "") == ""
    assert user.data_key is None


def test_a_text_from_before_the_sealing_comes_back_as_it_is(user):
    for text in (WORDS, "v1:", "v1: bent over", "v1:short"):
        assert vault.unseal(user, text) == text


def test_the_same_words_look_different_each_time_they_are_stored(user):
    assert vault.seal(user, WORDS) != vault.seal(user, WORDS)


def test_the_key_is_made_once_and_stored_wrapped(user):
    vault.seal(user, WORDS)
    first = user.data_key
    vault.seal(user, WORDS)
    assert user.data_key == first
    assert len(first) == 61


def test_a_key_that_another_request_made_at_this_moment_is_taken(user):
    stored = vault.seal(user, WORDS)
    key = user.data_key
    # As a request sees it that read the row before the other one committed.
    set_committed_value(user, "data_key", None)
    assert vault.unseal(user, vault.seal(user, "mine")) == "mine"
    assert user.data_key == key
    assert vault.unseal(user, stored) == WORDS


def test_no_one_elses_text_and_no_changed_text_opens(user, him, context):
    other = him.user()
    stored = vault.seal(user, WORDS)
    vault.seal(other, "hers is not his")
    content = bytearray(b64decode(stored[3:]))
    content[-1] ^= 1
    changed = f"v1:{b64encode(bytes(content)).decode()}"
    for whose, text in ((other, stored), (user, changed), (user, stored[:-4]), (user, stored[:60])):
        with pytest.raises(Unreadable):
            vault.unseal(whose, text)
        assert vault.readable(whose, text) == vault.CANNOT_BE_READ


def test_a_text_for_one_purpose_does_not_open_for_another(user):
    stored = vault.seal(user, WORDS, purpose="totp")
    with pytest.raises(Unreadable):
        vault.unseal(user, stored)
    assert vault.unseal(user, stored, purpose="totp") == WORDS


def test_somebody_elses_wrapped_key_put_into_the_row_opens_nothing(user, him):
    other = him.user()
    stored = vault.seal(user, WORDS)
    vault.seal(other, WORDS)
    user.data_key = other.data_key
    with pytest.raises(Unreadable):
        vault.unseal(user, stored)


def test_without_the_persons_key_nothing_opens(user):
    stored = vault.seal(user, WORDS)
    user.data_key = None
    with pytest.raises(Unreadable):
        vault.unseal(user, stored)


def test_another_master_key_stops_the_start_with_what_to_do(user, app, monkeypatch):
    vault.require_fitting_key()
    vault.seal(user, WORDS)
    vault.require_fitting_key()
    monkeypatch.setitem(app.config, "MASTER_KEY", b"another key, of thirty-two bytes")
    with pytest.raises(Conflict, match="master key"):
        vault.require_fitting_key()


def test_a_broken_text_shown_and_sent_back_unchanged_is_not_overwritten(user):
    stored = vault.seal(user, WORDS)
    broken = stored[:60]
    assert vault.sealed_again(user, broken, vault.CANNOT_BE_READ) == broken
    assert vault.unseal(user, vault.sealed_again(user, broken, "new words")) == "new words"


def test_unchanged_words_keep_their_seal_and_clear_ones_get_one(user):
    stored = vault.seal(user, WORDS)
    assert vault.sealed_again(user, stored, WORDS) == stored
    assert vault.is_sealed(vault.sealed_again(user, WORDS, WORDS))
    assert vault.sealed_again(user, stored, "") == ""
    assert vault.sealed_again(user, "", "") == ""


@pytest.mark.parametrize(
    "words",
    ["\n", "a", "é́", "😀" * 500, "שלום", "v1:" + "A" * 60, "<b>&amp;", "x" * 2000],
)
def test_any_words_come_back_as_they_were(user, words):
    assert vault.unseal(user, vault.seal(user, words)) == words
