"""The shape of the file on what brings people here."""

from typing import Annotated

from pydantic import Field

from fstpwa.content.reading import Code, FileModel, Slug, Text
from fstpwa.domain.library import Reason


class ReasonFile(FileModel):
    """A reason to come here."""

    id: Code
    label: Text
    said: Text
    programmes: Annotated[list[Slug], Field(min_length=1)]
    regions: list[Code]

    def to_domain(self) -> Reason:
        """Return the reason."""
        return Reason(
            id=self.id,
            label=self.label,
            said=self.said,
            programmes=tuple(self.programmes),
            regions=tuple(self.regions),
        )


class ReasonsFile(FileModel):
    """All reasons, in the order they are offered."""

    reasons: Annotated[list[ReasonFile], Field(min_length=1)]
