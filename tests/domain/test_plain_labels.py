from fstpwa.content import library
from fstpwa.domain.plain_labels import (
    PLAIN_CONDITIONS,
    PLAIN_KINDS,
    PLAIN_MEASURES,
    PLAIN_REGIONS,
    listed,
    plain_conditions,
    plain_kinds,
    plain_measure,
    plain_regions,
)

CONTENT = library()


def test_every_plain_label_stands_for_something_in_the_content() -> None:
    words = CONTENT.vocabularies
    assert PLAIN_CONDITIONS.keys() == words.conditions.keys()
    assert PLAIN_REGIONS.keys() <= words.body_regions.keys()
    assert PLAIN_KINDS.keys() <= words.kinds.keys()
    assert PLAIN_MEASURES.keys() <= CONTENT.measures.keys()


def test_labels_keep_the_reading_order_and_have_no_brackets() -> None:
    words = CONTENT.vocabularies
    for short, long in (
        (plain_regions(words), words.body_regions),
        (plain_kinds(words), words.kinds),
        (plain_conditions(words), words.conditions),
    ):
        assert list(short) == list(long)
        assert not any("(" in label for label in short.values())


def test_a_measure_without_a_plain_label_keeps_its_name_without_brackets() -> None:
    assert plain_measure("fingertip_floor", "Fingertip-to-floor (cm)") == "Fingertip-to-floor"
    assert plain_measure("stiffness_nrs", "Stiffness rating") == "Felt stiffness"


def test_only_the_first_of_a_list_keeps_its_capital() -> None:
    assert listed(["Massage ball", "Wall"]) == "Massage ball, wall"
    assert listed([]) == ""
