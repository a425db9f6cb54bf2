"""What a therapist writes on a client's page: a private note, a visit, a reply used often."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired

from fstpwa.domain.check_in import check_text
from fstpwa.services import private_notes, reply_templates, visits
from fstpwa.services.visits import VisitEntry


class WordsField(TextAreaField):
    """Some lines of text. What cannot be stored comes back whole, with what is wrong beside it."""

    def __init__(
        self, label: str = "", *, longest: int = 0, empty: str = "", **options: Any
    ) -> None:
        """Take texts of up to `longest` letters; `empty` is said of none, "" allows that."""
        self.longest, self.empty = longest, empty
        super().__init__(label, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was typed, then check it. Raises ValueError, which is shown beside it."""
        self.data = str(valuelist[0]) if valuelist else ""
        text = check_text(self.data, self.longest)
        if text is None and self.empty:
            raise ValueError(self.empty)
        self.data = text or ""


class NoteForm(FlaskForm):
    """A private note."""

    note = WordsField(_l("Note"), longest=private_notes.LONGEST, empty=private_notes.EMPTY)


class VisitForm(FlaskForm):
    """A visit in the clinic."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    done = WordsField(_l("What was done"), longest=visits.LONGEST, empty=visits.NOTHING_DONE)
    response = WordsField(_l("How they responded"), longest=visits.LONGEST)

    def entry(self) -> VisitEntry:
        """Return what was written. Call only when the form is valid."""
        return VisitEntry(
            day=self.day.data or date.min,
            done=self.done.data or "",
            response=self.response.data or "",
        )


class ReplyForm(FlaskForm):
    """A reply that is used often."""

    reply = WordsField(
        _l("A new reply"), longest=reply_templates.LONGEST, empty=reply_templates.EMPTY
    )
