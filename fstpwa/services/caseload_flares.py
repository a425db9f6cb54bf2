"""The flares of a therapist's clients: who said lately that they are in one, and whether it goes on.

The same rules as Today's (domain/flares.py), read for many people at once. Only those who said so
in the last four weeks are looked at closely; they are few. How many days near usual end a flare is
the library's word for the programme that is followed, else the usual one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from sqlalchemy import case, func, select

from fstpwa.content import library
from fstpwa.domain.flare_signs import USUAL_DAYS
from fstpwa.domain.flares import Flare, flare_rule, flares_by
from fstpwa.domain.practice_history import DayRecord, EventRecord, Place, PracticeHistory
from fstpwa.domain.standing import FLARE_QUESTION
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.models.health import HealthAnswer
from fstpwa.models.practice import CheckIn, CheckInRegion, PlanEvent
from fstpwa.services.care_links import Scopes
from fstpwa.services.caseload_links import Links
from fstpwa.services.joined_texts import joined
from fstpwa.services.listed import listed

RECORDS = Scopes(shares_records=True)
BEFORE_IT = timedelta(days=USUAL_DAYS)
"""What was usual before a flare is said by so many days before it."""
USUAL_NEAR_DAYS = 3
"""So many days near usual end a flare in most programmes of the library; a test compares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareDays:
    """The flares of one client in the last weeks."""

    since: date | None = None
    """The first day of the one they are in."""
    days: frozenset[date] = frozenset()
    """All their days up to today."""


NO_FLARE = FlareDays()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one client said of their days."""

    days: dict[date, DayRecord] = field(default_factory=dict)
    events: list[EventRecord] = field(default_factory=list)

    def flares(self, programme: str | None, phase: str | None, today: date) -> FlareDays:
        """Return their flares up to `today`, their own day.

        Args:
            programme: slug of the one they follow; None: none.
            phase: id of its part they are in.
            today: their own day.
        """
        history = PracticeHistory(place=_place(phase or ""), days=self.days, events=self.events)
        found = flares_by(near_days(programme or "", phase or ""), history, today)
        present = next((each for each in found if each.holds_on(today)), None)
        return FlareDays(
            since=present.first if present else None,
            days=frozenset(day for each in found for day in _days_of(each, today)),
        )


def flares_of_clients(
    links: Links,
    users: Mapping[int, int],
    in_check_ins: Collection[int],
    first: date,
    last: date,
) -> Mapping[int, Said]:
    """Return what is needed of those who said that they are in a flare, by link. Three queries.

    Args:
        links: whose clients.
        users: link -> the client's id.
        in_check_ins: links of those who said so in a check-in.
        first: the first of the last four weeks, wherever on earth.
        last: the last day that it is anywhere on earth.
    """
    before_sessions = _said_before_sessions(links, first, last)
    said_so = {*in_check_ins, *before_sessions}
    found = {link: Said() for link in said_so}
    of_them = [users[link] for link in said_so if link in users]
    # Whoever let the therapist in between two queries stands in the list the next time.
    for link, day, said in _days_of_clients(links, of_them, first, last):
        if link in found:
            found[link].days[day] = said
    for link, days in before_sessions.items():
        known = found[link].days
        known |= {day: replace(known.get(day, DayRecord()), flare=True) for day in days}
    for link, day in _ends_of_flares(links, of_them, first, last):
        if link in found:
            found[link].events.append(EventRecord(day=day, kind="back_to_usual"))
    return found


def _days_of_clients(
    links: Links, users: Collection[int], first: date, last: date
) -> Iterator[tuple[int, date, DayRecord]]:
    """Yield what was said of each day by some clients: link, day and that."""
    pain = (
        select(func.max(CheckInRegion.pain))
        .where(CheckInRegion.check_in_id == CheckIn.id)
        .scalar_subquery()
    )
    flare = case((CheckIn.flare.is_(True), "f"), else_="")
    token = joined(CheckIn.day, CheckIn.stiffness, CheckIn.fatigue, pain, flare)
    rows = db.session.execute(
        select(CareLink.id, func.aggregate_strings(token, ","))
        .join(CheckIn, CheckIn.user_id == CareLink.user_id)
        .where(
            *links.standing(RECORDS),
            # Of the days' own person, or PostgreSQL reads everybody's.
            listed(CheckIn.user_id, "users"),
            CheckIn.day.between(first - BEFORE_IT, last),
        )
        .group_by(CareLink.id),
        {"users": users},
    )
    return ((link, *_day(text)) for link, texts in rows for text in texts.split(","))


def _ends_of_flares(
    links: Links, users: Collection[int], first: date, last: date
) -> Iterable[tuple[int, date]]:
    """Return the days on which some clients said that they are back to usual, with the link."""
    rows = db.session.execute(
        select(CareLink.id, PlanEvent.day)
        .join(PlanEvent, PlanEvent.user_id == CareLink.user_id)
        .where(
            *links.standing(RECORDS),
            listed(PlanEvent.user_id, "users"),
            PlanEvent.kind == "back_to_usual",
            PlanEvent.day.between(first - BEFORE_IT, last),
        ),
        {"users": users},
    )
    return [(row.id, row.day) for row in rows]


@cache
def near_days(programme: str, phase: str) -> int:
    """Return how many answered days near usual end a flare in a part of a programme."""
    known = library().programmes.get(programme)
    rule = flare_rule(PracticeHistory(place=_place(phase)), known) if known else None
    return rule.near_days if rule else USUAL_NEAR_DAYS


@lru_cache(maxsize=16_384)
def _day(text: str) -> tuple[date, DayRecord]:
    day, *ratings, flare = text.split("|")
    stiffness, fatigue, pain = (int(each) if each else None for each in ratings)
    said = DayRecord(stiffness=stiffness, fatigue=fatigue, pain=pain, flare=bool(flare))
    return date.fromisoformat(day), said


def _said_before_sessions(links: Links, first: date, last: date) -> Mapping[int, list[date]]:
    """Return the days on which the check before a session was answered with "a flare day"."""
    rows = db.session.execute(
        select(CareLink.id, HealthAnswer.day, HealthAnswer.yes)
        .join(HealthAnswer, HealthAnswer.user_id == CareLink.user_id)
        .where(
            *links.standing(RECORDS),
            HealthAnswer.question == FLARE_QUESTION,
            HealthAnswer.day.between(first, last),
        )
        .order_by(HealthAnswer.answered_at, HealthAnswer.id)
    )
    latest = {(link, day): yes for link, day, yes in rows}
    found: dict[int, list[date]] = {}
    for (link, day), yes in latest.items():
        if yes:
            found.setdefault(link, []).append(day)
    return found


def _days_of(flare: Flare, today: date) -> Iterator[date]:
    last = min(flare.last or today, today)
    return (flare.first + timedelta(days=number) for number in range((last - flare.first).days + 1))


def _place(phase: str) -> Place:
    """Return a place of which only the phase is looked at."""
    return Place(
        phase=phase, ramp_step=0, since=date.min, phase_since=date.min, started_on=date.min
    )
