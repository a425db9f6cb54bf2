"""One thing is damaged in a copy of the content; the complaint names exactly that."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from fstpwa.content import FOLDER, BrokenContent, load, problems

GONE = object()
"""In place of a value: the field is taken out."""

TURNS = "movements/neck-turns.yaml"
ROLL = "movements/foot-ball-roll.yaml"
STRETCH = "movements/upper-trap-stretch.yaml"
BREATHING = "movements/belly-breathing-lying.yaml"
DESK = "programmes/neck-and-desk.yaml"
FIBRO = "programmes/fibromyalgia-gentle-20.yaml"
NPRS = "measures/nprs.yaml"
ACUTE = "safety/flags/acute_injury_area.yaml"
HEART = "safety/questions/em_heart.yaml"
AFTER = "safety/after_session.yaml"
REASONS = "reasons.yaml"
NEW_RULE = {
    "id": "new",
    "trigger": {"within_days": 3},
    "then": {"use": "easier_versions"},
    "for_days": 7,
    "sentence": "Something new.",
}
OTHER_RULE = {**NEW_RULE, "trigger": {"missed_days": [8, 21]}, "then": {"calendar": "paused"}}
LINE = "phases.0.sessions.0.movements.0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the content that a test may damage."""
    return Path(
        shutil.copytree(FOLDER, tmp_path / "content", ignore=shutil.ignore_patterns("*.py*", "__*"))
    )


def change(folder: Path, file: str, field: str, value: object) -> None:
    """Set one field, given by its dotted path, of one file."""
    path = folder / file
    content = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    *way, last = field.split(".")
    inner: Any = content
    for step in way:
        inner = inner[int(step) if isinstance(inner, list) else step]
    key: Any = int(last) if isinstance(inner, list) else last
    if value is GONE:
        del inner[key]
    else:
        inner[key] = value
    written = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(written, "utf-8")


def found_in(folder: Path) -> list[tuple[str, str]]:
    return [(problem.file, problem.field) for problem in problems(folder)]


