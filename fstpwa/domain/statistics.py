"""Telling change from wobble: the arithmetic of section F of the clinical content.

Every threshold here is the same for worse as for better. Missing days are left out: they
are never filled in, carried forward or counted as zero.

Each function is held to the worked examples of statistics_tests.yaml. `noise_band`,
`improved_pairs`, `detectable_change` and `smallest_p` have no page yet: they are the measured
arithmetic of the issues on measures and experiments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import comb, sqrt
from statistics import fmean, median

FOR_ANY_REASON = "Change over time, for any reason."
"""Stands beside every chart and comparison: there is no comparison group of one (F.6)."""

Z95 = 1.96
Z90 = 1.645
MAD_TO_SD = 1.4826
"""Turns a median absolute deviation into a standard deviation for bell-shaped data."""
LEAST_SPREAD = 0.7
"""Floor of the day-to-day spread on a scale of 0-10 (F.3.3)."""
USUAL_CORRELATION = 0.3
"""How alike neighbouring days are taken to be until it can be estimated (F.3.4)."""
MOST_CORRELATION = 0.7
DAYS_FOR_CORRELATION = 21
ROLLING_DAYS = 7
ROLLING_ANSWERED = 4
"""A rolling median is drawn only where so many of its 7 days are answered (F.3.2)."""
BASELINE_DAYS = 7
BASELINE_ANSWERED = 5
"""Before so many days, so many of them answered, there is no trend to draw (F.3.1)."""


@dataclass(frozen=True, slots=True)
class Band:
    """A difference, and how large it must be before it is more than wobble."""

    difference: float
    band: float

    @property
    def outside(self) -> bool:
        """Whether the difference, up or down, is more than wobble."""
        return abs(self.difference) > self.band


def effective_days(days: float, correlation: float = USUAL_CORRELATION) -> float:
    """Return how many independent days `days` days in a row are worth: n(1 - r)/(1 + r).

    Source: content F.3.4 (a series with lag-1 correlation r).

    Args:
        days: Answered days, 0 or more.
        correlation: Lag-1 correlation, 0-0.7.
    """
    return days * (1 - correlation) / (1 + correlation)


def median_absolute_deviation(ratings: Sequence[float]) -> float:
    """Return the median distance from the median. Needs at least one rating."""
    middle = median(ratings)
    return median(abs(rating - middle) for rating in ratings)


def spread(baseline: Sequence[float]) -> float:
    """Return the day-to-day spread of baseline ratings (0-10), in points, never below 0.7.

    Source: content F.3.3, 1.4826 x median absolute deviation.
    """
    return max(LEAST_SPREAD, MAD_TO_SD * median_absolute_deviation(baseline))


def day_to_day_correlation(ratings: Mapping[date, float]) -> float:
    """Return the lag-1 correlation of daily ratings, clamped to 0-0.7.

    With fewer than 21 answered days it is taken to be 0.3. Only days that follow each
    other make a pair, so a gap adds nothing. Source: content F.3.4.
    """
    if len(ratings) < DAYS_FOR_CORRELATION:
        return USUAL_CORRELATION
    mean = fmean(ratings.values())
    following = {day: ratings.get(day + timedelta(days=1)) for day in ratings}
    products = [(ratings[day] - mean) * (n - mean) for day, n in following.items() if n is not None]
    variance = fmean((rating - mean) ** 2 for rating in ratings.values())
    if not products or variance == 0:
        return USUAL_CORRELATION
    return min(MOST_CORRELATION, max(0.0, fmean(products) / variance))


def noise_band(
    spread_points: float,
    baseline_days: int,
    recent_days: int,
    correlation: float = USUAL_CORRELATION,
) -> float:
    """Return how far two means of daily ratings may lie apart by wobble alone, in points.

    Source: content F.3.5, 1.96 x s x sqrt(1/n1 + 1/n2) with effective days.

    Args:
        spread_points: Day-to-day spread, see `spread`.
        baseline_days: Answered days in the baseline, 1 or more.
        recent_days: Answered days in the recent stretch, 1 or more.
        correlation: See `day_to_day_correlation`.
    """
    before = effective_days(baseline_days, correlation)
    recent = effective_days(recent_days, correlation)
    return Z95 * spread_points * sqrt(1 / before + 1 / recent)


def good_day_band(
    good_before: int,
    answered_before: int,
    good_recent: int,
    answered_recent: int,
    correlation: float = USUAL_CORRELATION,
) -> Band:
    """Compare the share of good days in two windows.

    The difference is that of the plain shares. For the band each window shrinks to its
    effective days and gains one good and one other day, so that 0 of n or n of n is not
    taken as certain. Source: content F.4 (design choice, tag E).

    Args:
        good_before: Good days in the earlier window, 0 to `answered_before`.
        answered_before: Answered days in the earlier window, 1 or more.
        good_recent: Good days in the recent window.
        answered_recent: Answered days in the recent window, 1 or more.
        correlation: How alike neighbouring days are, 0-0.7.
    """
    share_before = good_before / answered_before
    share_recent = good_recent / answered_recent
    variance = 0.0
    for share, answered in ((share_before, answered_before), (share_recent, answered_recent)):
        days = effective_days(answered, correlation)
        shrunk = (share * days + 1) / (days + 2)
        variance += shrunk * (1 - shrunk) / (days + 2)
    return Band(share_recent - share_before, Z95 * sqrt(variance))


def improved_pairs(baseline: Sequence[float], recent: Sequence[float]) -> float:
    """Return the share of baseline-recent pairs in which the recent rating is lower (0-1).

    Ties count half. For scales where lower is better; for therapists only. Source: content
    F.3.7, non-overlap of all pairs (Parker & Vannest 2009). Both need at least one rating.
    """
    points = [
        1.0 if new < old else 0.5 if new == old else 0.0 for old in baseline for new in recent
    ]
    return fmean(points)


def standard_error_of_measurement(sd: float, icc: float) -> float:
    """Return SD x sqrt(1 - ICC) (content F.2); `icc`, the test-retest reliability, is 0-1."""
    return sd * sqrt(1 - icc)


def detectable_change(sd: float, icc: float, z: float = Z95) -> float:
    """Return the smallest detectable change, in the scale's points: z x sqrt(2) x SEM.

    `Z95` gives MDC95, `Z90` MDC90. Source: content F.2.
    """
    return z * sqrt(2) * standard_error_of_measurement(sd, icc)


def smallest_p(blocks: int) -> float:
    """Return the smallest two-sided p that a randomised block experiment can reach.

    It is 2 / number of orders of `blocks` blocks, half of each kind. Source: content F.5.

    Args:
        blocks: An even number, 2 or more.
    """
    return 2 / comb(blocks, blocks // 2)


def rolling_median(
    ratings: Mapping[date, float], days: Sequence[date]
) -> tuple[tuple[date, float | None], ...]:
    """Return, for each of `days`, the median of the 7 days that end with it.

    It is None (a gap, never filled) where fewer than 4 of the 7 are answered, and until
    7 days have passed since the first rating and 5 are answered: a trend needs a baseline.
    Source: content F.3.1 and F.3.2.

    Args:
        ratings: Answered days only. Give the 6 days before `days` too, if there are any;
            more do no harm.
        days: The days to draw, in order.
    """
    answered = sorted(ratings)
    if len(answered) < BASELINE_ANSWERED:
        return tuple((day, None) for day in days)
    begins = max(
        answered[0] + timedelta(days=BASELINE_DAYS - 1),
        answered[BASELINE_ANSWERED - 1],
    )
    return tuple((day, _median_ending(ratings, day) if day >= begins else None) for day in days)


def _median_ending(ratings: Mapping[date, float], day: date) -> float | None:
    window = [ratings.get(day - timedelta(days=back)) for back in range(ROLLING_DAYS)]
    answered = [rating for rating in window if rating is not None]
    return float(median(answered)) if len(answered) >= ROLLING_ANSWERED else None
