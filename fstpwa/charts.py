"""Charts drawn on the server as inline SVG: classes only, no style, no script.

Colours and stroke widths are in `frontend/styles/charts.css`. A chart is one picture to a
screen reader (title and description); its numbers are in the table beside it. Days without
an answer stay gaps: nothing is joined up, filled in or counted as zero.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from fstpwa.domain.course import Bar, Course, Pain
from fstpwa.domain.days import MONTHS, short_day, span_in_words, weekday_name
from fstpwa.domain.statistics import FOR_ANY_REASON

Points = Sequence[tuple[date, float | None]]

# The picture's own units. Text is 14 of them high (charts.css): 12 px in a card on the
# narrowest phone (250 px for the picture), 15 px on a usual one.
WIDTH, HEIGHT = 290, 206
LEFT, RIGHT, TOP, BOTTOM = 24, 286, 8, 162
FLARE_LANE, LABEL_LINE = 174, 198
"""Flare days have their own lane below the plot, so that they never hide a rating."""
MONTH_LABEL_WIDTH = 34
LINES = 5

# The course: three lanes and one axis of days. Tops and bottoms of the lanes; their names stand above.
BARS, STIFFNESS, PAIN = (20, 56), (86, 150), (180, 244)
NAME_ABOVE = 7
COURSE_HEIGHT, COURSE_MARKS, COURSE_LABELS = 288, 256, 280
COURSE_LINES = 2


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table beside a chart."""

    day: date
    value: float | None
    smooth: float | None
    flare: bool

    @property
    def day_words(self) -> str:
        """Return "Mon 3 March"."""
        return f"{weekday_name(self.day)[:3]} {short_day(self.day)}"

    @property
    def value_words(self) -> str:
        """Return the rating, or that there is none."""
        return "not answered" if self.value is None else f"{self.value:g}"

    @property
    def smooth_words(self) -> str:
        """Return the median; "-" where too few days are answered for one."""
        return "-" if self.smooth is None else f"{self.smooth:g}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a day and a value lie in the picture."""

    first: date
    last: date
    low: float
    high: float
    top: float = TOP
    bottom: float = BOTTOM

    def x(self, day: date) -> float:
        span = (self.last - self.first).days or 1
        return LEFT + 6 + (RIGHT - LEFT - 12) * (day - self.first).days / span

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def line_chart(
    points: Points,
    smooth: Points = (),
    flares: Collection[date] = (),
    *,
    title: str,
    description: str,
    id_prefix: str,
    low: float = 0,
    high: float = 10,
) -> Markup:
    """Draw daily ratings as dots, their rolling median as a line, flare days as triangles.

    Args:
        points: Each day of the stretch in order, with its rating or None.
        smooth: The rolling median of the same days (`domain.statistics.rolling_median`);
            None leaves a gap in the line.
        flares: Flare days; those outside the stretch are left out.
        title: What is drawn, in a few words: "Felt stiffness, 0 to 10".
        description: The chart in words, see `describe`.
        id_prefix: Makes the ids unique on the page: letters, digits, hyphens.
        low: Lowest value of the scale, drawn at the bottom.
        high: Highest value of the scale; more than `low`.

    Returns:
        An `<svg>`; an empty string when no day has a rating.
    """
    if all(value is None for _, value in points):
        return Markup("")
    frame = _Frame(points[0][0], points[-1][0], low, high)
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}" '
        'aria-labelledby="{id}-title {id}-words">'
        '<title id="{id}-title">{title}</title><desc id="{id}-words">{words}</desc>'
        "{axes}{line}{dots}{flares}</svg>"
    ).format(
        width=WIDTH,
        height=HEIGHT,
        id=id_prefix,
        title=title,
        words=description,
        axes=_value_axis(frame) + _day_axis(frame),
        line=_path("chart-line", _line(smooth, frame)),
        dots=_path("chart-dots", _dots(points, frame)),
        flares=_path("chart-flares", _triangles(flares, frame, FLARE_LANE)),
    )


