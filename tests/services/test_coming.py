"""The lines that a phone fetches ahead are those of the coming sessions, as the gate leaves them."""

from datetime import timedelta

from fstpwa.services.coming import DAYS, coming_lines
from tests.playing import plan_in
from tests.telling import EMERGENCY, SPRAIN, tell


def lines_of(person) -> set[str]:
    with person.app.app_context():
        return set(coming_lines(person.user(), person.today()))


def said_in(plan) -> set[str]:
    """Return every line of an embedded plan, whichever version is played."""
    blocks = [item[version] for item in plan["items"] for version in ("usual", "easier")]
    return {text for block in blocks for cue in block["cues"] for _, text, _ in cue["say"]}


def test_every_line_of_every_session_of_the_coming_days_is_among_them(her):
    her.follows()
    lines = lines_of(her)
    for ahead in range(DAYS):
        for session in her.planned(ahead):
            plan = plan_in(her.get(f"/sessions/{session.id}").text)
            assert said_in(plan) | {plan["closing"]} <= lines


def test_what_comes_later_is_not(her):
    her.follows()
    few = lines_of(her)
    assert few
    with her.app.app_context():
        later = coming_lines(her.user(), her.today() + timedelta(days=60))
    assert len(later) < len(few)


def test_what_an_answer_closed_is_not_fetched(her):
    her.follows()
    before = lines_of(her)
    tell(her, SPRAIN, regions=["neck"])
    assert lines_of(her) < before


def test_a_locked_plan_fetches_nothing(her):
    her.follows()
    tell(her, EMERGENCY)
    assert lines_of(her) == set()
    assert her.get("/sessions/coming").json == {"lines": [], "voices": []}


def test_the_list_names_the_voices(her):
    her.follows()
    answer = her.get("/sessions/coming").json
    assert set(answer["lines"]) == lines_of(her)
    assert [voice["name"] for voice in answer["voices"]] == ["heart", "michael"]
