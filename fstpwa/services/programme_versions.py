"""The version of a programme that somebody began with, kept so that new content does not disturb it.

Only the programme itself is kept: its parts, sessions, doses and rules. Movements, what keeps
them safe and what is retired always come from the library as it is now.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from fstpwa import log
from fstpwa.content import library
from fstpwa.content.programme_files import ProgrammeFile
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_changes import gone, known_only, what_changes, with_phase
from fstpwa.extensions import db
from fstpwa.models.care import Assignment
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment, PlannedSession, ProgrammeVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """A newer version that could be followed."""

    digest: str
    sentence: str
    """What it changes."""


def programme_of(enrolment: Enrolment) -> Programme:
    """Return the programme as it was when it was begun, with a phase of the enrolment's id in it.

    Without a version of its own, or where that cannot be read any more, it is the library's; where
    the library has none either, it is one without sessions. Never raises for lost content.
    """
    slug, digest = enrolment.programme, enrolment.programme_version
    found = library().programmes.get(slug)
    if digest is not None and digest != current_digest(slug):
        found = _kept(digest) or found
    return gone(slug, enrolment.phase) if found is None else with_phase(found, enrolment.phase)


def of_session(session: PlannedSession) -> Programme:
    """Return the programme that a planned session belongs to, or what stands in for it.

    One of the library as it is there now; what a therapist put together as it was given.
    """
    return library().programmes.get(session.programme) or programme_of(session.enrolment)


def of_digest(digest: str) -> Programme | None:
    """Return a version that was kept; None if there is none, or it cannot be read any more."""
    return _kept(digest)


def is_known(slug: str) -> bool:
    """Return whether the library has a programme, retired or not."""
    return slug in library().programmes


def is_offered(slug: str) -> bool:
    """Return whether a programme can be chosen today."""
    found = library().programmes.get(slug)
    return found is not None and not found.retired


def can_be_finished(enrolment: Enrolment) -> bool:
    """Return whether nothing is to be said about a programme that is followed.

    It is on offer, or it was never on any list: a therapist put it together.
    """
    return is_offered(enrolment.programme) or programme_of(enrolment).is_prescribed


def current_digest(slug: str) -> str | None:
    """Return the digest of a programme as the library has it; None if it has none."""
    text = library().programme_files.get(slug)
    return None if text is None else _digest(text)


def keep(enrolment: Enrolment, *, now: datetime) -> None:
    """Keep the library's version of the programme with an enrolment; flushed.

    One that the library does not have is left as it is.
    """
    text = library().programme_files.get(enrolment.programme)
    if text is None:
        return
    digest = _digest(text)
    _store(digest, enrolment.programme, text, now)
    enrolment.programme_version = digest
    db.session.flush()


def keep_given(data: Mapping[str, Any], *, now: datetime) -> ProgrammeVersion:
    """Keep what a therapist gives somebody; flushed. The same given twice is kept once.

    Args:
        data: of domain/prescription.py, or a file of the library as it is.
        now: an aware instant.
    """
    file = ProgrammeFile.model_validate(data)
    text = file.to_json()
    digest = sha256(text.encode()).hexdigest()
    _store(digest, file.slug, text, now)
    db.session.flush()
    # Held until it is used: nothing that sweeps unused ones takes it away meanwhile.
    return db.session.get_one(
        ProgrammeVersion, digest, with_for_update={"read": True, "key_share": True}
    )


def due() -> list[int]:
    """Return the ids of running enrolments whose version is not kept yet."""
    return list(
        db.session.scalars(
            select(Enrolment.id).where(
                Enrolment.ended_at.is_(None),
                Enrolment.programme_version.is_(None),
                Enrolment.programme.in_(library().programme_files),
            )
        )
    )


def keep_these(enrolment_ids: Sequence[int], *, now: datetime) -> None:
    """Keep the library's versions with some enrolments that have none; flushed."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.programme).where(Enrolment.id.in_(enrolment_ids))
    ).all()
    for slug in sorted({row.programme for row in rows} & set(library().programme_files)):
        text = library().programme_files[slug]
        digest = _digest(text)
        _store(digest, slug, text, now)
        db.session.execute(
            update(Enrolment)
            .where(
                Enrolment.id.in_([row.id for row in rows if row.programme == slug]),
                # Whoever took a newer version meanwhile keeps that.
                Enrolment.programme_version.is_(None),
            )
            .values(programme_version=digest)
        )
    db.session.flush()


