"""E-mail addresses: one way of writing each, and words for what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.email_address import LONGEST, folded, name_of, readable
from fstpwa.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana@Example.ORG\n", "ana@example.org"),
        ("ana+days@example.org", "ana+days@example.org"),
        ("a.na@example.org", "a.na@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ａｎａ@ｅｘａｍｐｌｅ．ｏｒｇ", "ana@example.org"),
        ("Jörg@example.org", "jörg@example.org"),
        ("jo\u0308rg@example.org", "jörg@example.org"),
        ("ﬁona@example.org", "fiona@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("ana@mail.example.co.uk", "ana@mail.example.co.uk"),
    ],
)
def test_spellings_of_one_address_are_one(typed, stored):
    assert folded(typed) == stored
    assert folded(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@example.o",
        "ana@@example.org",
        "ana example@example.org",
        "ana@exam ple.org",
        "ana..b@example.org",
        ".ana@example.org",
        "ana.@example.org",
        "ana@-example.org",
        "ana@example..org",
        "ana@127.0.0.1",
        "ana@[127.0.0.1]",
        "<ana@example.org>",
        "ana@example.org, bo@example.org",
        "Ana <ana@example.org>",
        '"ana"@example.org',
        "ana@example.org\r\nBcc: bo@example.org",
        "ana\u200b@example.org",
        "ana\u202e@example.org",
        "ana\ud800@example.org",
        "ana@\ud800.org",
        "ana@" + "a" * 64 + ".org",
        "a" * 65 + "@example.org",
        "ana@" + "b." * 124 + "example",
        "a" * 60_000,
    ],
)
def test_what_is_no_address_is_refused_in_words(typed):
    with pytest.raises(InvalidValue, match=r"^Please "):
        folded(typed)


def test_what_is_too_long_is_said_of_the_part_that_is():
    with pytest.raises(InvalidValue, match="before the @ is too long"):
        folded("a" * 65 + "@example.org")


def test_a_capital_without_one_small_letter_is_refused():
    with pytest.raises(InvalidValue, match="small letters"):
        folded("\u0130x@example.org")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("ä@xn--exmple-cua.de", "ä@exämple.de"),
        ("ana@example.org", "ana@example.org"),
        ("ana@xn--0.de", "ana@xn--0.de"),
        ("", ""),
    ],
)
def test_an_address_is_shown_in_its_own_letters(stored, shown):
    assert readable(stored) == shown


def test_an_address_may_have_254_letters_and_no_more():
    domain = ".".join("b" * length for length in (60, 61, 62)) + ".org"
    longest = "a" * (LONGEST - len(domain) - 1) + "@" + domain
    assert len(longest) == 254
    assert folded(longest) == longest
    with pytest.raises(InvalidValue, match="254"):
        folded("a" + longest)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_is_folded_for_good_or_refused(name, domain):
    try:
        address = folded(f"{name}@{domain}")
    except InvalidValue:
        return
    assert folded(address) == address
    assert address == address.strip()
    assert len(address) <= LONGEST
    assert address.rpartition("@")[2].isascii()


def test_the_name_is_what_stands_before_the_plus():
    assert name_of("ana+days@example.org") == "ana"
    assert name_of("ana@example.org") == "ana"
