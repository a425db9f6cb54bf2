"""The body as a form control: one checkbox a region, named, with its shape, in all three places."""

import re

import pytest

from fstpwa.content import library
from fstpwa.domain.plain_labels import plain_regions
from tests.conftest import Person

REGIONS = tuple(library().vocabularies.body_regions)
LABEL = re.compile(r'<label class="body-choice">(.*?)</label>', re.DOTALL)
NECK_AND_JAW = {"regions": ["neck", "jaw"], "reasons": [], "country": "", "adult": ""}


def regions_of(page: str) -> dict[str, str]:
    """The inside of each region's label, by code."""
    inside = LABEL.findall(page)
    return {re.search(r'value="(\w+)"', label)[1]: label for label in inside}


def name_of(label: str) -> str:
    """What a screen reader says: the text outside of what is hidden from it."""
    said = re.sub(r'<svg[^>]* aria-hidden="true".*?</svg>', "", label, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", said).split())


@pytest.mark.parametrize(
    ("path", "name"), [("/welcome/you", "regions"), ("/movements", "region"), ("/check-in", None)]
)
def test_every_region_is_a_named_checkbox_with_its_shape(
    newcomer: Person, her: Person, path: str, name: str | None
):
    labels = regions_of((newcomer if path == "/welcome/you" else her).get(path).text)
    assert sorted(labels) == sorted(REGIONS)
    for code, label in labels.items():
        box = re.search(r'<input type="checkbox"([^>]*)>', label)[1]
        assert (f'name="{name}"' in box) if name else ("name=" not in box)
        assert "tabindex" not in box
        assert "disabled" not in box
        assert name_of(label)
        for kind in ("shape", "touch"):
            assert re.search(rf'<path class="body-{kind}"[^>]* d="M[^"]+z"/>', label), code


def test_the_name_is_the_regions(newcomer: Person):
    words = plain_regions(library().vocabularies)
    labels = regions_of(newcomer.get("/welcome/you").text)
    assert {code: name_of(label) for code, label in labels.items()} == words


def test_what_was_chosen_is_kept_when_something_else_is_missing(newcomer: Person):
    answer = newcomer.post("/welcome/you", data=NECK_AND_JAW)
    assert answer.status_code == 422
    chosen = {code for code, label in regions_of(answer.text).items() if " checked" in label}
    assert chosen == {"neck", "jaw"}


def test_the_library_keeps_what_was_chosen_and_counts_beside_it(her: Person):
    labels = regions_of(her.get("/movements?region=hip&region=knee").text)
    assert {code for code, label in labels.items() if " checked" in label} == {"hip", "knee"}
    assert re.fullmatch(r"Hip \d+", name_of(labels["hip"]))


def test_the_check_in_opens_the_places_of_the_programme_and_those_answered(her: Person):
    her.follows("plantar-heel")
    her.post("/check-in", data={"pain_in_neck": "4"})
    labels = regions_of(her.get("/check-in?change=more").text)
    chosen = {code for code, label in labels.items() if " checked" in label}
    assert {"foot", "neck"} <= chosen
    assert "jaw" not in chosen


def test_a_place_with_a_refused_answer_stays_open(her: Person):
    answer = her.post("/check-in", data={"pain_in_jaw": "eleven"})
    assert answer.status_code == 422
    assert " checked" in regions_of(answer.text)["jaw"]
