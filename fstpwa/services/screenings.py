"""A walk through the tick-lists: started, stored screen by screen, left, taken up again, finished.

Source of the rules: content/safety, screens.yaml (screen_rules) and unlock.yaml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from sqlalchemy import ColumnElement, delete, select

from fstpwa.content import library
from fstpwa.domain.days import local_day, long_day
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.domain.programme import Programme
from fstpwa.domain.safety_content import Effect, Question, Safety, Screen
from fstpwa.domain.screening import (
    not_yet_asked,
    read_too_fast,
    regions_to_ask_about,
    shown_items,
)
from fstpwa.domain.standing import Condition, Source, Standing
from fstpwa.domain.suggestion import could_be_suggested
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from fstpwa.models.people import User
from fstpwa.services import vault
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.safety import AnswerEntry, history_of, record_answers

STALE_AFTER = timedelta(hours=24)
""""Do you have any of these now?" is not finished on another day."""
LONGEST_CARE_WHERE = 120

Reason = Literal["start", "again", "after_care"]


class Step(StrEnum):
    """What follows an answered screen."""

    HELP = "help"
    """Something urgent was said: where to go comes next."""
    NEXT = "next"
    """A screen is still to be answered."""
    READ_AGAIN = "read again"
    """Everything was "None of these", too fast to have been read."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What somebody says of themselves at the beginning. They are 18 or over."""

    reasons: tuple[str, ...]
    """Ids of content/reasons.yaml."""
    regions: tuple[str, ...]
    """Codes of body regions."""
    side: SideChoice | None
    """None: not said, or not sure."""
    country: str
    """ISO 3166 code, empty where it is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """Where and when somebody was cared for after an emergency."""

    where: str
    """1-120 letters."""
    on: date
    """Their own day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """An open screening as far as it has come."""

    screening: Screening
    answers: Mapping[str, AnswerEntry]
    """What was answered in it, by question."""
    regions: frozenset[str]
    """What it is about; decides which questions are shown."""

    @property
    def screens(self) -> tuple[Screen, ...]:
        """The tick-lists, in order."""
        return library().safety.screens

    def shown(self, screen: Screen) -> tuple[Question, ...]:
        """Return the questions of a tick-list; one that was answered with yes is always shown."""
        wanted = {question.id for question in shown_items(screen, self.regions, library().safety)}
        wanted |= {entry.question for entry in self.answers.values() if entry.yes}
        questions = library().safety.questions
        return tuple(questions[item] for item in screen.items if item in wanted)

    @property
    def all_shown(self) -> tuple[Question, ...]:
        """Every question that is shown, in order."""
        return tuple(question for screen in self.screens for question in self.shown(screen))

    @property
    def first_open(self) -> int | None:
        """The number, from 1, of the first screen to be answered; None if all are.

        A screen is open again if the person has since named regions it has questions about.
        """
        for number, screen in enumerate(self.screens, start=1):
            unanswered = {question.id for question in self.shown(screen)} - set(self.answers)
            if unanswered or screen.id not in self.screening.passed:
                return number
        return None

    @property
    def stays(self) -> tuple[AnswerEntry, ...]:
        """The yes answers that cannot be taken back by going back."""
        return tuple(
            entry
            for entry in self.answers.values()
            if _is_yes_to(entry, "emergency", "urgent_lock")
        )

    @property
    def all_none(self) -> bool:
        """Whether nothing at all was ticked."""
        return not any(entry.yes for entry in self.answers.values())


def say_about(user: User, about: About) -> None:
    """Store what `user` said of themselves; whoever gets here said that they are of age."""
    user.reasons = list(about.reasons)
    user.regions = list(about.regions)
    user.side = about.side
    user.country = about.country
    user.is_adult = True
    db.session.flush()


def open_screening(user: User, *, now: datetime, for_update: bool = False) -> Screening | None:
    """Return the screening that can be gone on with, None if there is none from the last day.

    With `for_update` the person's row is locked, so that two taps come one after the other.
    """
    if for_update:
        db.session.flush()
        db.session.refresh(user, with_for_update=True)
    rows = select(Screening).where(Screening.user_id == user.id, *_is_open())
    found = db.session.scalar(
        rows.order_by(Screening.id.desc()).limit(1).execution_options(populate_existing=for_update)
    )
    return found if found is not None and now - found.started_at < STALE_AFTER else None


def walk_of(user: User, screening: Screening, chosen: str | None = None) -> Walk:
    """Return how far an open screening has come.

    Args:
        user: whose it is.
        screening: an open one of theirs.
        chosen: slug of the programme they came with, if any.
    """
    rows = db.session.scalars(select(HealthAnswer).where(HealthAnswer.screening_id == screening.id))
    return Walk(
        screening=screening,
        answers={row.question: _entry(row) for row in rows},
        regions=regions_of(user, chosen),
    )


def regions_of(user: User, chosen: str | None = None) -> frozenset[str]:
    """Return what the questions of `user` are about: their regions, reasons and programmes.

    The programmes are those that could be suggested, the chosen and the running one: so the page
    that suggests has nothing left to ask.
    """
    reasons = [library().reasons[each] for each in user.reasons if each in library().reasons]
    running = running_enrolment(user)
    slugs = {chosen, running.programme if running else None}
    slugs.update(slug for reason in reasons for slug in reason.programmes)
    slugs.update(each.slug for each in could_be_suggested(user.reasons, user.regions, library()))
    named = {*user.regions, *(region for reason in reasons for region in reason.regions)}
    programmes = [each for slug, each in library().programmes.items() if slug in slugs]
    if running is not None and running.programme not in library().programmes:
        programmes.append(programme_of(running))
    return regions_to_ask_about(named, programmes)