DAMAGE_IN_ONE_FIELD: list[tuple[str, str, object, str]] = [
    # shape
    (TURNS, "kind", GONE, "is missing"),
    (TURNS, "colour", "blue", "not a known field"),
    (TURNS, "name", "", "at least 1 character"),
    (TURNS, "steps", [], "at least 1 item"),
    (TURNS, "floor_or_bed_needed", "yes", "boolean"),
    (TURNS, "evidence_line", "x" * 161, "at most 160"),
    (TURNS, "sides", "both", "'bilateral', 'left_right' or 'alternating'"),
    (TURNS, "slug", "neck_turns", "pattern"),
    # vocabularies and references
    (TURNS, "kind", "yoga", "not in the vocabulary"),
    (TURNS, "regions.0", "nose", "not in the vocabulary"),
    (TURNS, "serves.1", "gout", "not in the vocabulary"),
    (TURNS, "joints.0", "jawbone", "not in the vocabulary"),
    (TURNS, "stop_if.0", "no_such_flag", "not in the vocabulary"),
    (TURNS, "evidence.level", "certain", "not in the vocabulary"),
    (TURNS, "evidence.sources.0", "nobody2020", "not in sources.yaml"),
    (ROLL, "easier.instead", "toe-yoga", "no movement 'toe-yoga'"),
    (ROLL, "easier.instead", "foot-ball-roll", "the movement itself"),
    (TURNS, "serves.1", "neck_pain", "twice"),
    (ROLL, "equipment", ["none", "chair"], "stands alone"),
    (BREATHING, "other_side_ok", True, "only a left_right"),
    # doses
    (STRETCH, "dose.hold_s", 121, "less than or equal to 120"),
    (STRETCH, "dose.sets", 0, "greater than or equal to 1"),
    (STRETCH, "dose.rest_s", "5", "integer"),
    (STRETCH, "dose.estimated_s", 1, "work plus rests"),
    (BREATHING, "dose.reps", 4, "does not belong in a dose of mode time"),
    (BREATHING, "easier.dose.seconds", GONE, "is missing in a dose of mode time"),
    (STRETCH, "pressure_ceiling_nrs", 3, "only there"),
    (ROLL, "pressure_ceiling_nrs", 11, "less than or equal to 10"),
    (ROLL, "easier.pressure_ceiling_nrs", 4, "more than the usual 3"),
    # programmes
    (DESK, f"{LINE}.slug", "headstand", "no movement 'headstand'"),
    (DESK, f"{LINE}.seconds", 901, "less than or equal to 900"),
    (DESK, f"{LINE}.hold_s", 30, "does not fit a dose of mode time"),
    (DESK, f"{LINE}.priority", "nice", "'core', 'useful' or 'optional'"),
    (DESK, f"{LINE}.one_side", True, "only a left_right"),
    (DESK, "phases.0.sessions.0.session_minutes", 13, "its doses take"),
    (DESK, "phases.0.sessions.1.id", "main", "twice"),
    (DESK, "weeks", 9, "cover weeks 1 to 9"),
    (DESK, "phases.0.dose_ramp", [1.0], "2 factors"),
    (DESK, "phases.0.dose_ramp.0", 0.2, "greater than or equal to 0.3"),
    (FIBRO, "phases.0.dose_ramp.1", 0.85, "more than 20 %"),
    (DESK, "phases.0.progress.next", "heaven", "no phase 'heaven'"),
    (DESK, "phases.0.progress.needs_confirmation", False, "True"),
    (DESK, "phases.0.progress.max_step_share", 0.5, "less than or equal to 0.2"),
    (DESK, "phases.0.progress_when", "Soon.", "repeat progress.sentence"),
    (DESK, "phases.1.step_back.0.then.phase", "before", "no phase 'before'"),
    (DESK, "phases.0.step_back.0.trigger.mood", 3, "not a known field"),
    (DESK, "phases.0.step_back.0", NEW_RULE, "nobody knows when within_days is met"),
    (DESK, "phases.0.step_back.1", OTHER_RULE, "nobody knows what to do with calendar"),
    (DESK, "phases.0.step_back.0.for_days", 60, "less than or equal to 14"),
    (DESK, "phases.0.progress.also.0", {"rule": "mood"}, "nobody knows the test 'mood'"),
    (DESK, "phases.0.progress.also.0", {"rule": "falls"}, "falls needs at_most, for_days"),
    (DESK, "measures.0.measure", "iq", "no measure 'iq'"),
    (DESK, "target_regions.0", "nose", "not in the vocabulary"),
    (DESK, "side_question", "Which side?", "asks_side"),
    (REASONS, "reasons.0.programmes.1", "headstand", "no programme 'headstand'"),
    (REASONS, "reasons.0.programmes", [], "at least 1 item"),
    (REASONS, "reasons.0.regions.0", "nose", "not in the vocabulary"),
    (REASONS, "reasons.1.id", "lasting_pain", "twice"),
    (REASONS, "reasons.2.said", "sport, proven", "proven"),
    # measures
    (NPRS, "licence", "borrowed", "not a licence"),
    (NPRS, "mdc.0.tag", "X", "pattern"),
    (NPRS, "hold_back.0", "name", "'bands'"),
    (NPRS, "range", [10, 0], "lowest value comes first"),
    (NPRS, "anchors", GONE, "the check-in asks"),
    (NPRS, "anchors", ["no pain"], "at least 2 items"),
    # safety
    ("safety/flags/foot_ulcer_risk.yaml", "regions.0", "nose", "not in the vocabulary"),
    (ACUTE, "expires_after_days", 0, "greater than or equal to 1"),
    (ACUTE, "ask_where", "", "is empty"),
    ("vocabularies.yaml", "health_flags.dizziness", "Another label", "differs"),
    (HEART, "call", GONE, "for an emergency"),
    (HEART, "if_yes", "modify", "does not fit effect"),
    ("safety/questions/em_stroke.yaml", "sets_flag", "no_such_flag", "no flag"),
    ("safety/screens.yaml", "screens.0.items.0", "em_nothing", "no question"),
    ("safety/screens.yaml", "screens.1.items.0", "em_heart", "on a screen already"),
    ("safety/pre_session.yaml", "items.0.opens.0", "em_nothing", "no question"),
    ("safety/messages.yaml", "messages.19.leads_to.Yes", "lock_nothing", "no 'lock_nothing'"),
    ("safety/onboarding.yaml", "adults_only.text", "All ages.", "differs"),
    ("safety/emergency_numbers.yaml", "countries.1.code", "GB", "twice"),
    ("safety/emergency_numbers.yaml", "countries.0.number", "999, or 112", "pattern"),
    ("safety/emergency_numbers.yaml", "default", "your local number", "pattern"),
    (AFTER, "kind.options.2.say_now", "Sharp pain is bad.", "not the beginning"),
    (AFTER, "kind.options.2.say_now", GONE, "the kind is red"),
    (AFTER, "worst_pain.measure", "iq", "no measure 'iq'"),
    ("safety/effects.yaml", "effect_order", ["emergency"], "there once"),
    ("order.yaml", "movements.0", "headstand", "no file for 'headstand'"),
    ("vocabularies.yaml", "health_flags.tired", "Tired", "no flag file"),
    # words
    (TURNS, "cautions", "Stop if dizzy (V).", "author's remark"),
    (TURNS, "steps.0", "Turn slowly (convention, K).", "author's remark"),
    (TURNS, "progression", "Turn further (K/E).", "author's remark"),
    (TURNS, "evidence.note", "Two trials (K: Smith 2001).", "author's remark"),
    (TURNS, "evidence_line", "K: may help.", "author's remark"),
    (TURNS, "common_faults.0", "TODO: write this", "author's remark"),
    (DESK, "who_for", "Adults; re-check the age.", "author's remark"),
    (DESK, "phases.0.goal", "Move often. Author's note: check.", "author's remark"),
    (DESK, "phases.0.sessions.0.movements.0.note", "slow (tag E)", "author's remark"),
    ("measures/stiffness_nrs.yaml", "bands", "1-3 mild (K)", "author's remark"),
    ("safety/messages.yaml", "messages.5.text", "Stand near a wall (E).", "author's remark"),
    (TURNS, "evidence_line", "Clinically proven for neck pain.", "word to avoid"),
    (TURNS, "feel_it_here", "Knots melt away.", "word to avoid"),
    (DESK, "who_for", "This breaks up adhesions.", "word to avoid"),
    ("vocabularies.yaml", "kinds.mobility", "Mobility that fixes pain", "word to avoid"),
    (HEART, "then", "Call {phone} now.", "unknown placeholder"),
]


