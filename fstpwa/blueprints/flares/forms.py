"""The setback card as a form."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from fstpwa.domain.check_in import check_text
from fstpwa.domain.setback import LETTERS, Setback


class LineField(TextAreaField):
    """A few lines of text. Too long a text comes back whole, with what is wrong beside it."""

    def __init__(self, label: str = "", *, hint: str = "", **settings: Any) -> None:
        self.hint = hint
        super().__init__(label, **settings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was sent, then check it. Raises InvalidValue, which is shown beside it."""
        self.data = str(valuelist[0]) if valuelist else ""
        self.data = check_text(self.data, LETTERS) or ""


class SetbackForm(FlaskForm):
    """The six lines. Source of their names and examples: content E.3."""

    early_signs = LineField(
        _l("My early signs"),
        hint=_l("What you notice first: worse sleep, a heavier body, short temper."),
    )
    first = LineField(_l("What I do first"), hint=_l("Breathing, a shorter session."))
    keep = LineField(_l("What I keep"), hint=_l("A short walk, one stretch."))
    drop = LineField(_l("What I drop"), hint=_l("What can wait until it is over."))
    whom = LineField(_l("Whom I tell"), hint=_l("Family, a friend, work, your therapist."))
    help = LineField(
        _l("When I seek medical help"),
        hint=_l("Something new, or what you agreed with your doctor or therapist."),
    )

    def card(self) -> Setback:
        """Return what was written. Call only after the form was found valid."""
        return Setback(**{name: self[name].data or "" for name in Setback().lines()})