def course_chart(course: Course, *, title: str, names: Sequence[str], id_prefix: str) -> Markup:
    """Draw sessions as bars, felt stiffness and pain above one axis of days, flare days below.

    What was planned is an outline behind its bar. Pain is a line from before practice (a short
    stroke) to after it (a dot). Days in the clinic are diamonds beside the flare days' triangles.

    Args:
        course: What is drawn; it says itself in words what that is.
        title: What is drawn, in a few words.
        names: What the three lanes are called, from above.
        id_prefix: Makes the ids unique on the page: letters, digits, hyphens.

    Returns:
        An `<svg>`; an empty string when nothing was recorded.
    """
    if course.is_empty:
        return Markup("")
    most = max(max(bar.done, bar.planned or 0) for bar in course.bars) or 1
    span = course.first, course.last
    bars, stiffness, pain = (
        _Frame(*span, 0, high, top, bottom)
        for high, (top, bottom) in ((most, BARS), (10, STIFFNESS), (10, PAIN))
    )
    lanes = Markup("").join(
        _label(LEFT, frame.top - NAME_ABOVE, name, "start")
        for frame, name in zip((bars, stiffness, pain), names, strict=True)
    )
    return Markup(
        '<svg class="chart chart-course" role="img" viewBox="0 0 {width} {height}" '
        'aria-labelledby="{id}-title {id}-words">'
        '<title id="{id}-title">{title}</title><desc id="{id}-words">{words}</desc>'
        "{axes}{names}{drawn}</svg>"
    ).format(
        width=WIDTH,
        height=COURSE_HEIGHT,
        id=id_prefix,
        title=title,
        words=course.words,
        axes=_value_axis(bars, 1)
        + _value_axis(stiffness, COURSE_LINES)
        + _value_axis(pain, COURSE_LINES)
        + _day_axis(pain, COURSE_LABELS),
        names=lanes,
        drawn=_path("chart-planned", _boxes(course.bars, bars, planned=True))
        + _path("chart-bars", _boxes(course.bars, bars, planned=False))
        + _path("chart-line", _line(course.smooth, stiffness))
        + _path("chart-dots", _dots(course.stiffness, stiffness))
        + _path("chart-stems", _stems(course.pains, pain))
        + _path("chart-before", _strokes(course.pains, pain))
        + _path("chart-after", _dots([(each.day, each.after) for each in course.pains], pain))
        + _path("chart-flares", _triangles(course.flares, pain, COURSE_MARKS))
        + _path("chart-visits", _diamonds(course.visits, pain)),
    )


def chart_rows(
    points: Points, smooth: Points = (), flares: Collection[date] = ()
) -> tuple[ChartRow, ...]:
    """Return the numbers of a chart, newest first; days with nothing to tell are left out."""
    medians = dict(smooth)
    rows = (ChartRow(day, value, medians.get(day), day in flares) for day, value in points)
    told = [row for row in rows if row.value is not None or row.flare]
    return tuple(reversed(told))


