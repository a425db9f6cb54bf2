"""Form fields for whole numbers: on the scale of a measure, with the content's words for its ends."""

import re
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from fstpwa.content import library
from fstpwa.domain.measure import Measure

WHOLE_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)


class WholeNumberField(Field):
    """A whole number within the range of a measure; `data` is it, or None where none was given."""

    widget = TextInput()

    def __init__(self, label: str = "", *, measure: str, **settings: Any) -> None:
        super().__init__(label, **settings)
        self.measure_slug = measure

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return library().measures[self.measure_slug]

    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest number."""
        return self.measure.lowest, self.measure.highest

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, which is shown beside it."""
        sent = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not sent:
            return
        low, high = self.scale()
        if not WHOLE_NUMBER.fullmatch(sent) or not low <= int(sent) <= high:
            raise ValueError(f"Choose a whole number from {low} to {high}.")
        self.data = int(sent)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class RatingField(WholeNumberField):
    """A rating of 0-10, with words for both ends."""

    def __init__(
        self,
        label: str = "",
        *,
        measure: str = "",
        words: tuple[str, str] = ("", ""),
        **settings: Any,
    ) -> None:
        """Give `measure` for the words of the content, or `words` for a rating that is none."""
        super().__init__(label, measure=measure, **settings)
        self.words = words

    @property
    def anchors(self) -> tuple[str, str]:
        """The words for 0 and for 10."""
        return (self.measure.anchors or self.words) if self.measure_slug else self.words

    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest number."""
        return super().scale() if self.measure_slug else (0, 10)
