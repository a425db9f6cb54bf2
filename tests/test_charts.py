"""Charts as inline SVG: accessible, small, honest about gaps."""

import itertools
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jinja2 import Environment, FileSystemLoader

from fstpwa import charts
from fstpwa.charts import chart_rows, describe, line_chart
from fstpwa.domain.course import Course, Practised, course
from fstpwa.domain.history import strip
from fstpwa.domain.practice_history import PlannedRecord
from fstpwa.domain.statistics import FOR_ANY_REASON, rolling_median

FIRST = date(2025, 3, 3)
DAYS = [FIRST + timedelta(days=n) for n in range(140)]


def test_a_chart_is_one_picture_with_a_title_and_a_description():
    svg = parsed(drawn(points(range(140))))

    assert svg.get("role") == "img"
    names = svg.get("aria-labelledby").split()
    texts = {node.get("id"): node.text for node in svg if node.tag in ("title", "desc")}
    assert [texts[name] for name in names] == ["Felt stiffness", "What it shows"]


def test_there_is_a_dot_for_each_answered_day_and_none_for_the_others():
    svg = parsed(drawn(points([0, 1, 5, 139])))

    assert path(svg, "chart-dots").count("M") == 4


def test_the_line_has_a_gap_where_there_is_no_median():
    smooth = [(day, None if 50 <= n < 60 else 5.0) for n, day in enumerate(DAYS)]

    line = path(parsed(drawn(points(range(140)), smooth)), "chart-line")

    assert line.count("M") == 2
    assert line.count("L") == 130 - 2


def test_without_a_median_there_is_no_line_at_all():
    svg = parsed(drawn(points([0, 1]), [(day, None) for day in DAYS]))

    assert path(svg, "chart-line") is None


def test_flare_days_are_shapes_of_their_own_and_only_within_the_stretch():
    flares = {DAYS[3], DAYS[90], FIRST - timedelta(days=1), DAYS[-1] + timedelta(days=1)}

    assert path(parsed(drawn(points([0]), flares=flares)), "chart-flares").count("z") == 2


def test_the_scale_is_labelled_from_low_to_high_and_the_months_by_name():
    words = [node.text for node in parsed(drawn(points([0]))).iter("text")]

    assert words == ["0", "2", "4", "6", "8", "10", "Apr", "May", "Jun", "Jul"]


def test_a_short_stretch_names_its_first_and_last_day():
    svg = parsed(drawn([(day, 4.0) for day in DAYS[:9]]))

    assert [node.text for node in svg.iter("text")][-2:] == ["3 Mar", "11 Mar"]


def test_one_day_alone_can_be_drawn():
    svg = parsed(drawn([(FIRST, 4.0)]))

    assert path(svg, "chart-dots").count("M") == 1
    assert [node.text for node in svg.iter("text")][-1] == "3 Mar"


@pytest.mark.parametrize("days", [60, 140, 400, 1500])
def test_labels_never_lie_on_each_other_or_over_the_edge(days):
    stretch = [(FIRST + timedelta(days=n), 3.0) for n in range(days)]

    months = list(parsed(drawn(stretch)).iter("text"))[6:]

    places = [float(node.get("x")) for node in months]
    assert places
    assert all(later - earlier >= 30 for earlier, later in itertools.pairwise(places))
    assert max(places) < 270


def test_every_mark_lies_inside_the_picture():
    svg = parsed(drawn([(day, float(n % 11)) for n, day in enumerate(DAYS)], flares=set(DAYS)))
    _, _, width, height = (float(number) for number in svg.get("viewBox").split())

    places = re.findall(r"M([\d.]+) ([\d.]+)", path(svg, "chart-dots") + path(svg, "chart-flares"))
    assert len(places) == 280
    assert all(0 < float(x) < width and 0 < float(y) < height for x, y in places)


def test_the_lowest_value_is_at_the_bottom_and_the_highest_at_the_top():
    svg = parsed(drawn([(FIRST, 0.0), (DAYS[1], 10.0)]))

    (_, bottom), (_, top) = re.findall(r"M([\d.]+) ([\d.]+)", path(svg, "chart-dots"))
    assert float(bottom) > float(top)


def test_no_answer_draws_nothing():
    assert drawn([]) == ""
    assert drawn([(day, None) for day in DAYS]) == ""


def test_words_are_escaped():
    svg = line_chart([(FIRST, 1.0)], title="<script>", description='"&<', id_prefix='x"><script>')

    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


def test_140_days_stay_small_and_carry_neither_style_nor_script():
    full = {day: float(n * 7 % 11) for n, day in enumerate(DAYS)}

    svg = drawn(list(full.items()), rolling_median(full, DAYS), set(DAYS[::3]))

    assert len(svg) <= 6_000
    assert not re.search(r"style|<script|\son\w+=|fill=|stroke=", svg)


def test_the_table_has_the_same_numbers_newest_first():
    rows = chart_rows(
        [(DAYS[0], 4.0), (DAYS[1], None), (DAYS[2], None), (DAYS[3], 6.0)],
        [(DAYS[3], 4.5)],
        {DAYS[2]},
    )

    assert [(row.day_words, row.value_words, row.smooth_words, row.flare) for row in rows] == [
        ("Thu 6 March", "6", "4.5", False),
        ("Wed 5 March", "not answered", "-", True),
        ("Mon 3 March", "4", "-", False),
    ]