def describe(points: Points, smooth: Points = (), flares: Collection[date] = ()) -> str:
    """Say in words what a chart shows: days answered, the median then and now, flare days.

    Never a cause and never a single day's arrow (content F.6 and F.8).
    """
    if not points:
        return FOR_ANY_REASON
    values = [value for _, value in points if value is not None]
    drawn = [(day, value) for day, value in smooth if value is not None]
    flared = sum(day in flares for day, _ in points)
    first, last = points[0][0], points[-1][0]
    sentences = [
        f"{span_in_words(first, last)}: {len(values)} of {_count(len(points), 'day')} answered."
    ]
    if values:
        sentences.append(f"Ratings from {min(values):g} to {max(values):g}.")
    if drawn:
        (began, old), (ended, new) = drawn[0], drawn[-1]
        sentences.append(
            f"7-day median: {old:g} on {short_day(began)}, {new:g} on {short_day(ended)}."
            if ended > began
            else f"7-day median: {new:g} on {short_day(ended)}."
        )
    if flared:
        sentences.append(f"{_count(flared, 'flare day')}.")
    return " ".join([*sentences, FOR_ANY_REASON])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _path(name: str, drawn: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(name, drawn) if drawn else Markup("")


def _dots(points: Points, frame: _Frame) -> str:
    # A line of next to no length with round ends is a dot in every browser; h0 is not.
    return "".join(
        f"M{_number(frame.x(day))} {_number(frame.y(value))}h.01"
        for day, value in points
        if value is not None
    )


def _line(smooth: Points, frame: _Frame) -> str:
    drawn = ""
    joined = False
    for day, value in smooth:
        if value is None:
            joined = False
            continue
        place = f"{_number(frame.x(day))} {_number(frame.y(value))}"
        drawn += f"L{place}" if joined else f"M{place}h.01"
        joined = True
    return drawn


def _boxes(bars: Sequence[Bar], frame: _Frame, *, planned: bool) -> str:
    """Draw a box for each bar, as wide as its days, with a little air between two."""
    drawn = ""
    for bar in bars:
        value = (bar.planned or 0) if planned else bar.done
        if not value:
            continue
        left, right = frame.x(bar.first), frame.x(min(bar.last, frame.last))
        if bar.first == bar.last:
            left, right = left - 2.5, right + 2.5
        y, width = frame.y(value), max(right - left, 1.5)
        drawn += (
            f"M{_number(left)} {_number(y)}h{_number(width)}V{frame.bottom:g}h-{_number(width)}z"
        )
    return drawn


def _stems(pains: Sequence[Pain], frame: _Frame) -> str:
    return "".join(
        f"M{_number(frame.x(each.day))} {_number(frame.y(each.before))}V{_number(frame.y(each.after))}"
        for each in pains
        if each.before is not None and each.after is not None
    )


def _strokes(pains: Sequence[Pain], frame: _Frame) -> str:
    return "".join(
        f"M{_number(frame.x(each.day) - 2)} {_number(frame.y(each.before))}h4"
        for each in pains
        if each.before is not None
    )


def _diamonds(days: Collection[date], frame: _Frame) -> str:
    return "".join(
        f"M{_number(frame.x(day))} {COURSE_MARKS - 5}l3.5 4l-3.5 4l-3.5-4z" for day in sorted(days)
    )


def _triangles(flares: Collection[date], frame: _Frame, lane: float) -> str:
    return "".join(
        f"M{_number(frame.x(day))} {lane - 5:g}l3.5 7h-7z"
        for day in sorted(flares)
        if frame.first <= day <= frame.last
    )


def _value_axis(frame: _Frame, count: int = LINES) -> Markup:
    step = (frame.high - frame.low) / count
    lines, labels = "", Markup("")
    for n in range(count + 1):
        value = frame.low + n * step
        y = frame.y(value)
        lines += f"M{LEFT} {_number(y)}H{RIGHT}"
        labels += _label(LEFT - 5, y + 4.5, f"{value:g}", "end")
    return _path("chart-grid", lines) + labels


def _day_axis(frame: _Frame, label_line: float = LABEL_LINE) -> Markup:
    """Name the months; a stretch with hardly any gets its first and last day instead."""
    months = list(_month_starts(frame.first, frame.last))
    if len(months) < 2:
        labels = _label(LEFT, label_line, _brief(frame.first), "start")
        if frame.last > frame.first:
            labels += _label(RIGHT, label_line, _brief(frame.last), "end")
        return labels
    ticks, labels, free_from = "", Markup(""), 0.0
    for month in months:
        x = frame.x(month)
        ticks += f"M{_number(x)} {frame.bottom:g}v5"
        # Left out rather than on top of its neighbour, or over the edge.
        if x >= free_from and x + MONTH_LABEL_WIDTH - 8 <= WIDTH:
            labels += _label(x - 2, label_line, MONTHS[month.month - 1][:3], "start")
            free_from = x + MONTH_LABEL_WIDTH
    return _path("chart-ticks", ticks) + labels


def _month_starts(first: date, last: date) -> Iterator[date]:
    year, month = first.year, first.month
    start = date(year, month, 1)
    while start <= last:
        if start >= first:
            yield start
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        start = date(year, month, 1)


def _brief(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _label(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        _number(x), _number(y), anchor, words
    )