def kept_for(user: User) -> dict[str, dict[str, Any]]:
    """Return, by digest, what `user` follows or followed that is not as the library has it."""
    rows = db.session.scalars(
        select(ProgrammeVersion).where(ProgrammeVersion.digest.in_(digests_of(user)))
    )
    return {row.digest: row.data for row in rows if row.digest != current_digest(row.slug)}


def digests_of(user: User) -> frozenset[str]:
    """Return the versions that `user` follows or followed, or that were given to them."""
    followed = select(Enrolment.programme_version).where(Enrolment.user_id == user.id)
    given = select(Assignment.programme_version).where(Assignment.user_id == user.id)
    return frozenset(filter(None, db.session.scalars(followed.union(given))))


def forget_unused(digests: Collection[str]) -> None:
    """Delete those of some versions that nobody follows, or followed, any more; flushed.

    A therapist may have written to one client in it. The library's own are left: somebody may be
    about to begin one.
    """
    # Whoever begins one just now holds it: it is passed over, and in use.
    held = db.session.scalars(
        select(ProgrammeVersion)
        .where(ProgrammeVersion.digest.in_(digests))
        .with_for_update(skip_locked=True)
    ).all()
    unused = [
        row.digest
        for row in held
        if row.digest != current_digest(row.slug)
        and not db.session.scalar(
            select(
                exists().where(Enrolment.programme_version == row.digest)
                | exists().where(Assignment.programme_version == row.digest)
            )
        )
    ]
    db.session.execute(delete(ProgrammeVersion).where(ProgrammeVersion.digest.in_(unused)))
    for digest in unused:
        _read.pop(digest, None)


def newer(enrolment: Enrolment) -> Newer | None:
    """Return the newer version that somebody could follow, None if there is none.

    A programme that is not offered any more has none: what was begun can be finished. Nor has what
    a therapist adapted: the library knows nothing of why.
    """
    slug, digest = enrolment.programme, enrolment.programme_version
    current = current_digest(slug)
    if digest is None or current is None or digest == current or not is_offered(slug):
        return None
    content, followed = library(), programme_of(enrolment)
    if followed.is_prescribed:
        return None
    return Newer(
        digest=current,
        sentence=what_changes(followed, content.programmes[slug], content.movements),
    )


def _store(digest: str, slug: str, text: str, now: datetime) -> None:
    """Store a version once; two at the same time leave one."""
    if db.session.get(ProgrammeVersion, digest) is not None:
        return
    row = ProgrammeVersion(digest=digest, slug=slug, data=json.loads(text), first_used_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # Somebody began the same programme at the same moment.
        return


def _kept(digest: str) -> Programme | None:
    """Return a version that was kept, as far as the library still knows its movements.

    None if there is none, or it cannot be read any more; it is read once a process.
    """
    if digest in _read:
        return _read[digest]
    data = db.session.scalar(select(ProgrammeVersion.data).where(ProgrammeVersion.digest == digest))
    if data is None:
        return None
    try:
        found = ProgrammeFile.model_validate(data).to_domain()
    except ValidationError as problem:
        log.error("programme_version_unreadable", error=problem)
        _read[digest] = None
    else:
        _read[digest] = known_only(found, library().movements)
    return _read[digest]


_read: dict[str, Programme | None] = {}
"""By digest; None for one that cannot be read any more, so that it is said once a process."""


@cache
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
