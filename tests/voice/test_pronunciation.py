"""Digits, signs and abbreviations become words; what no rule reads is refused."""

import pytest

from voice import lines, pronunciation


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        pytest.param("Hold", "Hold.", id="a stop at the end"),
        pytest.param("Lie on your back.", "Lie on your back.", id="one stop only"),
        pytest.param("1 repetition", "one repetition.", id="one"),
        pytest.param("12", "twelve.", id="a teen"),
        pytest.param("20", "twenty.", id="a round ten"),
        pytest.param("Set 2 of 3", "Set two of three.", id="two numbers"),
        pytest.param("29 repetitions", "twenty nine repetitions.", id="tens and ones"),
        pytest.param("90-90 hip switch", "ninety ninety hip switch.", id="a position, not a range"),
        pytest.param("Hold for 4-5 s", "Hold for four to five seconds.", id="a range of seconds"),
        pytest.param("Out for 4–6 s", "Out for four to six seconds.", id="a range with a dash"),
        pytest.param("1 s, then 2 min", "one second, then two minutes.", id="units"),
        pytest.param("Step back 10 cm", "Step back ten centimetres.", id="centimetres"),
        pytest.param("Turn 45° left", "Turn forty five degrees left.", id="degrees"),
        pytest.param("80 % of it", "eighty per cent of it.", id="per cent"),
        pytest.param("3 x a day", "three times a day.", id="times"),
        pytest.param("110", "one hundred and ten.", id="hundreds"),
        pytest.param("A chair (e.g. a stool)", "A chair, for example a stool.", id="for example"),
        pytest.param("Neck (scalene) stretch", "Neck, scalene, stretch.", id="brackets inside"),
        pytest.param("Wall (the spine)", "Wall, the spine.", id="brackets at the end"),
        pytest.param("A sock (or a towel), flat.", "A sock, or a towel, flat.", id="and a comma"),
        pytest.param("Heel-to-toe walk", "Heel to toe walk.", id="joined words"),
        pytest.param("Wall/door", "Wall or door.", id="a slash"),
        pytest.param("Lift & lower", "Lift and lower.", id="and"),
        pytest.param("Lie down – rest", "Lie down, rest.", id="a dash between words"),
        pytest.param("Child’s pose", "Child's pose.", id="a printer's apostrophe"),
        pytest.param("Are you ready?", "Are you ready?", id="a question"),
    ],
)
def test_a_line_is_read_as_a_person_would(text: str, spoken: str) -> None:
    assert pronunciation.spoken(text) == spoken


@pytest.mark.parametrize(
    "text", ["", "Hold!", "Hold €5", "2.5 s", "10 kg", "1000 times", "a * b", "Wäsche"]
)
def test_what_no_rule_reads_is_refused(text: str) -> None:
    with pytest.raises(pronunciation.Unreadable):
        pronunciation.spoken(text)


def test_every_line_of_the_app_can_be_read() -> None:
    for line in lines.all_lines():
        assert not any(sign.isdigit() for sign in pronunciation.spoken(line))


def test_every_number_below_a_thousand_is_read_differently() -> None:
    assert len({pronunciation.in_words(number) for number in range(1000)}) == 1000


def test_words_are_what_is_heard_without_pauses() -> None:
    assert pronunciation.words_of("Child's pose, 2 of 3.") == [
        "child's",
        "pose",
        "two",
        "of",
        "three",
    ]


def test_only_the_mended_words_of_a_line_count_for_it() -> None:
    assert pronunciation.mended_in("Chair prayer stretch") == {"prayer": "pɹˈɛɹ"}
    assert pronunciation.mended_in("Wall slide") == {}


def test_every_mended_word_is_said_somewhere() -> None:
    said = {word for line in lines.all_lines() for word in pronunciation.words_of(line)}
    assert said >= pronunciation.MENDED.keys()
