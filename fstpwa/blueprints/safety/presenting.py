"""What holds now, as the page shows it: one card for each thing, in sections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fstpwa.blueprints.safety.forms import AgreedForm, LiftForm, SeenForm
from fstpwa.content import library
from fstpwa.domain.condition_words import label_of, place_of
from fstpwa.domain.days import day_in_words, short_day
from fstpwa.domain.health_history import AGREED, SEEN
from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.programme import Programme
from fstpwa.domain.report import options
from fstpwa.domain.safety import Availability, Verdict, availability
from fstpwa.domain.standing import REPORT, Condition, Standing, ways_to_lift
from fstpwa.models.health import HealthReport
from fstpwa.services.unlocks import Recorded

Section = Literal["urgent", "whole", "waits", "left_out", "gentler", "agreed"]
SECTIONS: tuple[Section, ...] = ("urgent", "whole", "waits", "left_out", "gentler", "agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing that holds, and what the person can do about it."""

    key: str
    section: Section
    label: str
    places: tuple[str, ...]
    since: str
    then: str
    """What the question says of it, empty for a report."""
    waiting: tuple[str, ...] = ()
    """Names of movements of the running programme that wait."""
    left_out: tuple[str, ...] = ()
    easier: tuple[str, ...] = ()
    form: LiftForm | None = None
    """What lifts it, None where no form does."""
    is_open: bool = False
    """Whether the form was sent and has to be looked at."""
    is_asked: bool = False
    """Whether time lifts it, after being asked again."""
    asked_on: str = ""
    """When it is asked about again: "tomorrow", "on Thursday 3 March"; empty while it is due."""
    is_due: bool = False
    """Whether it is asked about now."""
    can_change: bool = False
    """Whether it stays as long as the answer is yes."""
    latest: Recorded | None = None
    """What was recorded about it last."""
    until: str = ""


def section_of(condition: Condition) -> Section:
    """Return where a condition stands on the page. Emergencies have a page of their own."""
    if condition.whole_plan is not None:
        return "whole" if condition.whole_plan == "ask_first_lock_all" else "urgent"
    if condition.lifted:
        return "agreed"
    listed = condition.flag.list_used if condition.flag else None
    if condition.movements or condition.waits or listed == "ask_first_if":
        return "waits"
    return "left_out" if listed == "stop_if" else "gentler"


def cards(
    standing: Standing,
    *,
    programme: Programme | None,
    reports: Iterable[HealthReport],
    recorded: Sequence[Recorded],
    country: str | None,
    sent: LiftForm | None = None,
) -> dict[Section, list[Card]]:
    """Return what holds by section, only those with something in them.

    Args:
        standing: what holds.
        programme: the one they follow, to name the movements it touches.
        reports: everything they reported.
        recorded: what was recorded that lifts a lock, newest first.
        country: decides the emergency number in the texts.
        sent: a form that could not be used, to be shown again as it was sent.
    """
    groups: dict[tuple[object, ...], list[Condition]] = {}
    for condition in standing.conditions:
        kind = (condition.key, condition.question, section_of(condition))
        groups.setdefault(kind, []).append(condition)
    texts = _Texts(standing.today, {str(each.id): each for each in reports}, country)
    found: dict[Section, list[Card]] = {section: [] for section in SECTIONS}
    for group in groups.values():
        card = _card(group, texts, programme, recorded, sent)
        found[card.section].append(card)
    return {section: each for section, each in found.items() if each}


def emergency_signs(standing: Standing, country: str | None) -> list[tuple[str, str]]:
    """Return what was answered that needs help now, each with what to do."""
    safety = library().safety
    found: dict[str, str] = {}
    for condition in standing.conditions:
        if condition.whole_plan != "emergency":
            continue
        if condition.question is None:
            asked = safety.messages["sww_1_now"].text.partition("? ")[0]
            found[f"You answered yes to: “{asked}?”"] = ""
        else:
            question = safety.questions[condition.question]
            found[question.short] = safety.fill(question.then, country)
    return list(found.items())