def test_the_description_says_what_is_shown_and_claims_no_cause():
    words = describe(
        [(DAYS[0], 6.0), (DAYS[1], None), (DAYS[2], 3.0)],
        [(DAYS[0], 6.0), (DAYS[1], None), (DAYS[2], 4.5)],
        {DAYS[1], DAYS[100]},
    )

    assert words == (
        "3 March to 5 March: 2 of 3 days answered. Ratings from 3 to 6. "
        "7-day median: 6 on 3 March, 4.5 on 5 March. 1 flare day. "
        "Change over time, for any reason."
    )


def test_the_description_of_nothing_is_still_a_sentence():
    assert describe([]) == FOR_ANY_REASON
    assert describe([(FIRST, None)]) == f"3 March: 0 of 1 day answered. {FOR_ANY_REASON}"


def test_the_strip_is_a_table_with_words_in_every_past_cell_and_no_tab_stops():
    weeks = strip(DAYS[-1], set(DAYS), dict.fromkeys(DAYS, "yes"), set())

    table = template("progress/_strip.html").strip(weeks).partition("<ul")[0]

    assert table.count("<td") == 140 + 1
    assert table.count(": practised, good day</span>") == len(DAYS)
    assert table.count('scope="col"') == 20
    assert not re.search(r"<a\s|tabindex|style=", table)
    assert len(table) <= 12_000


def test_the_folded_list_links_to_every_day_that_has_happened():
    wednesday = DAYS[2]

    listed = template("progress/_strip.html").strip_days(
        strip(wednesday, set(), {}, set(), weeks=2), "/check-in/"
    )

    assert listed.count("<a ") == 7 + 3
    assert f'href="/check-in/{wednesday.isoformat()}"' in listed
    assert f"/check-in/{DAYS[3].isoformat()}" not in listed


@pytest.mark.parametrize("trend", [True, False])
def test_a_chart_comes_with_its_numbers_and_no_promise(trend):
    values = [(DAYS[0], 4.0), (DAYS[1], 6.0)]

    figure = template("progress/_chart.html").chart(
        drawn(values), chart_rows(values, (), {DAYS[1]}), "Felt stiffness", "Rating", trend
    )

    assert FOR_ANY_REASON in figure
    assert "<td>6, flare</td>" in figure
    assert ("The line begins after 7 days" in figure) is not trend


def points(answered):
    chosen = set(answered)
    return [(day, 4.0 if n in chosen else None) for n, day in enumerate(DAYS)]


def drawn(values, smooth=(), flares=()):
    return line_chart(
        values,
        smooth,
        flares,
        title="Felt stiffness",
        description="What it shows",
        id_prefix="stiffness",
    )


def template(name):
    folder = Path(charts.__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True).get_template(name).module


def parsed(svg):
    return ElementTree.fromstring(svg)


def path(svg, name):
    return next((node.get("d") for node in svg.iter("path") if node.get("class") == name), None)


def a_course(weeks: int = 12, **given) -> Course:
    facts = {
        "practised": [Practised(day=FIRST + timedelta(days=70), before=2, after=5)],
        "planned": [
            PlannedRecord(
                day=FIRST + timedelta(days=70), template="main", state="done", optional=False
            )
        ],
        "ratings": {FIRST + timedelta(days=n): 4.0 for n in range(0, 84, 2)},
        "flares": {FIRST + timedelta(days=71)},
        "visits": {FIRST + timedelta(days=72)},
    }
    return course(FIRST + timedelta(days=83), weeks, **(facts | given))


def drawn_course(found: Course) -> ElementTree.Element:
    svg = charts.course_chart(
        found, title="How it goes", names=("Sessions", "Stiffness", "Pain"), id_prefix="course"
    )
    return parsed(svg)


def test_a_course_has_three_lanes_above_one_axis_of_days():
    svg = drawn_course(a_course())
    words = [node.text for node in svg.iter("text")]
    assert {"Sessions", "Stiffness", "Pain"} <= set(words)
    assert [word for word in words if word in ("Mar", "Apr", "May")] == ["Apr", "May"]
    counts = {
        "chart-bars": ("z", 1),
        "chart-planned": ("z", 1),
        "chart-dots": ("M", 42),
        "chart-stems": ("M", 1),
        "chart-before": ("M", 1),
        "chart-after": ("M", 1),
        "chart-flares": ("z", 1),
        "chart-visits": ("z", 1),
    }
    for name, (letter, count) in counts.items():
        assert path(svg, name).count(letter) == count, name


def test_what_was_not_recorded_or_is_not_shared_is_not_drawn():
    svg = drawn_course(a_course(planned=None, practised=(), flares=(), visits=()))
    for name in ("bars", "planned", "stems", "before", "after", "flares", "visits"):
        assert path(svg, f"chart-{name}") is None, name
    nothing = a_course(planned=None, practised=(), ratings={}, flares=(), visits=())
    drawn = charts.course_chart(nothing, title="", names=("", "", ""), id_prefix="course")
    assert drawn == ""


@pytest.mark.parametrize("weeks", [4, 12, 52])
def test_a_course_stays_inside_its_picture(weeks):
    every_day = [FIRST + timedelta(days=83 - n) for n in range(weeks * 7)]
    found = a_course(
        weeks,
        practised=[Practised(day=day, before=0, after=10) for day in every_day],
        ratings=dict.fromkeys(every_day, 10.0),
        flares=every_day,
        visits=every_day,
    )
    for node in drawn_course(found).iter("path"):
        for x, y in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", node.get("d")):
            assert 0 <= float(x) <= charts.WIDTH
            assert 0 <= float(y) <= charts.COURSE_HEIGHT