@pytest.mark.parametrize(("file", "field", "value", "reason"), DAMAGE_IN_ONE_FIELD)
def test_a_damaged_field_is_named_with_its_file_and_a_reason(
    folder: Path, file: str, field: str, value: object, reason: str
) -> None:
    change(folder, file, field, value)
    with pytest.raises(BrokenContent) as raised:
        load(folder)
    first = raised.value
    assert (first.file, first.field) == (file, field)
    assert reason in first.reason


def test_an_easier_dose_may_not_exceed_the_usual_one(folder: Path) -> None:
    change(folder, BREATHING, "easier.dose.seconds", 200)
    change(folder, BREATHING, "easier.dose.estimated_s", 200)
    assert found_in(folder) == [(BREATHING, "easier.dose.seconds")]


def test_an_alternating_movement_needs_an_even_number_of_repetitions(folder: Path) -> None:
    change(folder, TURNS, "dose.reps", 9)
    reasons = {problem.field: problem.reason for problem in problems(folder)}
    assert "even" in reasons["dose.reps"]


def test_an_override_of_an_alternating_movement_is_even_too(folder: Path) -> None:
    change(folder, DESK, "phases.0.sessions.0.movements.3.reps", 7)
    assert found_in(folder) == [(DESK, "phases.0.sessions.0.movements.3.reps")]


def test_a_flag_leaves_out_or_asks_first_but_not_both(folder: Path) -> None:
    change(folder, ROLL, "ask_first_if.0", "pregnancy")
    assert found_in(folder) == [
        (ROLL, "ask_first_if.0"),
        (ROLL, "modify_if.1"),
    ]


def test_one_side_needs_a_programme_that_asks_the_side(folder: Path) -> None:
    change(folder, DESK, "phases.0.sessions.0.movements.6.one_side", True)
    assert (DESK, "phases.0.sessions.0.movements.6.one_side") in found_in(folder)


