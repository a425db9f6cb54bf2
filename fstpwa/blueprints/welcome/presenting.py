"""What the pages of the onboarding say: the tick-lists, and the programmes to begin with."""

from dataclasses import dataclass, replace

from fstpwa.blueprints.gate_pages import (
    ChangeLine,
    StillToDo,
    aside_in_words,
    in_words,
    lines_of,
    still_to_do_with,
)
from fstpwa.blueprints.health_questions import TickList
from fstpwa.content import library
from fstpwa.domain.dose import SIDE_CHOICES
from fstpwa.domain.gate_words import changes_of_programme
from fstpwa.domain.gated_session import ProgrammeLeft, gated, programme_left
from fstpwa.domain.planning import MICRO, planned_items
from fstpwa.domain.programme import Programme, SessionTemplate
from fstpwa.domain.put_aside import PutAside
from fstpwa.domain.safety_content import Screen
from fstpwa.domain.standing import Standing
from fstpwa.domain.suggestion import (
    NotSuggested,
    Suggestion,
    is_emptied,
    suggest,
)
from fstpwa.domain.timeline import minutes
from fstpwa.domain.variants import usual_s
from fstpwa.models.people import User
from fstpwa.services.people import pace_of
from fstpwa.services.preferences import aside_of, preferences_of
from fstpwa.services.safety import AnswerEntry
from fstpwa.services.screenings import Walk

NONE_APPLY = "None of these apply to me"
CHOSEN_BEFORE = "You chose this one."
TIMES = {2: "twice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One programme to begin with, as its card says it."""

    programme: Programme
    why: str
    rhythm: str
    """How often, in one sentence."""
    besides: tuple[str, ...]
    """Sessions it brings besides, small breaks too, each in one sentence."""
    left: str
    """How much of it is left, in one sentence."""
    out: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPlan:
    """What the last page of the onboarding offers."""

    offered: tuple[Offered, ...]
    not_suggested: tuple[tuple[str, str], ...]
    """Name and why."""
    still: StillToDo | None
    """What can be done where all that fits what they said waits or is left out. What is offered
    then is for something else: it comes second and is not chosen already."""
    has_said: bool
    """Whether anything was said that a programme could fit."""


def ticks_of(
    walk: Walk, screen: Screen, user: User, before: tuple[AnswerEntry, ...] = ()
) -> TickList:
    """Return one tick-list, with what was answered in this screening, else `before`."""
    answered = {entry.question for entry in walk.answers.values()}
    given = [
        *walk.answers.values(),
        *(entry for entry in before if entry.question not in answered),
    ]
    return TickList(
        walk.shown(screen),
        library().safety,
        given=given,
        stays=walk.stays,
        offered_side=SIDE_CHOICES.get(user.side or ""),
    )


def every_tick_of(walk: Walk, user: User) -> TickList:
    """Return all tick-lists in one, to be read once more."""
    ticks = TickList(
        walk.all_shown,
        library().safety,
        stays=walk.stays,
        offered_side=SIDE_CHOICES.get(user.side or ""),
    )
    ticks.none_label = NONE_APPLY
    return ticks


def first_plan(user: User, standing: Standing, chosen: Programme | None) -> FirstPlan:
    """Return what to offer after the screening; what was chosen before comes first."""
    aside = aside_of(preferences_of(user))
    found = suggest(user.reasons, user.regions, standing.conditions, library(), aside)
    suggestions = list(found.offered)
    not_suggested = list(found.not_suggested)
    if chosen is not None:
        suggestions, not_suggested = _with_chosen(
            chosen, suggestions, not_suggested, standing, aside
        )
    fits = bool(suggestions)
    if not fits and found.still_open is not None and found.still_open.programme is not None:
        suggestions = [found.still_open.programme]
    programmes = library().programmes
    return FirstPlan(
        offered=tuple(_offered(each, user, standing, aside) for each in suggestions),
        not_suggested=tuple((programmes[each.programme].name, each.why) for each in not_suggested),
        still=still_to_do_with(standing, aside=aside) if not fits and not_suggested else None,
        has_said=fits or bool(not_suggested),
    )


def _with_chosen(
    chosen: Programme,
    suggestions: list[Suggestion],
    not_suggested: list[NotSuggested],
    standing: Standing,
    aside: PutAside,
) -> tuple[list[Suggestion], list[NotSuggested]]:
    left = programme_left(chosen, standing.conditions, library().movements, aside)
    others = [each for each in suggestions if each.programme != chosen.slug]
    if is_emptied(chosen, left):
        rest = [each for each in not_suggested if each.programme != chosen.slug]
        because = tuple(dict.fromkeys(one for each in left.out for one in each.because))
        words = "; ".join(in_words(because))
        why = f"Too little of it is left for now, because you told us: {words}."
        refused = NotSuggested(programme=chosen.slug, why=why, because=because, left=left)
        return others, [refused, *rest]
    mine = next((each for each in suggestions if each.programme == chosen.slug), None)
    first = (
        replace(mine, why=f"{CHOSEN_BEFORE} {mine.why}")
        if mine is not None
        else Suggestion(programme=chosen.slug, why=CHOSEN_BEFORE, left=left)
    )
    return [first, *others], not_suggested


def _offered(suggestion: Suggestion, user: User, standing: Standing, aside: PutAside) -> Offered:
    programme = library().programmes[suggestion.programme]
    sessions = [each for each in programme.phases[0].sessions if each.days_per_week]
    main = next((each for each in sessions if each.times_per_day == 1), sessions[0])

    def lasts(session: SessionTemplate) -> str:
        return _lasts(programme, session, user, standing, aside)

    return Offered(
        programme=programme,
        why=suggestion.why,
        rhythm=f"{main.days_per_week} days a week{lasts(main)}.",
        besides=tuple(_besides(each, lasts(each)) for each in sessions if each is not main),
        left=_left_in_words(suggestion.left),
        out=lines_of(changes_of_programme(suggestion.left, library().movements)),
    )


def _lasts(
    programme: Programme, session: SessionTemplate, user: User, standing: Standing, aside: PutAside
) -> str:
    """Say how long a session is as Today will show it; nothing where nothing of it is left."""
    movements = library().movements
    side = SIDE_CHOICES.get(user.side or "")
    planned = planned_items(programme, programme.phases[0], session, 0, side, movements)
    items = gated(planned, standing.conditions, programme, movements, aside).items
    if not items:
        return ""
    return f", about {minutes(usual_s(items, movements, pace_of(user)))} minutes each"


def _besides(session: SessionTemplate, lasts: str) -> str:
    often = (
        f"{session.days_per_week} days a week"
        if session.times_per_day == 1
        else f"{TIMES.get(session.times_per_day) or f'{session.times_per_day} times'} a day"
    )
    if session.id == MICRO:
        return f"It brings small breaks too, {often}{lasts}."
    return f"And “{session.name}” {often}{lasts}."


def _left_in_words(left: ProgrammeLeft) -> str:
    easier = f" {left.easier} of them in the easier version." if left.easier else ""
    core = " Some sessions lose their main part." if left.sessions_without_core else ""
    aside = aside_in_words(left)
    if left.left == left.of:
        return f"All {left.of} movements are open to you.{easier}{core}{aside}"
    return f"{left.left} of its {left.of} movements are open to you.{easier}{core}{aside}"
