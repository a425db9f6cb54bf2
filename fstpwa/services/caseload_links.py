"""Whose weeks are looked at: all clients of a therapist, or one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from fstpwa.models.care import CareLink
from fstpwa.models.people import User
from fstpwa.services.care_links import Scopes, standing


@dataclass(frozen=True, slots=True)
class Links:
    """The standing links of a therapist, or one of them."""

    therapist: User
    only: int | None = None
    """Id of the one link; None: all."""

    def standing(self, needs: Scopes | None = None) -> Sequence[ColumnElement[bool]]:
        """Return the conditions on CareLink, as services.care_links.standing does."""
        conditions = standing(self.therapist, needs)
        return conditions if self.only is None else [*conditions, CareLink.id == self.only]
