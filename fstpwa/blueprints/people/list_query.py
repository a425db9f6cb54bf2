"""What a therapist looks for among their clients: the words and filters of the address."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from flask import url_for
from werkzeug.datastructures import MultiDict

from fstpwa.domain.attention import Group
from fstpwa.domain.typed_text import one_line
from fstpwa.services.caseload import Client

LONGEST_TEXT = 80
LAST_PAGE = 10_000
Show = Literal["all", "needs", "mine", "snoozed"]
SHOWS: tuple[Show, ...] = ("all", "needs", "mine", "snoozed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadQuery:
    """Whom to show; whoever is snoozed only where just they are asked for."""

    text: str = ""
    """A part of a name."""
    group: Group | None = None
    show: Show = "all"
    """`needs`: with a reason; `mine`: with something assigned by the therapist."""
    page: int = 1

    @classmethod
    def read(cls, values: MultiDict[str, str]) -> Self:
        """Make a query of what an address says; what is unknown is passed over."""
        group, page = values.get("group", ""), values.get("page", "")
        show: Show = next((each for each in SHOWS if each == values.get("show")), "all")
        is_page = page.isascii() and page.isdecimal() and len(page) < len(str(LAST_PAGE))
        return cls(
            text=one_line(values.get("q", "")[:LONGEST_TEXT]),
            group=Group(group) if group in tuple(Group) else None,
            show=show,
            page=max(int(page), 1) if is_page else 1,
        )

    @property
    def values(self) -> Mapping[str, Any]:
        """Return what the address says; nothing for what is usual."""
        said = {
            "q": self.text,
            "group": self.group.value if self.group else "",
            "show": "" if self.show == "all" else self.show,
            "page": self.page if self.page > 1 else "",
        }
        return {name: value for name, value in said.items() if value}

    def address(self, **changes: Any) -> str:
        """Return the address of this query with some of it changed, from its first page on."""
        return url_for("people.index", **replace(self, **{"page": 1, **changes}).values)

    @property
    def is_narrow(self) -> bool:
        """Whether somebody may be left out."""
        return bool(self.text) or self.group is not None or self.show != "all"

    def fits(self, client: Client) -> bool:
        """Return whether a client is to be shown."""
        is_snoozed = client.snoozed_until is not None
        return (
            is_snoozed == (self.show == "snoozed")
            and (self.show != "needs" or bool(client.attention.reasons))
            and (self.show != "mine" or client.is_assigned)
            and (self.group is None or client.attention.group == self.group)
            and (not self.text or folded(self.text) in folded(client.name))
        )

    def found_in(self, clients: Sequence[Client]) -> list[Client]:
        """Return those to be shown, in the same order."""
        return [each for each in clients if self.fits(each)]


def folded(text: str) -> str:
    """Return a name without its accents and capitals, to find it however it is typed."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
