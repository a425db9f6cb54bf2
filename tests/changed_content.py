"""The library in a test as if its content were another one, and versions that were kept of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from fstpwa.content import library
from fstpwa.domain.library import Library
from fstpwa.extensions import db
from fstpwa.models.practice import Enrolment, ProgrammeVersion
from fstpwa.services import programme_versions
from tests.services.test_enrolments import NOW


@contextmanager
def content_with(**changed: Any) -> Iterator[Library]:
    """Let some fields of the library be others for a while."""
    content = library()
    before = {name: getattr(content, name) for name in changed}
    # Frozen for everybody else.
    for name, value in changed.items():
        object.__setattr__(content, name, MappingProxyType(dict(value)))
    programme_versions._read.clear()
    try:
        yield content
    finally:
        for name, value in before.items():
            object.__setattr__(content, name, value)
        programme_versions._read.clear()


def without(mapping: Any, *keys: str) -> dict[str, Any]:
    """Return a mapping without some of its keys."""
    return {key: value for key, value in mapping.items() if key not in keys}


def began_with(enrolment: Enrolment, change: Callable[[dict[str, Any]], None]) -> str:
    """Let an enrolment have begun with another version than the library's; return its digest."""
    data = json.loads(library().programme_files[enrolment.programme])
    change(data)
    digest = sha256(json.dumps(data).encode()).hexdigest()
    db.session.add(
        ProgrammeVersion(digest=digest, slug=enrolment.programme, data=data, first_used_at=NOW)
    )
    db.session.flush()
    enrolment.programme_version = digest
    db.session.flush()
    return digest
