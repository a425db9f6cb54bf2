"""What the pages of the programmes say, worked out once a process."""

from dataclasses import dataclass
from functools import cache

from fstpwa.content import library
from fstpwa.domain.plain_labels import listed, plain_conditions, plain_measure
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_outline import ProgrammeOutline, outline, range_in_words

DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage:
    """A programme in words."""

    programme: Programme
    outline: ProgrammeOutline
    minutes: str
    days: str
    serves: tuple[str, ...]
    equipment: str
    """What it needs; empty for nothing. The same for what is only of use if it is there."""
    handy_equipment: str
    daily_measures: tuple[str, ...]
    other_measures: tuple[str, ...]


@cache
def page_of(slug: str) -> ProgrammePage:
    """Return the page of a programme, retired or not. Raises KeyError if there is none."""
    content = library()
    programme = content.programmes[slug]
    outlined = outline(programme, content.movements)
    conditions, equipment = plain_conditions(content.vocabularies), content.vocabularies.equipment
    days = range_in_words(outlined.least_days, outlined.most_days)
    return ProgrammePage(
        programme=programme,
        outline=outlined,
        minutes=range_in_words(outlined.least_minutes, outlined.most_minutes),
        days="every day" if days == "7" else f"{days} days a week",
        serves=tuple(conditions[code] for code in programme.serves),
        equipment=listed(equipment[code] for code in outlined.equipment),
        handy_equipment=listed(equipment[code] for code in outlined.handy_equipment).lower(),
        daily_measures=_measures(programme, daily=True),
        other_measures=_measures(programme, daily=False),
    )


def _measures(programme: Programme, *, daily: bool) -> tuple[str, ...]:
    # How often the others are due stays with the measures: the content's words for it name
    # forms and licences.
    return tuple(
        plain_measure(use.measure, library().measures[use.measure].name)
        for use in programme.measures
        if use.how_often.startswith(DAILY) == daily
    )