def unasked(user: User, *programmes: Programme) -> tuple[Question, ...]:
    """Return the questions about the regions of programmes that `user` was never asked."""
    if not programmes:
        return ()
    regions = regions_to_ask_about((), programmes)
    return not_yet_asked(history_of(user), regions, library().safety)


def start(user: User, reason: Reason, *, now: datetime, care: Care | None = None) -> Screening:
    """Start a screening and end the one that is open.

    Args:
        user: whose it is; they must have been flushed.
        reason: start, again, or after_care.
        now: the current instant, aware.
        care: only with after_care: where and when; the place is stored sealed.
    """
    db.session.flush()
    db.session.refresh(user, with_for_update=True)
    for each in db.session.scalars(
        select(Screening).where(Screening.user_id == user.id, *_is_open())
    ):
        each.ended_at = now
    screening = Screening(
        user_id=user.id,
        reason=reason,
        care_where=vault.seal(user, care.where) if care else "",
        care_on=care.on if care else None,
        passed=[],
        read_again=False,
        started_at=now,
    )
    db.session.add(screening)
    db.session.flush()
    return screening


def start_after_care(user: User, standing: Standing, care: Care, *, now: datetime) -> Screening:
    """Start the complete new screening that alone lifts an emergency.

    Raises:
        Conflict: no emergency locks the plan.
        InvalidValue: no place, a place of more than 120 letters, or a day that cannot be.
    """
    since = emergency_since(standing)
    if since is None:
        raise Conflict("There is nothing to answer again just now.")
    if not 1 <= len(care.where) <= LONGEST_CARE_WHERE:
        raise InvalidValue("Write where it was, in at most 120 letters.")
    if not since <= care.on <= standing.today:
        raise InvalidValue(f"Choose a day from {long_day(since)} to today.")
    return start(user, "after_care", now=now, care=care)


def emergency_since(standing: Standing) -> date | None:
    """Return the day of the latest emergency that locks the plan, None if there is none."""
    days = [each.since for each in standing.conditions if each.whole_plan == "emergency"]
    return max(days, default=None)


def store_screens(
    user: User,
    walk: Walk,
    screens: Iterable[Screen],
    entries: Iterable[AnswerEntry],
    *,
    now: datetime,
    read_again: bool = False,
) -> Step:
    """Keep the answers of one screen, or of all at once, and say what follows.

    Call it with the screening that `open_screening` gave for update.

    Args:
        user: whose screening it is.
        walk: how far it had come.
        screens: those that were answered.
        entries: their answers, whole and valid.
        now: the current instant, aware.
        read_again: whether this answers "Please read them once more".
    """
    entries = tuple(entries)
    screening = walk.screening
    _store(user, screening, entries, now)
    screening.passed = [*dict.fromkeys([*screening.passed, *(screen.id for screen in screens)])]
    walk = Walk(
        screening=screening,
        answers={**walk.answers, **{entry.question: entry for entry in entries}},
        regions=walk.regions,
    )
    if any(_is_yes_to(entry, "emergency") for entry in entries):
        screening.ended_at = now
    step = _after(walk, now, read_again=read_again)
    if step == Step.DONE:
        _complete(user, screening, now)
    elif step == Step.READ_AGAIN:
        screening.read_again = True
    db.session.flush()
    urgent = any(_is_yes_to(entry, "emergency", "urgent_lock") for entry in entries)
    return Step.HELP if urgent else step


def prefilled(standing: Standing, safety: Safety) -> tuple[AnswerEntry, ...]:
    """Return the yes answers that still hold, as the first answers of a new screening."""
    return tuple(
        AnswerEntry(
            question=condition.question,
            yes=True,
            regions=_named_regions(condition),
            side=condition.side,
        )
        for condition in standing.conditions
        if condition.question in safety.questions and condition.question is not None
    )


def _after(walk: Walk, now: datetime, *, read_again: bool) -> Step:
    if walk.screening.ended_at is not None:
        return Step.HELP
    if walk.first_open is not None:
        return Step.NEXT
    seconds = (now - walk.screening.started_at).total_seconds()
    hurried = walk.screening.read_again or read_too_fast(seconds, all_none=walk.all_none)
    if hurried and walk.all_none and not read_again:
        return Step.READ_AGAIN
    return Step.DONE


def _complete(user: User, screening: Screening, now: datetime) -> None:
    screening.completed_at = now
    screening.completed_on = local_day(now, user.time_zone)


def _store(
    user: User, screening: Screening, entries: tuple[AnswerEntry, ...], now: datetime
) -> None:
    """Put `entries` in the place of what was answered before in this screening."""
    db.session.execute(
        delete(HealthAnswer).where(
            HealthAnswer.screening_id == screening.id,
            HealthAnswer.question.in_([entry.question for entry in entries]),
        )
    )
    record_answers(user, entries, Source.SCREENING, now=now, screening=screening)


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return Screening.completed_at.is_(None), Screening.ended_at.is_(None)


def _is_yes_to(entry: AnswerEntry, *effects: Effect) -> bool:
    return entry.yes and library().safety.questions[entry.question].effect in effects


def _entry(row: HealthAnswer) -> AnswerEntry:
    return AnswerEntry(
        question=row.question,
        yes=row.yes,
        regions=frozenset(row.regions),
        side=row.side,  # type: ignore[arg-type]  # a CHECK keeps it
    )


def _named_regions(condition: Condition) -> frozenset[str]:
    """Return the regions as they were named: all that are allowed means that none was."""
    flag = condition.flag
    if flag is None or condition.regions == frozenset(flag.regions):
        return frozenset()
    return condition.regions
