"""Look-ups in the safety data."""

from fstpwa.content import library


def test_the_number_of_a_known_country_is_given() -> None:
    assert library().safety.emergency_number("GB") == "999 or 112"
    assert library().safety.emergency_number("NO") == "113"


def test_an_unknown_country_gets_the_default_words() -> None:
    safety = library().safety
    for country in (None, "", "ZZ"):
        assert safety.emergency_number(country) == "112 or your local emergency number"


def test_a_message_has_the_number_filled_in() -> None:
    text = library().safety.message("lock_emergency", "AU")
    assert "Call 000." in text
    assert "{" not in text


def test_a_question_for_one_region_is_shown_only_there() -> None:
    questions = library().safety.questions
    jaw = questions["ur_jawlock"]
    assert jaw.is_shown_for(frozenset({"jaw", "foot"}))
    assert not jaw.is_shown_for(frozenset({"foot"}))
    assert questions["em_heart"].is_shown_for(frozenset())


def test_a_flag_that_can_be_anywhere_has_all_regions() -> None:
    found = library()
    assert found.safety.flags["fracture_area"].regions == tuple(found.vocabularies.body_regions)
    assert found.safety.flags["dizziness"].regions == ()


def test_a_kind_of_pain_says_what_follows() -> None:
    assert library().safety.after_session.kind("sharp").zone == "red"
    assert library().safety.after_session.kind("stretching").zone == "by number"
    assert library().safety.after_session.worst_pain_anchors[0] == "no pain"


def test_the_first_screen_says_that_nobody_has_reviewed_the_content() -> None:
    onboarding = library().safety.onboarding
    assert "No doctor or physiotherapist has yet checked" in onboarding.unreviewed_notice
    assert onboarding.minimum_age == 18
    assert "18" in onboarding.adults_only


def test_every_effect_has_its_meaning_strongest_first() -> None:
    assert next(iter(library().safety.effects)) == "emergency"
    assert list(library().safety.effects)[-1] == "inform"
    assert library().safety.unlock_by_effect["emergency"] == ("rescreen_after_care",)
