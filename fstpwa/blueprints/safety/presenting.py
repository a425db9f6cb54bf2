"""What holds now, as the page shows it: one card for each thing, in sections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from fstpwa.blueprints.safety.forms import AgreedForm, LiftForm, SeenForm
from fstpwa.content import library
from fstpwa.domain.condition_words import ask_words, label_of, place_of
from fstpwa.domain.days import day_in_words, short_day
from fstpwa.domain.dose import Side
from fstpwa.domain.health_history import AGREED, SEEN
from fstpwa.domain.held import SECTIONS, Section, section_of
from fstpwa.domain.movement import Movement
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.programme import Programme
from fstpwa.domain.report import options, slugs_of
from fstpwa.domain.safety import SIDES, Verdict, availability
from fstpwa.domain.standing import REPORT, Condition, Standing, ways_to_lift
from fstpwa.models.health import HealthReport
from fstpwa.services.unlocks import Recorded

UNNAMED = "Something went wrong"
OTHER = "other"
"""What happened, where none of the offered answers fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing that holds, and what the person can do about it."""

    key: str
    section: Section
    label: str
    places: tuple[str, ...]
    since: str
    """"today" or "on 3 March"."""
    then: str
    """What the question says of it; empty once somebody was seen about it."""
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
    asked_about: str = ""
    """What is going to be asked: "whether it is better"."""
    asked_on: str = ""
    """When it is asked about again: "tomorrow", "on Thursday 3 March"; empty while it is due."""
    is_due: bool = False
    """Whether it is asked about now."""
    can_change: bool = False
    """Whether it stays as long as the answer is yes."""
    latest: Recorded | None = None
    """What was recorded about it last."""
    until: str = ""
    go_on: UUID | None = None
    """The report, if it was not told to its end."""


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
    touched = _Touched(standing, programme)
    found: dict[Section, list[Card]] = {section: [] for section in SECTIONS}
    for group in groups.values():
        card = _card(group, texts, touched.names(group), recorded, sent)
        if programme is not None:
            card = replace(card, section=_section_here(card))
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
    return [library().movements[slug] for slug in slugs_of(programme)]


def what_went_wrong(report: HealthReport) -> str:
    """Return what a report is about, in words."""
    if report.what == OTHER:
        return UNNAMED
    return options("sww_2_what", library().safety).get(report.what, UNNAMED)


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
        report = self.report(condition)
        return report_label(report, self.today) if report else UNNAMED

    def report(self, condition: Condition) -> HealthReport | None:
        return self.reports.get(condition.key.removeprefix(REPORT))

    def then(self, condition: Condition) -> str:
        safety = library().safety
        if condition.question is None:
            return safety.message("post_red") if condition.holds_area else ""
        if condition.seen:
            return ""  # "Be seen today" is not said to somebody who was.
        return safety.fill(safety.questions[condition.question].then, self.country)


def _card(
    group: Sequence[Condition],
    texts: _Texts,
    names: Mapping[Verdict, tuple[str, ...]],
    recorded: Sequence[Recorded],
    sent: LiftForm | None,
) -> Card:
    first = group[0]
    labels = plain_regions(library().vocabularies)
    ways = ways_to_lift(first)
    form = _form(first, texts.today, sent)
    report = texts.report(first)
    # What is put away for a day waits for nobody.
    waiting, for_today = names[Verdict.LOCKED], names[Verdict.HIDDEN]
    if first.holds_area:
        waiting, for_today = (), waiting
    asked = [each.ask_again_on for each in group if each.ask_again_on is not None]
    return Card(
        key=first.key,
        section=section_of(first),
        label=texts.label(first),
        places=tuple(dict.fromkeys(p for each in group if (p := place_of(each, labels)))),
        since=_told_on(min(each.since for each in group), texts.today),
        then=texts.then(first),
        waiting=waiting,
        left_out=for_today,
        easier=names[Verdict.EASIER],
        form=form,
        is_open=form is not None and form is sent,
        is_asked="expires" in ways,
        asked_about=ask_words(first).about,
        asked_on=on_day(min(asked), texts.today) if asked else "",
        is_due=bool(asked) and min(asked) <= texts.today and "seen" not in ways,
        can_change=not (first.lifted or form or first.question is None or "expires" in ways),
        latest=_recorded(first, recorded),
        until=short_day(first.unlocked_until, texts.today) if first.unlocked_until else "",
        go_on=report.id if report and report.completed_at is None else None,
    )


def _section_here(card: Card) -> Section:
    """Return the section of a card for somebody who follows a programme: by what it does there."""
    found = {"waits": card.waiting, "left_out": card.left_out, "gentler": card.easier}
    if card.section not in found or found[card.section] or card.go_on:
        return card.section
    return "gentler" if card.easier else "noted"


def _form(condition: Condition, today: date, sent: LiftForm | None) -> LiftForm | None:
    """Return the form that lifts a condition, as it was sent if it was."""
    ways = ways_to_lift(condition)
    for way, kind in (("seen", SeenForm), ("clinician_agreed", AgreedForm)):
        if way in ways:
            is_sent = isinstance(sent, kind) and sent.about() == condition.key
            return sent if is_sent else kind(condition.key, today)
    return None


def _told_on(day: date, today: date) -> str:
    return "today" if day == today else f"on {short_day(day, today)}"


def _recorded(condition: Condition, recorded: Sequence[Recorded]) -> Recorded | None:
    """Return what was recorded about a condition, as far as it counts for it now."""
    if not (condition.lifted or condition.seen):
        return None
    ways = AGREED if condition.lifted else SEEN
    return next((each for each in recorded if each.key == condition.key and each.way in ways), None)


class _Touched:
    """What becomes of the movements of a programme, each named once, where it is strongest."""

    def __init__(self, standing: Standing, programme: Programme | None) -> None:
        # What locks the whole plan names no movement.
        acting = [each for each in standing.conditions if each.whole_plan is None]
        reported = {slug for each in acting for slug in each.movements}
        known = library().movements
        movements = dict.fromkeys(programme_movements(programme))
        movements |= dict.fromkeys(known[slug] for slug in sorted(reported) if slug in known)
        self._found = {each: availability(each, acting) for each in movements}
        self._named: set[tuple[str, Side]] = set()

    def names(self, group: Sequence[Condition]) -> dict[Verdict, tuple[str, ...]]:
        """Return what a group does, by verdict; what was named before is not named again."""
        found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        if group[0].whole_plan is None:
            for movement in self._found:
                for verdict, sides in self._taken(movement, group).items():
                    side = f" ({sides[0]} side)" if len(sides) == 1 else ""
                    found[verdict].append(f"{movement.name}{side}")
        return {verdict: tuple(names) for verdict, names in found.items()}

    def _taken(self, movement: Movement, group: Sequence[Condition]) -> dict[Verdict, list[Side]]:
        does, strongest = availability(movement, group), self._found[movement]
        taken: dict[Verdict, list[Side]] = {}
        for side in SIDES:
            verdict, place = does.on(side), (movement.slug, side)
            if verdict == strongest.on(side) != Verdict.OPEN and place not in self._named:
                self._named.add(place)
                taken.setdefault(verdict, []).append(side)
        return taken