def test_a_retired_movement_stays_but_leaves_every_programme(folder: Path) -> None:
    change(folder, "movements/forearm-ball-roll.yaml", "retired", True)
    assert found_in(folder) == []
    assert load(folder).movements["forearm-ball-roll"].retired
    assert "forearm-ball-roll" not in {each.slug for each in load(folder).movements_on_offer()}

    change(folder, "movements/worktop-lean.yaml", "retired", True)
    found = found_in(folder)
    assert ("movements/childs-pose-reach.yaml", "easier.instead") in found
    assert ("programmes/low-back.yaml", "flare_session.movements.3.slug") in found


def test_a_retired_programme_may_keep_its_retired_movements(folder: Path) -> None:
    for path in sorted((folder / "programmes").glob("*.yaml")):
        change(folder, f"programmes/{path.name}", "retired", True)
    change(folder, "movements/sit-to-stand.yaml", "retired", True)
    assert found_in(folder) == []
    assert load(folder).programmes_on_offer() == ()


def test_a_stance_that_is_held_belongs_to_a_session_of_its_phase(folder: Path) -> None:
    change(
        folder, "programmes/balance-and-gait.yaml", "phases.0.progress.also.0.movement", "cat-cow"
    )
    assert found_in(folder) == [
        ("programmes/balance-and-gait.yaml", "phases.0.progress.also.0.movement")
    ]


def test_a_file_is_called_like_its_item(folder: Path) -> None:
    (folder / TURNS).rename(folder / "movements/neck-turning.yaml")
    with pytest.raises(BrokenContent) as raised:
        load(folder)
    assert (raised.value.file, raised.value.field) == ("movements/neck-turning.yaml", "slug")


def test_the_same_key_twice_is_refused(folder: Path) -> None:
    with (folder / TURNS).open("a", encoding="utf-8") as file:
        file.write("position: standing\n")
    assert found_in(folder) == [(TURNS, "position")]
    assert "twice" in problems(folder)[0].reason


def test_a_file_that_is_not_yaml_is_refused(folder: Path) -> None:
    (folder / TURNS).write_text("slug: [neck-turns\n", "utf-8")
    assert found_in(folder) == [(TURNS, "(file)")]


def test_a_file_that_is_not_text_is_refused(folder: Path) -> None:
    (folder / TURNS).write_bytes(b"slug: \xff\xfe\n")
    assert found_in(folder) == [(TURNS, "(file)")]


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / TURNS).write_text("", "utf-8")
    assert found_in(folder) == [(TURNS, "(file)")]


def test_a_file_of_another_kind_is_refused(folder: Path) -> None:
    (folder / "movements/neck-turns.yml").write_text("", "utf-8")
    assert found_in(folder) == [("movements/neck-turns.yml", "(file)")]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "safety/unlock.yaml").unlink()
    assert found_in(folder) == [("safety/unlock.yaml", "(file)")]


def test_a_movement_missing_from_the_order_is_named(folder: Path) -> None:
    change(folder, "order.yaml", "movements.0", GONE)
    assert found_in(folder) == [("order.yaml", "movements")]


def test_every_problem_is_listed_for_authors(folder: Path) -> None:
    change(folder, TURNS, "kind", 3)
    change(folder, DESK, "weeks", "eight")
    assert found_in(folder) == [(TURNS, "kind"), (DESK, "weeks")]
    assert str(problems(folder)[1]).startswith("programmes/neck-and-desk.yaml: weeks: ")


def test_an_authors_note_in_its_own_field_is_fine(folder: Path) -> None:
    change(folder, TURNS, "author_notes", ["re-check the dose (K)"])
    assert found_in(folder) == []


def test_a_remark_in_a_held_back_field_is_fine_because_nobody_sees_it(folder: Path) -> None:
    change(folder, NPRS, "bands", "1-3 mild (convention, K)")
    assert found_in(folder) == []


def test_saying_that_something_is_not_proven_is_fine(folder: Path) -> None:
    change(folder, TURNS, "evidence_line", "Help with pain is not proven.")
    assert found_in(folder) == []
