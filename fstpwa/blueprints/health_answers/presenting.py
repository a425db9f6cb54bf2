"""Health answers as the page shows them: what holds, and everything by date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fstpwa.blueprints.safety.presenting import what_went_wrong
from fstpwa.content import library
from fstpwa.domain.condition_words import place_of, place_words
from fstpwa.domain.days import local_day, short_day
from fstpwa.domain.health_history import RED_EFFECTS
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.standing import REPORT, Condition, Standing
from fstpwa.models.health import HealthAnswer, HealthReport
from fstpwa.services.unlocks import Recorded

SOURCE_WORDS = {
    "screening": "Health questions",
    "before_session": "Before a session",
    "worry": "Something new or worrying",
    "asked_again": "Asked again",
    "correction": "Corrected",
}
WAY_WORDS = {
    "clinician_agreed": "A clinician agreed",
    "therapist": "Your therapist agreed",
    "seen": "I was seen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentAnswer:
    """A yes that counts now."""

    question: str
    words: str
    places: tuple[str, ...]
    since: str
    source: str
    can_change: bool
    """Not an emergency or urgent answer: what lifts those is on its own page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was answered or recorded, in the history."""

    at: datetime
    words: str
    detail: str
    source: str


def current_answers(standing: Standing, rows: Sequence[HealthAnswer]) -> list[CurrentAnswer]:
    """Return the questions whose yes counts now, strongest first.

    Args:
        standing: what holds.
        rows: every stored answer, newest first, to say where it was given.
    """
    groups: dict[str, list[Condition]] = {}
    for condition in standing.conditions:
        if condition.question is not None:
            groups.setdefault(condition.question, []).append(condition)
    safety = library().safety
    labels = plain_regions(library().vocabularies)
    found = []
    for question_id, group in groups.items():
        question = safety.questions[question_id]
        source = next((row.source for row in rows if row.question == question_id and row.yes), "")
        found.append(
            CurrentAnswer(
                question=question_id,
                words=question.short,
                places=tuple(dict.fromkeys(p for each in group if (p := place_of(each, labels)))),
                since=short_day(min(each.since for each in group), standing.today),
                source=SOURCE_WORDS.get(source, ""),
                can_change=question.effect not in RED_EFFECTS,
            )
        )
    return found


def history(
    answers: Iterable[HealthAnswer],
    recorded: Iterable[Recorded],
    reports: Iterable[HealthReport],
    today: date,
    zone: str,
) -> dict[date, list[Entry]]:
    """Return everything that was said, by the person's own day, newest first.

    The noes of a day and place are one line: all of them are kept.

    Args:
        answers: every stored answer.
        recorded: what lifted a lock.
        reports: what went wrong.
        today: the person's own day.
        zone: their time zone.
    """
    found: list[tuple[date, Entry]] = []
    noes: dict[tuple[date, str], list[HealthAnswer]] = {}
    for row in answers:
        if row.yes:
            found.append((row.day, _entry_of_answer(row)))
        else:
            noes.setdefault((row.day, row.source), []).append(row)
    found += [(day, _entry_of_noes(rows)) for (day, _), rows in noes.items()]
    found += [
        (local_day(each.recorded_at, zone), _entry_of_unlock(each, today)) for each in recorded
    ]
    found += [(each.day, _entry_of_report(each)) for each in reports]
    found.sort(key=lambda each: (each[0], each[1].at), reverse=True)
    days: dict[date, list[Entry]] = {}
    for day, entry in found:
        days.setdefault(day, []).append(entry)
    return days


def _words(question_id: str) -> str:
    question = library().safety.questions.get(question_id)
    return question.short if question else "A question that is not asked any more"


def _entry_of_answer(row: HealthAnswer) -> Entry:
    safety = library().safety
    question = safety.questions.get(row.question)
    flag = safety.flags[question.sets_flag] if question and question.sets_flag else None
    place = (
        place_words(
            flag,
            frozenset(row.regions),
            row.side,  # type: ignore[arg-type]  # a CHECK keeps it
            plain_regions(library().vocabularies),
        )
        if flag
        else ""
    )
    return Entry(
        at=row.answered_at,
        words=_words(row.question),
        detail="Yes. " + place if place else "Yes",
        source=SOURCE_WORDS[row.source],
    )


def _entry_of_noes(rows: Sequence[HealthAnswer]) -> Entry:
    """Return one line for the noes of a day; a single one names its question."""
    one = len(rows) == 1
    return Entry(
        at=max(row.answered_at for row in rows),
        words=_words(rows[0].question) if one else f"{len(rows)} questions",
        detail="No" if one else "No to all of them",
        source=SOURCE_WORDS[rows[0].source],
    )


def _entry_of_unlock(recorded: Recorded, today: date) -> Entry:
    outcome = f", {recorded.outcome}" if recorded.outcome else ""
    reason = f". “{recorded.reason}”" if recorded.reason else ""
    return Entry(
        at=recorded.recorded_at,
        words=f"{WAY_WORDS[recorded.way]}. {_label_of_key(recorded.key)}",
        detail=f"{recorded.who}, {short_day(recorded.day, today)}{outcome}{reason}",
        source="What holds now",
    )


def _label_of_key(key: str) -> str:
    """Return what an unlock is about: its flag, its question, or something that went wrong."""
    safety = library().safety
    if key.startswith(REPORT):
        return "Something went wrong"
    return safety.flags[key].person_label if key in safety.flags else _words(key)


def _entry_of_report(report: HealthReport) -> Entry:
    return Entry(
        at=report.reported_at,
        words=what_went_wrong(report),
        detail="Needed help now" if report.emergency else (report.severity or "").capitalize(),
        source=SOURCE_WORDS["worry"],
    )
