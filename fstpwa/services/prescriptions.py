"""What would be followed of a routine, or of a programme of the library, before it is given."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fstpwa.content import library
from fstpwa.content.programme_files import ProgrammeFile
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.prescription import Changes, adapted_data, routine_data, slug_of_routine
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_changes import known_only
from fstpwa.domain.routine import RoutineLine, read_lines
from fstpwa.models.care import RoutineVersion
from fstpwa.services import enrolments
from fstpwa.services.routines import total_s


def data_of_routine(
    version: RoutineVersion, *, days_per_week: int = 7, times_per_day: int = 1
) -> dict[str, Any]:
    """Return what somebody follows of a routine.

    Raises InvalidValue if nothing of it is left, or it is done too often.
    """
    movements = library().movements
    lines = _known(read_lines(version.lines))
    return routine_data(
        slug_of_routine(version.routine.public_id),
        version.name,
        lines,
        purpose=version.purpose,
        days_per_week=days_per_week,
        times_per_day=times_per_day,
        length_s=total_s(lines),
        source=_file_of(version.flare_from),
        movements=movements,
    )


def data_of_programme(slug: str, changes: Changes) -> dict[str, Any]:
    """Return a programme of the library, adapted if anything is to be different.

    Raises:
        NotFound: there is none on offer.
        InvalidValue: it cannot be adapted like that.
    """
    enrolments.available_programme(slug)
    source = _file_of(slug)
    return adapted_data(source, changes, library().movements) if changes else source


def as_given(data: Mapping[str, Any]) -> Programme:
    """Return what would be followed, to show it before it is given."""
    found = ProgrammeFile.model_validate(data).to_domain()
    return known_only(found, library().movements)


def _known(lines: Sequence[RoutineLine]) -> tuple[RoutineLine, ...]:
    return tuple(line for line in lines if line.slug in library().movements)


def _file_of(slug: str) -> dict[str, Any]:
    text = library().programme_files.get(slug)
    if text is None:
        raise InvalidValue("Its flare-day session is not in the library any more. Choose another.")
    found: dict[str, Any] = json.loads(text)
    return found
