"""What a phone fetches for the coming days: as each is on its own day, and as the gate leaves it."""

from datetime import timedelta

from fstpwa.services.coming import DAYS, coming_days, coming_lines, coming_pictures
from fstpwa.services.people import pace_of
from tests.playing import plan_in
from tests.telling import EMERGENCY, SPRAIN, tell


def days_of(person):
    with person.app.app_context():
        return coming_days(person.user(), person.today())


def lines_of(person, ahead: int = 0) -> set[str]:
    with person.app.app_context():
        days = coming_days(person.user(), person.today() + timedelta(days=ahead))
        return set(coming_lines(days, pace_of(person.user())))


def said_in(plan) -> set[str]:
    """Return every line of an embedded plan, whichever version is played."""
    blocks = [item[version] for item in plan["items"] for version in ("usual", "easier")]
    return {text for block in blocks for cue in block["cues"] for _, text, _ in cue["say"]}


def test_they_are_seven_and_each_has_what_is_planned(her):
    her.follows()
    days = days_of(her)
    assert [each.day for each in days] == [her.today() + timedelta(days=n) for n in range(DAYS)]
    for ahead, each in enumerate(days):
        assert [one.session.id for one in each.sessions] == [one.id for one in her.planned(ahead)]


def test_what_is_done_is_not_among_them(her):
    her.follows()
    planned = her.planned()
    her.post(f"/sessions/{planned[0].id}/skip")
    assert [one.session.id for one in days_of(her)[0].sessions] == [one.id for one in planned[1:]]


def test_every_line_of_every_session_of_the_coming_days_is_among_theirs(her):
    her.follows()
    lines = lines_of(her)
    for ahead in range(DAYS):
        for session in her.planned(ahead):
            on = f"?on={session.day}" if ahead else ""
            plan = plan_in(her.get(f"/sessions/{session.id}{on}").text)
            assert said_in(plan) | {plan["closing"]} <= lines


def test_what_comes_later_is_not(her):
    her.follows()
    few = lines_of(her)
    assert few
    assert len(lines_of(her, ahead=60)) < len(few)


def test_what_an_answer_closed_is_not_fetched(her):
    her.follows()
    before = lines_of(her)
    tell(her, SPRAIN, regions=["neck"])
    assert lines_of(her) < before


def test_a_locked_plan_fetches_nothing(her):
    her.follows()
    tell(her, EMERGENCY)
    assert lines_of(her) == set()
    assert coming_pictures(days_of(her)) == ()


def test_pictures_are_the_stills_and_motions_of_what_is_played(her):
    her.follows()
    days = days_of(her)
    slugs = {item.slug for day in days for one in day.sessions for item in one.items.values()}
    pictures = coming_pictures(days)
    assert {each.split("/")[-1].split(".")[0] for each in pictures} == slugs
    assert len(pictures) == len(set(pictures)) == 2 * len(slugs)
