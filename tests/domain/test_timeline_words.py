"""What the voice says in a timeline, and when."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.dose import Dose
from fstpwa.domain.timeline import BREATH_IN_S, BREATH_S, Cue, Line, block
from tests.domain.test_timeline import MOVEMENTS, NO_LEAD_IN, WORK, cases, summary, texts


def counts(cue: Cue) -> list[Line]:
    return [line for line in cue.say if line.text.isdigit()]


def timed(seconds: int, slug: str, side: str | None = None) -> Cue:
    """The only stretch of a movement that is done for so many seconds."""
    movement = MOVEMENTS[slug]
    (cue,) = block(movement, movement.dose.with_changes(seconds=seconds), side, NO_LEAD_IN).cues
    return cue


@given(cases())
def test_every_movement_is_announced_once_and_before_anything_else(case):
    movement = case[0]
    said = [texts(cue) for cue in block(*case).cues]
    assert sum(words.count(movement.name) for words in said) == 1
    assert said[0][:3] == ["Next", movement.name, movement.start_position]


@given(cases())
def test_no_cue_begins_in_silence(case):
    for cue in block(*case).cues:
        assert cue.say
        assert cue.say[0].at_s == 0


@given(cases(), st.booleans())
def test_lines_stand_in_the_order_of_time_and_within_their_cue(case, easier):
    for cue in block(*case, easier=easier).cues:
        assert all(0 <= line.at_s < cue.duration_s for line in cue.say)
        assert all(before.at_s <= after.at_s for before, after in pairwise(cue.say))


@given(cases())
def test_what_is_said_while_a_cue_lasts_is_on_time_and_alone_in_its_second(case):
    for cue in block(*case).cues:
        later = [line for line in cue.say if line.at_s]
        assert all(line.on_time for line in later)
        assert len({line.at_s for line in later}) == len(later)


@given(cases())
def test_every_repetition_after_the_first_is_counted_on_its_second(case):
    for cue in block(*case).cues:
        if cue.kind == "rep" and cue.n > 1:
            assert counts(cue) == list(cue.say) == [Line(str(cue.n), 0, on_time=True)]
        else:
            assert counts(cue) == []


@given(cases())
def test_ten_seconds_are_told_in_stretches_of_twenty_seconds_and_more(case):
    for cue in block(*case).cues:
        told = [line for line in cue.say if line.text == "Ten seconds left"]
        is_long = cue.kind in WORK - {"rep"} and cue.duration_s >= 20
        assert told == ([Line("Ten seconds left", cue.duration_s - 10, on_time=True)] * is_long)


@given(cases())
def test_each_side_is_named_before_its_work_and_as_that_begins(case):
    movement = case[0]
    for cue in block(*case).cues:
        begins = cue.kind in WORK and not (cue.kind == "rep" and cue.n > 1)
        named = begins or cue.kind in ("get_ready", "switch_side")
        has_side = movement.sides == "left_right" and cue.side is not None and named
        expected = {f"{str(cue.side).capitalize()} side"} if has_side else set()
        assert {"Left side", "Right side"} & set(texts(cue)) == expected


@given(cases())
def test_the_easier_version_says_once_that_it_is_the_easier_version(case):
    for easier in (True, False):
        said = [text for cue in block(*case, easier=easier).cues for text in texts(cue)]
        assert said.count("The easier version") == easier


@given(cases())
def test_the_easier_version_is_named_where_somebody_begins_who_goes_over_to_it(case):
    """What was too much is done anew from its get-ready: the way there is not heard again."""
    begins = next(cue for cue in block(*case, easier=True).cues if cue.kind != "change")
    assert "The easier version" in texts(begins)


@given(cases(), st.booleans())
def test_what_is_said_changes_no_time(case, easier):
    assert summary(block(*case, easier=easier)) == summary(block(*case))


def test_sets_are_counted_aloud():
    movement = MOVEMENTS["sit-to-stand"]
    dose = movement.dose.with_changes(reps=2, sets=2)
    assert [texts(cue) for cue in block(movement, dose, None).cues[2:]] == [
        ["Set 1 of 2", "2 repetitions"],
        ["2"],
        ["Rest"],
        ["Set 2 of 2", "2 repetitions"],
        ["2"],
    ]


def test_a_single_set_is_not_counted_and_a_single_repetition_is_one():
    movement = MOVEMENTS["sit-to-stand"]
    dose = movement.dose.with_changes(reps=1, sets=1)
    assert [texts(cue) for cue in block(movement, dose, None).cues[2:]] == [["1 repetition"]]


def test_alternating_repetitions_are_said_to_change_sides():
    movement = MOVEMENTS["neck-turns"]
    said = [texts(cue) for cue in block(movement, movement.dose, None).cues]
    assert said[2] == [f"{movement.dose.reps} repetitions", "Changing sides"]


def test_a_hold_on_both_sides_in_words():
    movement = MOVEMENTS["upper-trap-stretch"]
    dose = Dose(mode="hold", sets=1, rest_s=3, per_side=True, reps=2, hold_s=20)
    said = [
        [(line.at_s, line.text) for line in cue.say]
        for cue in block(movement, dose, "both", easier=True).cues[1:]
    ]
    left = [(0, "Hold"), (0, "Left side"), (10, "Ten seconds left")]
    right = [(0, "Hold"), (0, "Right side"), (10, "Ten seconds left")]
    assert said == [
        [(0, "Get ready"), (0, "Left side"), (0, "The easier version")],
        left,
        [(0, "Rest")],
        left,
        [(0, "Switch sides"), (0, "Right side")],
        right,
        [(0, "Rest")],
        right,
    ]


def test_the_first_breaths_are_led_by_words():
    assert timed(180, "belly-breathing-lying").say[3:] == (
        Line("Breathe in"),
        Line("Breathe out", 4, on_time=True),
        Line("Breathe in", 10, on_time=True),
        Line("Breathe out", 14, on_time=True),
        Line("Ten seconds left", 170, on_time=True),
    )


@given(st.integers(1, 400))
def test_no_word_of_a_breath_falls_into_the_notice_of_the_end(seconds):
    lasts = {"Breathe in": BREATH_IN_S, "Breathe out": BREATH_S - BREATH_IN_S}
    lines = [line for line in timed(seconds, "legs-up-rest").say if line.text in lasts]
    until = seconds - 10 if seconds >= 20 else seconds
    assert lines[0] == Line("Breathe in")
    assert all(line.at_s + lasts[line.text] <= until for line in lines[1:])
    assert len(lines) == 1 + sum(end <= until for end in (10, 14, 20))


def test_other_timed_work_is_to_go_slowly():
    assert texts(timed(19, "calf-foam-roll", "left"))[3:] == ["Slowly", "Left side"]


def test_the_announcement_names_the_movement_and_how_to_start():
    movement = MOVEMENTS["neck-turns"]
    named = ["Active neck turns", "Sit tall, feet flat, hands on thighs."]
    assert texts(block(movement, movement.dose, None).cues[0]) == ["Next", *named]
    assert texts(block(movement, movement.dose, None, first=True).cues[0]) == ["First", *named]


def test_without_time_before_the_work_only_what_is_said_nowhere_else_is_said_with_it():
    movement = MOVEMENTS["upper-trap-stretch"]
    named = ["Next", movement.name, movement.start_position]
    for easier, version in ((False, []), (True, ["The easier version"])):
        cues = block(movement, movement.dose, "left", NO_LEAD_IN, easier=easier).cues
        assert texts(cues[0])[: len(named + version) + 2] == [
            *named,
            *version,
            "Hold",
            "Left side",
        ]