def programme_movements(programme: Programme | None) -> list[Movement]:
    """Return the movements of a programme, in the order they come."""
    if programme is None:
        return []
    sessions = [each for phase in programme.phases for each in phase.sessions]
    lines = [line for each in (*sessions, programme.flare_session) for line in each.movements]
    movements = library().movements
    return [movements[slug] for slug in dict.fromkeys(line.slug for line in lines)]


def what_went_wrong(report: HealthReport) -> str:
    """Return what a report is about, in words."""
    return options("sww_2_what", library().safety).get(report.what, "Something went wrong")


def report_label(report: HealthReport, today: date) -> str:
    """Return what went wrong and when: "Sharp or electric pain, yesterday"."""
    words = day_in_words(report.day, today)
    near = words in ("today", "yesterday")
    when = words if near else f"on {short_day(report.day, today)}"
    return f"{what_went_wrong(report)}, {when}"


def on_day(day: date, today: date) -> str:
    """Return "tomorrow" or "on Thursday 3 March"; empty for a day that is not ahead."""
    if day <= today:
        return ""
    words = day_in_words(day, today)
    return words if words == "tomorrow" else f"on {words}"


@dataclass(frozen=True, slots=True)
class _Texts:
    """Where the words of a card come from."""

    today: date
    reports: Mapping[str, HealthReport]
    country: str | None

    def label(self, condition: Condition) -> str:
        if condition.question is not None:
            return label_of(condition, library().safety)
        report = self.reports.get(condition.key.removeprefix(REPORT))
        return report_label(report, self.today) if report else "Something went wrong"

    def then(self, condition: Condition) -> str:
        if condition.question is None:
            return ""
        safety = library().safety
        return safety.fill(safety.questions[condition.question].then, self.country)


def _card(
    group: Sequence[Condition],
    texts: _Texts,
    programme: Programme | None,
    recorded: Sequence[Recorded],
    sent: LiftForm | None,
) -> Card:
    first = group[0]
    labels = plain_regions(library().vocabularies)
    ways = ways_to_lift(first)
    left = {each: availability(each, group) for each in programme_movements(programme)}
    form: LiftForm | None = None
    if "seen" in ways:
        form = sent if _is_sent(sent, SeenForm, first.key) else SeenForm(first.key)
    elif "clinician_agreed" in ways:
        form = sent if _is_sent(sent, AgreedForm, first.key) else AgreedForm(first.key)
    asked = [each.ask_again_on for each in group if each.ask_again_on is not None]
    return Card(
        key=first.key,
        section=section_of(first),
        label=texts.label(first),
        places=tuple(dict.fromkeys(p for each in group if (p := place_of(each, labels)))),
        since=short_day(min(each.since for each in group), texts.today),
        then=texts.then(first),
        waiting=_named(left, Verdict.LOCKED),
        left_out=_named(left, Verdict.HIDDEN),
        easier=_named(left, Verdict.EASIER),
        form=form,
        is_open=form is not None and form is sent,
        is_asked="expires" in ways,
        asked_on=on_day(min(asked), texts.today) if asked else "",
        is_due=bool(asked) and min(asked) <= texts.today,
        can_change=not first.lifted and form is None and "expires" not in ways,
        latest=_recorded(first, recorded),
        until=short_day(first.unlocked_until, texts.today) if first.unlocked_until else "",
    )


def _recorded(condition: Condition, recorded: Sequence[Recorded]) -> Recorded | None:
    """Return what was recorded about a condition, as far as it counts for it now."""
    if not (condition.lifted or condition.seen):
        return None
    ways = AGREED if condition.lifted else SEEN
    return next((each for each in recorded if each.key == condition.key and each.way in ways), None)


def _is_sent(sent: LiftForm | None, kind: type[LiftForm], key: str) -> bool:
    return isinstance(sent, kind) and sent.about() == key


def _named(left: Mapping[Movement, Availability], verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the movements that come to `verdict`, with the side if it is one."""
    names = []
    for movement, found in left.items():
        if found.left == found.right == verdict:
            names.append(movement.name)
        elif verdict in (found.left, found.right):
            side = "left" if found.left == verdict else "right"
            names.append(f"{movement.name} ({side} side)")
    return tuple(names)
