"""Routines of a therapist: made, changed, shared, put away. What people follow is in assignments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import joinedload

from fstpwa.content import library
from fstpwa.domain.email_address import folded
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.planning import flare_items
from fstpwa.domain.routine import (
    NAME_LETTERS,
    RoutineDraft,
    RoutineLine,
    lean,
    problems,
    read_lines,
    routine_items,
    stored_lines,
)
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.timeline import DEFAULT_PACE, Pace
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.care import (
    Assignment,
    AssignmentState,
    CareLink,
    Routine,
    RoutineEditor,
    RoutineVersion,
)
from fstpwa.models.people import Role, User
from fstpwa.services.care_links import Scopes, standing

MOST_ROUTINES = 500
"""Of one therapist, archived ones too."""
MOST_EDITORS = 20
"""Colleagues with whom one routine is shared."""
PLAN = Scopes(shares_routines=True)
COPY_OF = "Copy of "


class ChangedMeanwhile(Conflict):
    """Somebody saved the routine since it was opened; `newest` is what they saved."""

    def __init__(self, newest: RoutineVersion) -> None:
        super().__init__("Somebody else saved this routine while you were changing it.")
        self.newest = newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A client who has a routine now, or will."""

    link_id: int
    link: UUID
    """Its public id."""
    name: str
    version: int
    """Which one they have."""
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A routine in the list."""

    routine: Routine
    version: RoutineVersion
    lines: tuple[RoutineLine, ...]
    total_s: int
    owner: str | None
    """Name of the colleague whose it is; None: one's own."""
    holders: tuple[Holder, ...]


def routines_of(therapist: User, *, archived: bool = False) -> list[Routine]:
    """Return the routines that `therapist` made or may use, the last changed first."""
    state = Routine.archived_at.is_not(None) if archived else Routine.archived_at.is_(None)
    found = select(Routine).where(_usable_by(therapist), state)
    return list(db.session.scalars(found.order_by(Routine.changed_at.desc(), Routine.id.desc())))


def listed(therapist: User, *, archived: bool = False) -> list[Listed]:
    """Return the routines of `therapist` with what the list says of each; four queries."""
    routines = routines_of(therapist, archived=archived)
    versions = _newest_of(routines)
    holders = _holders(therapist, [routine.id for routine in routines])
    others = {routine.user_id for routine in routines} - {therapist.id}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(others)))
    names = {row.id: row.name for row in rows}
    found = []
    for routine in routines:
        version = versions[routine.id]
        lines = lines_of(version)
        found.append(
            Listed(
                routine=routine,
                version=version,
                lines=lines,
                total_s=total_s(lines),
                owner=names.get(routine.user_id),
                holders=tuple(holders.get(routine.id, ())),
            )
        )
    return found


def has_archived(therapist: User) -> bool:
    """Return whether `therapist` has put a routine away."""
    found = select(Routine.id).where(_usable_by(therapist), Routine.archived_at.is_not(None))
    return db.session.scalar(found.limit(1)) is not None


def routine_for(therapist: User, routine_id: UUID) -> Routine:
    """Return a routine that `therapist` made, or that is shared with them.

    Raises:
        NotFound: there is none, or it is somebody else's; the two look the same.
    """
    found = db.session.scalar(
        select(Routine).where(Routine.public_id == routine_id, _usable_by(therapist))
    )
    if found is None:
        raise NotFound("There is no such routine.")
    return found


def owned_by(therapist: User, routine_id: UUID) -> Routine:
    """Return a routine that `therapist` made. Raises NotFound otherwise."""
    found = routine_for(therapist, routine_id)
    if found.user_id != therapist.id:
        raise NotFound("There is no such routine.")
    return found


def newest(routine: Routine) -> RoutineVersion:
    """Return what a routine says now."""
    return db.session.scalars(
        select(RoutineVersion).where(
            RoutineVersion.routine_id == routine.id, RoutineVersion.version == routine.version
        )
    ).one()


def saved_by(version: RoutineVersion) -> str:
    """Return the name of whoever saved a version, empty where they are gone or have none."""
    found = db.session.scalar(select(User.name).where(User.id == version.saved_by))
    return found or ""


def draft_of(version: RoutineVersion) -> RoutineDraft:
    """Return what a version says."""
    return RoutineDraft(
        name=version.name,
        purpose=version.purpose,
        lines=read_lines(version.lines),
        flare_from=version.flare_from,
    )


