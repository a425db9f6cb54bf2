"""Four weeks of a client as a picture of a line's height: classes only, no style, no script.

A day is a column: a bar where they practised, a short stroke where a planned session was not done,
a triangle on a flare day. Above them goes the median of 7 days of felt stiffness, higher is worse.
It is one picture to a screen reader, with the same in words; missing days are gaps.
"""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from fstpwa.domain.attention_facts import DAY, WINDOW_DAYS, Facts
from fstpwa.domain.statistics import rolling_median

# The picture's own units.
COLUMN, BAR = 4, 3
WIDTH, HEIGHT = WINDOW_DAYS * COLUMN, 34
BAR_TOP, MISSED_TOP = 24, 32
LINE_TOP, LINE_BOTTOM = 1, 16
FLARE_TOP = 18
HIGHEST = 10
MEDIAN_EVERY = 3
"""The line has a point on every third day, today the last: more could not be seen so small."""


def spark_line(facts: Facts) -> Markup:
    """Return four weeks of a client as an `<svg>`; empty where nothing of it is shared."""
    if not facts.shares_records:
        return Markup("")
    first = facts.today - (WINDOW_DAYS - 1) * DAY
    days = [first + number * DAY for number in range(WINDOW_DAYS)]
    practised = {each.day for each in facts.sessions}
    missed = {
        each.day
        for each in facts.planned
        if each.state != "done" and each.day < facts.today and each.day not in facts.excused
    } - practised
    smooth = [value for _day, value in rolling_median(facts.stiffness, days[::MEDIAN_EVERY])]
    done = [number for number, day in enumerate(days) if day in practised]
    flares = [number for number, day in enumerate(days) if day in facts.excused.flares]
    return Markup(
        '<svg class="spark" role="img" viewBox="0 0 {width} {height}" aria-label="{words}">'
        '<path class="spark-missed" d="{missed}"/><path class="spark-done" d="{done}"/>'
        '<path class="spark-flare" d="{flares}"/><path class="spark-line" d="{line}"/></svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        words=_in_words(len(done), len(flares), smooth),
        missed=_bars((number for number, day in enumerate(days) if day in missed), MISSED_TOP),
        done=_bars(done, BAR_TOP),
        flares="".join(f"M{number * COLUMN} {FLARE_TOP}h{BAR}l-1.5 3z" for number in flares),
        line=_line(smooth),
    )


def _bars(numbers: Iterable[int], top: int) -> str:
    return "".join(f"M{number * COLUMN} {top}h{BAR}V{HEIGHT}h-{BAR}z" for number in numbers)


def _line(smooth: list[float | None]) -> str:
    drawn, is_down = "", False
    for number, value in enumerate(smooth):
        if value is not None:
            y = LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / HIGHEST
            drawn += f"{'L' if is_down else 'M'}{number * MEDIAN_EVERY * COLUMN + 2} {y:.4g}"
        is_down = value is not None
    return drawn


def _in_words(done: int, flares: int, smooth: list[float | None]) -> str:
    words = [
        ngettext(
            "Practised on %(num)s day of the last 28",
            "Practised on %(num)s days of the last 28",
            done,
        )
    ]
    if flares:
        words.append(ngettext("%(num)s flare day", "%(num)s flare days", flares))
    known = [value for value in smooth if value is not None]
    if known:
        words.append(
            _("stiffness %(old)s at first, %(new)s now", old=f"{known[0]:g}", new=f"{known[-1]:g}")
        )
    return ", ".join(words)
