"""The strip of weeks, and ratings as points."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.history import first_day, ratings_until, strip

WEDNESDAY = date(2025, 3, 5)


def test_the_strip_has_twenty_weeks_from_a_monday_and_ends_with_this_one():
    weeks = strip(WEDNESDAY, set(), {}, set())

    assert len(weeks) == 20
    assert weeks[0].monday == first_day(WEDNESDAY) == date(2024, 10, 21)
    assert weeks[-1].monday == date(2025, 3, 3)
    assert all(len(week.cells) == 7 for week in weeks)
    assert all(week.monday.weekday() == 0 for week in weeks)


def test_a_cell_says_everything_that_happened_on_its_day():
    monday = date(2025, 3, 3)

    cell = strip(WEDNESDAY, {monday}, {monday: "yes"}, {monday})[-1].cells[0]

    assert cell.text == "Monday 3 March: practised, good day, flare"
    assert cell.short_text == "3 March: practised, good day, flare"
    assert cell.classes == "practised good flare"
    assert cell.brief == "Mon 3"


def test_other_answers_are_said_but_not_marked_as_good():
    answers = {date(2025, 3, 3): "so_so", date(2025, 3, 4): "no"}

    monday, tuesday, wednesday, *_ = strip(WEDNESDAY, set(), answers, set())[-1].cells

    assert monday.text == "Monday 3 March: so-so day"
    assert tuesday.text == "Tuesday 4 March: not a good day"
    assert wednesday.text == "Wednesday 5 March: nothing recorded"
    assert (monday.classes, tuesday.classes, wednesday.classes) == ("", "", "")


def test_the_rest_of_this_week_is_blank():
    after_today = date(2025, 3, 6)

    week = strip(WEDNESDAY, {after_today}, {after_today: "yes"}, {after_today})[-1]

    assert [cell.future for cell in week.cells] == [False] * 3 + [True] * 4
    assert all(cell.text == cell.marks == "" for cell in week.cells[3:])
    assert week.summary == "Nothing recorded"


def test_a_week_is_summed_up_in_words():
    days = [date(2025, 2, 24) + timedelta(days=n) for n in range(7)]

    week = strip(WEDNESDAY, days[:3], {days[0]: "yes", days[1]: "yes", days[2]: "no"}, {days[5]})[
        -2
    ]

    assert week.name == "Week of 24 February"
    assert week.summary == "Practised on 3 days, 2 good days, 1 flare day"
    assert week.month == "Mar"


def test_a_week_of_one_day_is_said_in_the_singular():
    monday = date(2025, 3, 3)

    assert strip(WEDNESDAY, {monday}, {}, set())[-1].summary == "Practised on 1 day"
    assert strip(WEDNESDAY, set(), {monday: "no"}, set())[-1].summary == "No good days"


def test_ratings_have_one_point_a_day_until_today_with_gaps_as_none():
    ratings = {WEDNESDAY: 4, WEDNESDAY - timedelta(days=2): 5, WEDNESDAY + timedelta(days=1): 9}

    drawn = ratings_until(ratings, WEDNESDAY, weeks=1)

    assert drawn.points == ((date(2025, 3, 3), 5.0), (date(2025, 3, 4), None), (WEDNESDAY, 4.0))
    assert drawn.answered == 2
    assert all(value is None for _, value in drawn.smooth)


def test_the_days_before_the_first_monday_serve_the_median():
    ratings = {WEDNESDAY - timedelta(days=n): 4 for n in range(30)}

    drawn = ratings_until(ratings, WEDNESDAY, weeks=2)

    assert [value for _, value in drawn.smooth] == [4.0] * 10


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 60))
def test_every_day_up_to_today_has_exactly_one_cell(today, weeks):
    cells = [cell for week in strip(today, set(), {}, set(), weeks=weeks) for cell in week.cells]

    assert [cell.day for cell in cells] == [
        first_day(today, weeks) + timedelta(days=n) for n in range(7 * weeks)
    ]
    assert [cell.future for cell in cells] == [cell.day > today for cell in cells]