def lines_of(version: RoutineVersion) -> tuple[RoutineLine, ...]:
    """Return the movements of a version that the library still has."""
    known = library().movements
    return tuple(line for line in read_lines(version.lines) if line.slug in known)


def measured(
    lines: Iterable[RoutineLine], pace: Pace = DEFAULT_PACE
) -> list[tuple[PlannedItem, int]]:
    """Return each movement as it is planned, with the seconds it takes in its place.

    Lines must be without problems, and of movements that the library has.
    """
    movements = library().movements
    items = routine_items(lines, movements)
    return [(item, item_block(item, movements, pace, easier=False).duration_s) for item in items]


def total_s(lines: Iterable[RoutineLine], pace: Pace = DEFAULT_PACE) -> int:
    """Return how many seconds a routine takes: the only place that says so.

    Lines must be without problems; a movement that the library does not have is passed over.
    """
    return _total_s(tuple(line for line in lines if line.slug in library().movements), pace)


@lru_cache(maxsize=4096)
def _total_s(lines: tuple[RoutineLine, ...], pace: Pace) -> int:
    """Return the seconds of lines. Kept, since a version never changes and lists show many."""
    return sum(seconds for _item, seconds in measured(lines, pace))


def items_for_preview(
    version: RoutineVersion,
) -> tuple[tuple[PlannedItem, ...], tuple[PlannedItem, ...]]:
    """Return the movements of a version and of its flare-day session, both sides, ungated."""
    content = library()
    programme = content.programmes.get(version.flare_from)
    flare = flare_items(programme, None, content.movements) if programme else ()
    return routine_items(lines_of(version), content.movements), flare


def create(therapist: User, draft: RoutineDraft, *, now: datetime) -> Routine:
    """Store a new routine; flushed.

    Raises:
        InvalidValue: it cannot be used as it is.
        Conflict: there are 500 already.
    """
    draft = _checked(draft)
    count = select(func.count()).select_from(Routine).where(Routine.user_id == therapist.id)
    if (db.session.scalar(count) or 0) >= MOST_ROUTINES:
        raise Conflict(f"You have {MOST_ROUTINES} routines. Change one of them instead.")
    routine = Routine(
        public_id=uuid4(),
        user_id=therapist.id,
        name=draft.name,
        version=1,
        created_at=now,
        changed_at=now,
    )
    db.session.add(routine)
    db.session.flush()
    _add_version(routine, therapist, draft, now)
    return routine


def save(
    routine: Routine, therapist: User, draft: RoutineDraft, on_version: int, *, now: datetime
) -> RoutineVersion:
    """Store `draft` as the newest version; whoever was given an older one keeps that; flushed.

    Where nothing differs no version is made.

    Args:
        routine: of `routine_for`.
        therapist: who saves.
        draft: what they wrote.
        on_version: the one they had before them when they began.
        now: an aware instant.

    Raises:
        InvalidValue: it cannot be used as it is.
        ChangedMeanwhile: somebody saved since.
    """
    draft = _checked(draft)
    # Of two at once the second waits, and finds what the first has saved.
    db.session.refresh(routine, with_for_update=True)
    current = newest(routine)
    if draft == draft_of(current):
        return current
    if on_version != routine.version:
        raise ChangedMeanwhile(current)
    routine.version += 1
    routine.name = draft.name
    routine.changed_at = now
    return _add_version(routine, therapist, draft, now)


def duplicate(routine: Routine, therapist: User, *, now: datetime) -> Routine:
    """Store a copy of a routine as `therapist`'s own; flushed. Raises as `create`."""
    draft = draft_of(newest(routine))
    name = f"{COPY_OF}{draft.name.removeprefix(COPY_OF)}"[:NAME_LETTERS].strip()
    return create(therapist, replace(draft, name=name), now=now)


def archive(routine: Routine, *, now: datetime) -> None:
    """Put a routine away: it is on no list to choose from. Whoever has it keeps it; flushed."""
    routine.archived_at = routine.archived_at or now
    db.session.flush()


def unarchive(routine: Routine) -> None:
    """Take a routine out again; flushed."""
    routine.archived_at = None
    db.session.flush()


