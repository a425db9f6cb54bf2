"""What the safety gate holds for a client, and since when: for their therapist.

Never more than the client's own page (/safety) says; who agreed and where somebody was seen is
shown to them alone.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.gate_words import condition_in_words, marks_of
from fstpwa.domain.held import Section, section_of, what_it_does
from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.report import options, slugs_of
from fstpwa.domain.standing import REPORT, Condition, ways_to_lift
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport
from fstpwa.models.people import User
from fstpwa.services.enrolments import programme_of, running_enrolment
from fstpwa.services.gate import Door, gate_today


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing the client told, and what it does to their plan now."""

    label: str
    """What it is and where: "Sprain or strain (knee, left side)"."""
    does: str
    """A sentence."""
    section: Section
    since: date
    """The client's own day on which they told it."""
    until: date | None
    """The day on which an agreement ends; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A movement of the running programme that the gate changes."""

    name: str
    words: str
    """"This one waits: left side"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What holds on one day."""

    door: Door
    """Where a session leads now; anything but "open" means that none can be started."""
    lines: tuple[Held, ...]
    """Strongest first."""
    movements: tuple[Marked, ...]
    """Empty where the plan is not shared."""
    may_be_lifted: bool
    """Whether a therapist may lift something of it, with a reason."""


def holds(client: User, today: date, *, movements: bool) -> Holds:
    """Return what the gate holds for a client today; a constant number of queries.

    Args:
        client: whose answers they are.
        today: their own calendar day.
        movements: whether their plan is shared, so that its movements may be named.
    """
    gate = gate_today(client, today)
    conditions = gate.standing.conditions
    happened = _what_happened(client)
    lines: dict[tuple[str, Section], Held] = {}
    for condition in conditions:
        section = section_of(condition)
        label = _label(condition, happened)
        there = lines.get((label, section))
        lines[label, section] = Held(
            label=label,
            does=what_it_does(condition),
            section=section,
            since=min(condition.since, there.since) if there else condition.since,
            until=condition.unlocked_until,
        )
    marks = marks_of(_movements(client) if movements else (), conditions)
    return Holds(
        door=gate.door,
        lines=tuple(lines.values()),
        movements=tuple(
            Marked(name=library().movements[slug].name, words=mark.words)
            for slug, mark in marks.items()
        ),
        may_be_lifted=any("therapist" in ways_to_lift(each) for each in conditions),
    )


def _label(condition: Condition, happened: dict[str, str]) -> str:
    content = library()
    words = condition_in_words(condition, content.safety, plain_regions(content.vocabularies))
    what = happened.get(condition.key)
    if what is not None and not condition.holds_area:
        place = words.partition(" (")[2]
        return f"{what} ({place}" if place else what
    return words[:1].upper() + words[1:]


def _what_happened(client: User) -> dict[str, str]:
    """Return what each report of something that went wrong was about, by its condition's key."""
    known = options("sww_2_what", library().safety)
    del known["other"]  # it says nothing that the condition's own words do not
    rows = db.session.execute(
        select(HealthReport.id, HealthReport.what).where(HealthReport.user_id == client.id)
    )
    return {f"{REPORT}{row.id}": known[row.what] for row in rows if row.what in known}


def _movements(client: User) -> list[Movement]:
    enrolment = running_enrolment(client)
    if enrolment is None:
        return []
    known = library().movements
    return [known[slug] for slug in slugs_of(programme_of(enrolment)) if slug in known]
