"""The product's own content, as shipped."""

import dataclasses
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fstpwa.content import FOLDER, library, load, problems
from fstpwa.content.files import ContentFiles, every_file, read
from fstpwa.content.reading import FileModel
from fstpwa.domain.check_in import RATED_MEASURES
from fstpwa.domain.movement import short_label


@pytest.fixture(scope="module")
def files() -> ContentFiles:
    found, broken = read(FOLDER)
    assert not broken
    assert found is not None
    return found


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text that can be reached inside `value` by public names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, frozenset)):
        for inner in value:
            yield from texts_of(inner)
    elif hasattr(value, "items") and callable(value.items):
        for key, inner in value.items():
            yield from texts_of(key)
            yield from texts_of(inner)
    elif dataclasses.is_dataclass(value):
        for name in dir(value):
            if not name.startswith("_") and not callable(getattr(value, name)):
                yield from texts_of(getattr(value, name))


def test_the_content_has_no_problem() -> None:
    assert [str(problem) for problem in problems()] == []


def test_everything_written_is_loaded() -> None:
    found = library()
    assert len(found.movements) == 89
    assert len(found.programmes) == 10
    assert len(found.measures) == 29
    assert len(found.safety.flags) == 41
    assert len(found.safety.questions) == 47
    assert len(found.safety.screens) == 6
    assert len(found.safety.pre_session.items) == 6
    assert len(found.safety.messages) == 30
    assert len(found.safety.emergency_numbers.countries) == 41
    assert len(found.sources) == 49
    assert len(found.statistics_tests) == 10
    assert len(found.vocabularies.body_regions) == 16
    assert len(found.reasons) == 10


def test_the_order_of_the_library_is_the_written_one(files: ContentFiles) -> None:
    found = library()
    assert list(found.movements) == files.order.movements
    assert next(iter(found.movements)) == "belly-breathing-lying"
    assert list(found.movements)[-1] == "sit-to-stand"
    assert next(iter(found.programmes)) == "neck-and-desk"


def test_loading_takes_less_than_a_second_of_work() -> None:
    started = time.process_time()
    load()
    assert time.process_time() - started < 1


def test_the_library_cannot_be_changed() -> None:
    found = library()
    with pytest.raises(TypeError):
        found.movements["new"] = found.movements["neck-turns"]  # type: ignore[index]  # the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.movements["neck-turns"].name = "Other"  # type: ignore[misc]  # the point
    rule = found.programmes["low-back"].phases[0].step_back[0]
    with pytest.raises(TypeError):
        rule["for_days"] = 1  # type: ignore[index]  # the point


def test_the_library_is_read_once_a_process() -> None:
    assert library() is library()


def test_a_movement_is_what_its_file_says() -> None:
    movement = library().movements["foot-ball-roll"]
    assert movement.dose.seconds == 60
    assert movement.dose.per_side
    assert movement.easier.instead == "toe-spread-and-curl"
    assert movement.easier.pressure_ceiling_nrs == 2
    assert "dvt_suspected" in movement.stop_if
    assert movement.evidence.sources == ("koc2023", "park2016")
    assert not movement.retired


def test_a_programme_is_what_its_file_says() -> None:
    programme = library().programmes["plantar-heel"]
    assert programme.asks_side
    assert programme.side_question == "Which heel is sore?"
    assert any(
        line.one_side
        for phase in programme.phases
        for session in phase.sessions
        for line in session.movements
    )
    assert programme.flare_session.days_per_week == 0
    first = library().programmes["neck-and-desk"].phases[0]
    assert first.progress["next"] == "build"
    assert first.progress["max_rise"]["fatigue"] is None
    assert first.progress["raise"] == "one_thing"
    assert first.step_back[0]["trigger"]["any"][1] == {"session_zone": "red", "count": 1}


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("heel", "plantar-fascia-stretch"),
        ("desk", "upper-trap-stretch"),
        ("jaw", "jaw-rest-position"),
        ("tmj", "masseter-finger-release"),
        ("bum", "glute-ball-release"),
        ("back", "pelvic-tilt"),
        ("knee", "sit-to-stand"),
        ("sleep", "belly-breathing-lying"),
    ],
)
def test_everyday_words_lead_to_a_movement(word: str, slug: str) -> None:
    words = [each.casefold() for each in library().movements[slug].everyday_words]
    assert word in words


def test_a_label_for_chips_has_no_explanation() -> None:
    assert short_label("Jaw and face (TMJ, masseter, temporalis)") == "Jaw and face"
    assert short_label("Knee") == "Knee"


def test_author_notes_are_nowhere_in_the_library(files: ContentFiles) -> None:
    notes = [note for _, item in every_file(files) for note in _author_notes(item)]
    assert len(notes) > 30
    reachable = set(texts_of(library()))
    assert not reachable & set(notes)


def _author_notes(item: Any) -> Iterator[str]:
    dumped = item.model_dump()

    def walk(value: Any, *, inside: bool) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, inside=inside or key == "author_notes")
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner, inside=inside)
        elif inside and isinstance(value, str):
            yield value

    return walk(dumped, inside=False)


def test_figures_tagged_k_and_held_back_texts_cannot_be_reached(files: ContentFiles) -> None:
    hidden: dict[str, set[str]] = {}
    for slug, measure in files.measures.items():
        unchecked = {
            each.value for each in (*measure.mdc, *measure.mcid) if "K" in each.tag.split("/")
        }
        for field in measure.hold_back:
            held = getattr(measure, field)
            unchecked |= {held} if isinstance(held, str) else {each.value for each in held}
        hidden[slug] = unchecked
    assert sum(len(each) for each in hidden.values()) > 15
    for slug, loaded in library().measures.items():
        assert not hidden[slug] & set(texts_of(loaded)), slug


def test_what_the_check_in_rates_goes_from_0_to_10_with_words_for_both_ends() -> None:
    assert {"stiffness_nrs", "nprs", "fatigue_nrs", "sleep_nrs"} <= RATED_MEASURES
    for slug in RATED_MEASURES:
        measure = library().measures[slug]
        assert (measure.lowest, measure.highest) == (0, 10)
        assert measure.anchors is not None


def test_every_field_of_every_file_is_explained_to_authors() -> None:
    explained = set(re.findall(r"`([^`\s]+)`", (FOLDER / "README.md").read_text("utf-8")))
    fields = {
        field.alias or name
        for model in _file_models()
        for name, field in model.model_fields.items()
        if name != "root"
    }
    assert len(fields) > 150
    assert sorted(fields - explained) == []


def _file_models() -> Iterator[type[FileModel]]:
    waiting = [FileModel]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        yield model


def test_every_file_says_that_it_still_needs_a_physiotherapist() -> None:
    for path in FOLDER.rglob("*.yaml"):
        first_line = path.read_text("utf-8").split("\n", 1)[0]
        assert "sign-off by a registered physiotherapist before patient use" in first_line, path
