"""Which country a time zone belongs to, as a first suggestion for the emergency number.

Source: the time zone database's own tables (zone.tab, and the links of tzdata.zi).
"""

from functools import cache
from importlib.resources import files

from fstpwa.content import library


def suggested_country(zone: str) -> str:
    """Return the ISO 3166 code of the country that a time zone belongs to.

    Empty where the zone has no country ("UTC"), or the country is not in the content's list.
    """
    tables = _country_of_zone()
    country = tables.get(zone) or tables.get(_zone_of_link().get(zone, ""), "")
    known = {each.code for each in library().safety.emergency_numbers.countries}
    return country if country in known else ""


@cache
def _country_of_zone() -> dict[str, str]:
    lines = _lines("zone.tab")
    return {
        zone: country
        for country, _, zone, *_ in (line.split("\t") for line in lines if not line.startswith("#"))
    }


@cache
def _zone_of_link() -> dict[str, str]:
    """Return old name -> name: browsers still say "Asia/Calcutta"."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {old: name for _, name, old in links}


def _lines(name: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8").splitlines()
