"""What the player's page carries for a phone with no network: the same as the server would say."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product

import pytest

from fstpwa.content import library
from fstpwa.domain.after_session import emergency_help, red_advice
from fstpwa.domain.pain_zone import base_of, red_from, zone_with_kinds
from fstpwa.domain.pre_session import AFTER, known_items, may_be_emergency
from tests.pages import VOID

SAFETY = library().safety
KINDS = {kind.id for kind in SAFETY.after_session.kinds}

Attributes = dict[str, str | None]


@dataclass
class Template:
    """A template of the page: its own attributes, its tags, its words, those of each advice."""

    attributes: Attributes
    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    words: str = ""
    advice: dict[str, str] = field(default_factory=dict)

    def all(self, name: str) -> set[str]:
        """Return the values that an attribute has in the template."""
        return {value for _, tag in self.tags if (value := tag.get(name)) is not None}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, Template] = {}
        self.open: list[tuple[str, str | None]] = []
        self.inside: Template | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "template":
            self.inside = self.found[found["data-player"] or ""] = Template(found)
        elif self.inside is not None:
            self.inside.tags.append((tag, found))
        if tag not in VOID:
            self.open.append((tag, found.get("data-advice")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "template":
            self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside is None:
            return
        self.inside.words = tidy(f"{self.inside.words} {data}")
        for _, advice in self.open:
            if advice is not None:
                self.inside.advice[advice] = tidy(f"{self.inside.advice.get(advice, '')} {data}")


def tidy(text: str) -> str:
    return " ".join(text.split())


def templates_in(page: str) -> dict[str, Template]:
    reader = _Reader()
    reader.feed(page)
    return reader.found


@pytest.fixture
def templates(her, session) -> dict[str, Template]:
    """The templates of the player's page by name."""
    return templates_in(her.get(f"/sessions/{session.id}").text)


@pytest.mark.parametrize("earlier", [None, 2.0, 3.5, 4.0, 5.5, 7.0, 9.0])
def test_from_which_pain_on_a_session_is_red_is_what_the_server_reckons(earlier):
    limits = red_from(earlier)
    for before, worst in product([None, *range(11)], range(11)):
        base = base_of([], before) if earlier is None else earlier
        is_red = zone_with_kinds(worst, (), base) == "red"
        assert (worst >= limits["" if before is None else str(before)]) is is_red, (before, worst)


def test_the_page_says_which_kinds_mean_stopping_and_what_is_too_much(templates):
    facts = json.loads(templates["after"].attributes["data-facts"] or "")
    assert (facts["red_from"][""], facts["red_from"]["7"]) == (6, 9)
    assert facts["red_kinds"] == ["sharp", "tingling_numb"]
    assert set(facts["kind_of_stop"]) == {"sharp", "tingling", "dizzy"}
    ticks = {*(item.id for item in SAFETY.pre_session.items), *AFTER}
    assert set(facts["urgent"]) == {each for each in ticks if may_be_emergency([each], SAFETY)}
    assert "pc_emergency" in facts["urgent"]
    assert "pc_flare" not in facts["urgent"]
    assert {*facts["kind_of_stop"].values(), facts["help_kind"], facts["lasting_kind"]} <= KINDS


def test_every_advice_of_the_server_is_in_the_page_word_for_word(templates):
    lines = templates["after"].advice
    red_text = SAFETY.message("post_red")
    for kind, named in product(("sharp", "tingling_numb"), (True, False)):
        told = red_advice("red", [kind], SAFETY.after_session, red_text, is_named=named)
        keys = [f"{kind} {'named' if named else 'unnamed'}", *([] if named else ["not-named"])]
        assert [lines[key] for key in (*keys, "red")] == [tidy(text) for text in told]


def test_the_questions_are_those_of_the_page_after_a_session(templates):
    after = templates["after"]
    inputs = [tag for name, tag in after.tags if name == "input"]
    assert {each["value"] for each in inputs if each["name"] == "pain_kinds"} == KINDS
    ratings = {each["name"] for each in inputs if each["type"] == "radio"}
    assert ratings == {"worst_pain", "effort", "felt_in"}
    assert SAFETY.after_session.worst_pain_ask in after.words
    assert after.all("data-about") == set(AFTER) == set(known_items(AFTER, SAFETY))


@pytest.mark.parametrize("name", ["words-ticked", "after"])
def test_whom_to_call_is_in_the_page_with_the_signs(templates, name):
    wanted = emergency_help(SAFETY, None)
    for sign, then in wanted.signs:
        assert tidy(sign) in templates[name].words
        assert tidy(then) in templates[name].words
    assert {f"tel:{number}" for number in wanted.to_call} <= templates[name].all("href")


def test_the_words_of_a_day_that_is_held_are_the_server_s(templates):
    assert tidy(SAFETY.message("post_red")) in templates["words-held"].words


def test_ticks_show_the_question_whether_it_is_an_emergency(templates):
    words = templates["words-ticked"].words
    assert tidy(SAFETY.message("sww_1_now")) in words


def test_nothing_in_a_template_is_sent_by_the_browser(templates):
    for template in templates.values():
        assert not template.all("data-hx-post")
        assert template.all("method") <= {"dialog"}
