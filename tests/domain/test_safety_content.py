"""Look-ups in the safety data."""

import pytest

from fstpwa.content import library


def test_the_number_of_a_known_country_is_given() -> None:
    assert library().safety.emergency_number("GB") == "999 or 112"
    assert library().safety.emergency_number("NO") == "113"


def test_an_unknown_country_gets_the_default_words() -> None:
    safety = library().safety
    for country in (None, "", "ZZ"):
        assert safety.emergency_number(country) == "112 or your local emergency number"


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("GB", ("999", "112")),
        ("NO", ("113",)),
        ("AU", ("000",)),
        ("ZZ", ("112",)),
        ("", ("112",)),
        (None, ("112",)),
    ],
)
def test_the_numbers_to_dial_come_in_the_order_to_try_them(
    country: str | None, numbers: tuple[str, ...]
) -> None:
    assert library().safety.emergency_numbers.to_call(country) == numbers


def test_every_country_has_a_number_to_dial() -> None:
    numbers = library().safety.emergency_numbers
    for country in numbers.countries:
        assert " or ".join(numbers.to_call(country.code)) == country.number


def test_a_message_has_the_number_filled_in() -> None:
    text = library().safety.message("lock_emergency", "AU")
    assert "Call 000." in text
    assert "{" not in text


def test_a_flag_that_can_be_anywhere_has_all_regions() -> None:
    found = library()
    assert found.safety.flags["fracture_area"].regions == tuple(found.vocabularies.body_regions)
    assert found.safety.flags["dizziness"].regions == ()


def test_a_kind_of_pain_says_what_follows() -> None:
    assert library().safety.after_session.kind("sharp").zone == "red"
    assert library().safety.after_session.kind("stretching").zone == "by number"


def test_worst_pain_is_rated_on_the_scale_of_the_pain_measure() -> None:
    measure = library().safety.after_session.worst_pain_measure
    assert library().measures[measure].anchors == ("no pain", "worst pain you can imagine")


def test_what_is_said_at_once_is_true_whichever_movement_it_was() -> None:
    kinds = library().safety.after_session.kinds
    said = {kind.id: kind.say_now for kind in kinds if kind.say_now}
    assert said == {
        "sharp": "Sharp pain means stop.",
        "tingling_numb": "Tingling or numbness means a nerve is being annoyed.",
    }


def test_the_first_screen_says_that_nobody_has_reviewed_the_content() -> None:
    onboarding = library().safety.onboarding
    assert "No doctor or physiotherapist has yet checked" in onboarding.unreviewed_notice
    assert onboarding.minimum_age == 18
    assert "18" in onboarding.adults_only


def test_every_effect_has_its_meaning_strongest_first() -> None:
    assert next(iter(library().safety.effects)) == "emergency"
    assert list(library().safety.effects)[-1] == "inform"
    assert library().safety.unlock_by_effect["emergency"] == ("rescreen_after_care",)
