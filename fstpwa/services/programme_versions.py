"""The version of a programme that somebody began with, kept so that new content does not disturb it.

Only the programme itself is kept: its parts, sessions, doses and rules. Movements, what keeps
them safe and what is retired always come from the library as it is now.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from fstpwa import log
from fstpwa.content import library
from fstpwa.content.programme_files import ProgrammeFile
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_changes import gone, known_only, what_changes, with_phase
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, ProgrammeVersion


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


def of_slug(slug: str) -> Programme:
    """Return a programme of the library, or what stands in for one that is gone."""
    return library().programmes.get(slug) or gone(slug, "")


def is_known(slug: str) -> bool:
    """Return whether the library has a programme, retired or not."""
    return slug in library().programmes


def is_offered(slug: str) -> bool:
    """Return whether a programme can be chosen today."""
    found = library().programmes.get(slug)
    return found is not None and not found.retired


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


def newer(enrolment: Enrolment) -> Newer | None:
    """Return the newer version that somebody could follow, None if there is none.

    A programme that is not offered any more has none: what was begun can be finished.
    """
    slug, digest = enrolment.programme, enrolment.programme_version
    current = current_digest(slug)
    if digest is None or current is None or digest == current or not is_offered(slug):
        return None
    content = library()
    return Newer(
        digest=current,
        sentence=what_changes(programme_of(enrolment), content.programmes[slug], content.movements),
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
