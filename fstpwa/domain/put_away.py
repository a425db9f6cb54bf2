"""Single movements that are put away or begin easier, after how they felt.

Source: content/safety/after_session.yaml, kinds `sharp` and `tingling_numb`. What it leaves open is
our own rule (E) and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from fstpwa.domain.adaptation import Easing, Reason
from fstpwa.domain.days import long_day
from fstpwa.domain.pain_zone import RED_KINDS
from fstpwa.domain.practice_history import FeltPain, MovementRecord, PracticeHistory, SessionRecord
from fstpwa.domain.programme import Programme
from fstpwa.domain.report import slugs_of

AWAY = timedelta(days=2)
"""A movement that felt sharp is not done on that day and on two more. Source: "pause it for 2 days".
The same after tingling, where the content names no time: our own rule (E)."""
WELL_TIMES = 2
"""So many sessions it is done well before it is as usual again. Source: our own rule (E)."""
REMEMBERED = timedelta(days=28)
"""What was not done again for so long begins as usual: after such a break the whole plan is taken
more slowly anyway. Source: our own rule (E)."""
LOCKED_AFTER = 2
"""Sessions in which it felt sharp. Source: "A second sharp report on it: locked"."""

A_MOVEMENT = "A movement"
"""Begins a sentence about one movement: pages put its name here."""
FELT_WORDS: Mapping[FeltPain, str] = {
    "sharp": "felt sharp",
    "tingling_numb": "brought tingling or numbness",
}

Complaint = Literal["too_much"] | FeltPain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """What is still remembered of one movement."""

    complaint: Complaint
    """The last one."""
    day: date
    """When."""
    well: int = 0
    """Sessions in which it went well since."""


def reasons(history: PracticeHistory, programme: Programme, today: date) -> Sequence[Reason]:
    """Return why movements are put away today, or begin in their easier version.

    Args:
        history: what happened up to and including today.
        programme: the one that is followed: of movements that it does not have only what is put
            away counts, as another may bring them in.
        today: the person's own day.
    """
    sessions = [each for each in history.sessions if today - REMEMBERED <= each.day <= today]
    found = [_of_movement(slug, each, today) for slug, each in _remembered(sessions).items()]
    slugs = slugs_of(programme)
    acting = [
        each
        for each in found
        if each.easing.movements_away or not each.easing.movements_easier.isdisjoint(slugs)
    ]
    return tuple(
        each
        for each in (*acting, *_of_unnamed(sessions, today))
        if each.until is None or today <= each.until
    )


def complaint_of(records: Sequence[MovementRecord]) -> Complaint | None:
    """Return what was wrong with a movement in one session, the worst of it; None: nothing.

    "Too much" counts whatever was given as its reason: pain, tired or something else.
    """
    felt = {each.pain_kind for each in records}
    kinds: tuple[FeltPain, ...] = ("sharp", "tingling_numb")
    for kind in kinds:
        if kind in felt:
            return kind
    return "too_much" if any(each.reason is not None for each in records) else None


def _remembered(sessions: Sequence[SessionRecord]) -> dict[str, _Memory]:
    """Return what is remembered of each movement, from sessions that are oldest first."""
    found: dict[str, _Memory] = {}
    for session in sessions:
        by_slug: dict[str, list[MovementRecord]] = {}
        for each in session.movements:
            by_slug.setdefault(each.slug, []).append(each)
        for slug, records in by_slug.items():
            _remember(found, slug, session.day, records)
    return found


def _remember(
    found: dict[str, _Memory], slug: str, day: date, records: Sequence[MovementRecord]
) -> None:
    complaint = complaint_of(records)
    before = found.get(slug)
    is_away = before is not None and before.complaint != "too_much" and day <= before.day + AWAY
    if complaint in RED_KINDS or (complaint is not None and not is_away):
        found[slug] = _Memory(complaint=complaint, day=day)
    elif before is None or is_away:
        return  # What is done while it should be away neither shortens that nor counts as well.
    elif any(each.state == "done" for each in records):
        well = before.well + 1
        if well >= WELL_TIMES:
            del found[slug]
        else:
            found[slug] = replace(before, well=well)


def _of_movement(slug: str, memory: _Memory, today: date) -> Reason:
    on = long_day(memory.day)
    if memory.complaint == "too_much":
        return Reason(
            rule=f"too_much:{slug}",
            sentence=f"{A_MOVEMENT} was too much on {on}, so it starts in its easier version "
            "until it has gone well twice.",
            since=memory.day,
            until=memory.day + REMEMBERED,
            easing=Easing(movements_easier=frozenset({slug})),
            facts={"movement": slug, "went_well": memory.well},
        )
    words = FELT_WORDS[memory.complaint]
    until = memory.day + AWAY
    if today <= until:
        return Reason(
            rule=f"put_away:{slug}",
            sentence=f"{A_MOVEMENT} {words} on {on}. It is put away until {long_day(until)}, "
            "then it starts in its easier version.",
            since=memory.day,
            until=until,
            easing=Easing(movements_away=frozenset({slug})),
            facts={"movement": slug, "felt": memory.complaint},
            may_keep_usual=False,
        )
    return Reason(
        rule=f"put_away:{slug}",
        sentence=f"{A_MOVEMENT} {words} on {on}. It is back, in its easier version "
        "until it has gone well twice.",
        since=until + timedelta(days=1),
        until=memory.day + REMEMBERED,
        easing=Easing(movements_easier=frozenset({slug})),
        facts={"movement": slug, "felt": memory.complaint, "went_well": memory.well},
    )


def _of_unnamed(sessions: Sequence[SessionRecord], today: date) -> list[Reason]:
    """Return what follows where nobody knows which movement it was: all of them begin easier.

    Source: our own rule (E); to put all of them away would leave nothing of most sessions.
    """
    found: dict[date, tuple[FeltPain, frozenset[str]]] = {}
    for session in sessions:
        felt = _unnamed(session)
        if felt is None or today > session.day + AWAY:
            continue
        slugs = frozenset(each.slug for each in session.movements if each.state != "skipped")
        kind, before = found.get(session.day, (felt, frozenset()))
        found[session.day] = ("sharp" if "sharp" in (kind, felt) else kind), before | slugs
    return [
        Reason(
            rule="put_away",
            sentence=f"Something {FELT_WORDS[kind]} on {long_day(day)}, and you were not sure which "
            "movement it was. All of that session start in their easier version until "
            f"{long_day(day + AWAY)}.",
            since=day,
            until=day + AWAY,
            easing=Easing(movements_easier=slugs),
            facts={"movements": sorted(slugs), "felt": kind},
            may_keep_usual=False,
        )
        for day, (kind, slugs) in found.items()
        if slugs
    ]


def _unnamed(session: SessionRecord) -> FeltPain | None:
    """Return what was felt in a session without a movement named for it, None without."""
    if any(each.pain_kind is not None for each in session.movements):
        return None
    kinds: tuple[FeltPain, ...] = ("sharp", "tingling_numb")
    return next((each for each in kinds if each in session.pain_kinds), None)
