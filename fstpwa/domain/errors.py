"""The errors the product knows, and nothing else.

GoodDaysError
├── InvalidValue    something entered cannot be used; the message says what would be
├── NotFound        it does not exist, or it is not theirs (the two look the same)
├── Conflict        it clashes with what is already stored
├── NotAllowed      the action needs another role
└── BrokenContent   a content file cannot be used
"""


class GoodDaysError(Exception):
    """Base of all errors that the product raises on purpose."""


class InvalidValue(GoodDaysError, ValueError):
    """A value cannot be used. The message is for the person who entered it."""


class NotFound(GoodDaysError):
    """The thing does not exist or belongs to somebody else."""


class Conflict(GoodDaysError):
    """The change clashes with what is stored already."""


class NotAllowed(GoodDaysError):
    """The acting person may not do this."""


class BrokenContent(GoodDaysError):
    """A content file cannot be used: which file, which field, and why."""

    def __init__(self, file: str, field: str, reason: str) -> None:
        super().__init__(f"{file}: {field}: {reason}")
        self.file = file
        self.field = field
        self.reason = reason
