"""What is asked again: flags whose time has run out, how it is after something went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.condition_words import (
    AskWay,
    ask_words,
    label_of,
    place_of,
    way_to_ask,
)
from fstpwa.domain.dose import SideChoice
from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.report import follow_up_words, options
from fstpwa.domain.safety_content import Question
from fstpwa.domain.standing import Condition, Source, Standing
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, HealthReport, HealthUnlock
from fstpwa.models.people import User
from fstpwa.services import reports
from fstpwa.services.safety import AnswerEntry, record_answers

CLOT = "dvt_suspected"
THINNER_QUESTION = "as_bleed"
"""Asked again once a clot is being treated. Source: content/safety/unlock.yaml, seen.then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """A yes whose time has run out: "Is it better now?"."""

    question: str | None
    """None for a report."""
    place: str
    """The regions as a form sends them back, empty for the whole body."""
    label: str
    where: str
    """The place in words, empty for the whole body."""
    since: date
    way: AskWay
    words: str
    """The question."""
    answers: tuple[tuple[str, str], ...]
    """What is sent -> what is read, yes before no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Something that went wrong: "How is it now?"."""

    report_id: UUID
    words: str
    """The question, with the day it is about."""
    about: str
    """What happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What Today asks besides the check-in."""

    again: tuple[AskedAgain, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    """Oldest first."""
    thinner: Question | None = None
    """The question about blood thinners, while a clot is being treated and it was not asked."""

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.again or self.follow_ups or self.thinner)

    @property
    def how_it_is(self) -> Mapping[str, str]:
        """The answers to a follow-up: what is sent -> what is read."""
        return options("sww_9_followup", library().safety)


def asks_of(user: User, standing: Standing, *, rescreen_due: bool = False) -> Asks:
    """Return what `user` is asked again today: one query, two more while a clot is treated.

    Nothing while an emergency locks: then only care and a new screening count.

    Args:
        user: who is asked.
        standing: what holds for them.
        rescreen_due: whether all the questions are due anyway; then nothing is asked twice, and
            only what somebody has to be seen about is left.
    """
    if standing.whole_plan == "emergency":
        return Asks()
    again = _again(standing)
    return Asks(
        again=tuple(each for each in again if each.way == "seen") if rescreen_due else again,
        follow_ups=tuple(
            follow_up(each, standing.today) for each in reports.due(user, standing.today)
        ),
        thinner=_thinner(user, standing),
    )


def follow_up(report: HealthReport, today: date) -> FollowUp:
    """Return what is asked about a report on the days after it."""
    safety = library().safety
    return FollowUp(
        report_id=report.id,
        words=follow_up_words(safety.messages["sww_9_followup"], report.day, today),
        about=options("sww_2_what", safety).get(report.what, ""),
    )


def answer_again(
    user: User, question: str, place: str, standing: Standing, *, settled: bool, now: datetime
) -> None:
    """Store whether something that is asked again has settled, at one place.

    "Not yet" asks again after the same time. Sent twice, the second changes nothing.

    Raises:
        NotFound: nothing of this question and place is asked again today.
        Conflict: it is not lifted by having settled: a clinician or being seen comes first.
    """
    due = [
        each
        for each in standing.to_ask_again
        if each.question == question and _sent_place(each) == place
    ]
    if not due:
        if _answered_today(user, question, standing.today):
            return
        raise NotFound("This is not asked again today.")
    ways = {way_to_ask(each) for each in due}
    if "seen" in ways or (settled and ways != {"settled"}):
        raise Conflict("Somebody has to look at this first.")
    entry = AnswerEntry(question=question, yes=not settled, regions=due[0].regions, side=_side(due))
    record_answers(user, [entry], Source.ASKED_AGAIN, now=now)


def answer_thinner(user: User, standing: Standing, *, yes: bool, now: datetime) -> None:
    """Store whether somebody treated for a clot takes a blood thinner now.

    Raises NotFound if it is not asked.
    """
    if _thinner(user, standing) is None:
        raise NotFound("This is not asked now.")
    entry = AnswerEntry(question=THINNER_QUESTION, yes=yes)
    record_answers(user, [entry], Source.ASKED_AGAIN, now=now)


def _answered_today(user: User, question: str, today: date) -> bool:
    return bool(
        db.session.scalar(
            select(HealthAnswer.id)
            .where(
                HealthAnswer.user_id == user.id,
                HealthAnswer.question == question,
                HealthAnswer.source == Source.ASKED_AGAIN,
                HealthAnswer.day == today,
            )
            .limit(1)
        )
    )


def _again(standing: Standing) -> tuple[AskedAgain, ...]:
    safety = library().safety
    labels = plain_regions(library().vocabularies)
    groups: dict[tuple[str, str], list[Condition]] = {}
    for each in standing.to_ask_again:
        groups.setdefault((each.question or each.key, _sent_place(each)), []).append(each)
    return tuple(
        AskedAgain(
            words=ask_words(due[0]).question or safety.message("re_ask"),
            answers=_answers(due[0]),
            question=due[0].question,
            place=place,
            label=label_of(due[0], safety),
            where=place_of(replace(due[0], side=_side(due)), labels),
            since=min(each.since for each in due),
            way=way_to_ask(due[0]),
        )
        for (_, place), due in groups.items()
    )


def _answers(condition: Condition) -> tuple[tuple[str, str], ...]:
    words = ask_words(condition)
    ended, goes_on = ("settled", words.ended), ("not-yet", words.goes_on)
    if way_to_ask(condition) != "settled":
        return (goes_on,)
    return (goes_on, ended) if words.goes_on == "Yes" else (ended, goes_on)


def _sent_place(condition: Condition) -> str:
    return " ".join(sorted(condition.regions))


def _side(conditions: Sequence[Condition]) -> SideChoice:
    """Return the side of conditions at one place; told of left and of right, it is both."""
    sides = {each.side for each in conditions}
    return sides.pop() if len(sides) == 1 else "both"


def _thinner(user: User, standing: Standing) -> Question | None:
    question = library().safety.questions.get(THINNER_QUESTION)
    clots = [each for each in standing.conditions if each.key == CLOT]
    if question is None or not any(each.seen == "being treated" for each in clots):
        return None
    treated_at = db.session.scalar(
        select(HealthUnlock.recorded_at)
        .where(
            HealthUnlock.user_id == user.id,
            HealthUnlock.key == CLOT,
            HealthUnlock.outcome == "being treated",
        )
        .order_by(HealthUnlock.recorded_at.desc())
        .limit(1)
    )
    answered = db.session.scalar(
        select(HealthAnswer.id)
        .where(
            HealthAnswer.user_id == user.id,
            HealthAnswer.question == THINNER_QUESTION,
            HealthAnswer.answered_at > treated_at,
        )
        .limit(1)
    )
    return question if answered is None else None
