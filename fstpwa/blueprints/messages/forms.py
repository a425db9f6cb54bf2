"""What a client writes to a therapist, as a form."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField

from fstpwa.domain.check_in import check_text
from fstpwa.domain.errors import NotFound
from fstpwa.services.messages import EMPTY, LONGEST


class WordsField(TextAreaField):
    """The message. One that cannot be sent comes back whole, with what is wrong beside it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was typed, then check it. Raises ValueError, which is shown beside it."""
        self.data = str(valuelist[0]) if valuelist else ""
        text = check_text(self.data, LONGEST)
        if text is None:
            raise ValueError(EMPTY)
        self.data = text


class MessageForm(FlaskForm):
    """A message with what it is about."""

    text = WordsField(_l("Your message"))
    question = BooleanField(_l("I would like an answer"))
    session = HiddenField()
    """Id of the session it is about; empty: none."""
    movement = SelectField(_l("About"), choices=(), validate_choice=False)
    """Slug of the movement it is about; empty: none. Which there are is for the service."""

    def offer(self, movements: Iterable[tuple[str, str]], whole: str) -> None:
        """Let one of a session's `movements` (slug and name) be chosen, or the `whole` of it."""
        self.movement.choices = [("", whole), *movements]

    def session_id(self) -> UUID | None:
        """Return the session it is about. Raises NotFound for what is no id."""
        return read_id(self.session.data)

    def slug(self) -> str | None:
        """Return the movement it is about."""
        return self.movement.data or None


def read_id(text: str | None) -> UUID | None:
    """Return the id that a field or address names, None for none. Raises NotFound for another text."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is nothing with such an id.") from None