def share_with(routine: Routine, email: str, *, now: datetime) -> None:
    """Let the therapist with an e-mail address use and change a routine; flushed.

    Whether there is one is not told: nothing tells who has an account.

    Raises:
        InvalidValue: it is no e-mail address.
        Conflict: it is shared with twenty colleagues.
    """
    found = _colleague(routine, email)
    count = select(func.count()).select_from(RoutineEditor).filter_by(routine_id=routine.id)
    if (db.session.scalar(count) or 0) >= MOST_EDITORS:
        raise Conflict(f"A routine can be shared with {MOST_EDITORS} colleagues.")
    if found is None or db.session.get(RoutineEditor, (routine.id, found.id)) is not None:
        return
    db.session.add(RoutineEditor(routine_id=routine.id, user_id=found.id, since=now))
    db.session.flush()


def stop_sharing_with(routine: Routine, email: str) -> None:
    """Take a routine from the list of the therapist with an e-mail address, if it is there.

    Raises:
        InvalidValue: it is no e-mail address.
    """
    found = _colleague(routine, email)
    if found is not None:
        leave(routine, found)


def leave(routine: Routine, colleague: User) -> None:
    """Take a shared routine from the list of a colleague; flushed."""
    db.session.execute(
        delete(RoutineEditor).where(
            RoutineEditor.routine_id == routine.id, RoutineEditor.user_id == colleague.id
        )
    )


def _usable_by(therapist: User) -> ColumnElement[bool]:
    shared = select(RoutineEditor.routine_id).where(RoutineEditor.user_id == therapist.id)
    return or_(Routine.user_id == therapist.id, Routine.id.in_(shared))


def _newest_of(routines: Sequence[Routine]) -> dict[int, RoutineVersion]:
    found = (
        select(RoutineVersion)
        .join(Routine, Routine.id == RoutineVersion.routine_id)
        .where(
            Routine.id.in_([routine.id for routine in routines]),
            RoutineVersion.version == Routine.version,
        )
    )
    return {version.routine_id: version for version in db.session.scalars(found)}


def _holders(therapist: User, routine_ids: Collection[int]) -> dict[int, list[Holder]]:
    """Return who of the clients of `therapist` has which routine, by the client's name.

    Only of clients who share their plan: a colleague's clients are nobody's but that colleague's.
    """
    rows = db.session.execute(
        select(RoutineVersion.routine_id, RoutineVersion.version, Assignment.state, CareLink)
        .join(Assignment, Assignment.routine_version_id == RoutineVersion.id)
        .join(CareLink, CareLink.id == Assignment.link_id)
        .join(User, User.id == CareLink.user_id)
        .options(joinedload(CareLink.client))
        .where(
            RoutineVersion.routine_id.in_(routine_ids),
            Assignment.state.in_((AssignmentState.RUNNING, AssignmentState.WAITING)),
            *standing(therapist, PLAN),
        )
        .order_by(User.name, Assignment.id)
    )
    found: dict[int, list[Holder]] = {}
    for routine_id, version, state, link in rows:
        holder = Holder(
            link_id=link.id,
            link=link.public_id,
            name=link.client.name,
            version=version,
            waits=state == AssignmentState.WAITING,
        )
        found.setdefault(routine_id, []).append(holder)
    return found


def holders_of(therapist: User, routine: Routine) -> tuple[Holder, ...]:
    """Return who of the clients of `therapist` has a routine now, or will."""
    return tuple(_holders(therapist, [routine.id]).get(routine.id, ()))


def _checked(draft: RoutineDraft) -> RoutineDraft:
    """Return the draft without what is the library's. Raises InvalidValue for the first problem."""
    content = library()
    for problem in problems(draft, content.movements, content.programmes):
        raise InvalidValue(problem.words)
    lines = tuple(lean(line, content.movements[line.slug]) for line in draft.lines)
    return replace(draft, lines=lines)


def _add_version(
    routine: Routine, therapist: User, draft: RoutineDraft, now: datetime
) -> RoutineVersion:
    version = RoutineVersion(
        routine_id=routine.id,
        version=routine.version,
        name=draft.name,
        purpose=draft.purpose,
        lines=stored_lines(draft.lines),
        flare_from=draft.flare_from,
        saved_by=therapist.id,
        saved_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _colleague(routine: Routine, email: str) -> User | None:
    found = db.session.scalar(
        select(User).where(User.email == folded(email), User.role == Role.THERAPIST)
    )
    return None if found is None or found.id == routine.user_id else found
