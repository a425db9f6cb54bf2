"""The errors the product knows, and nothing else.

GoodDaysError
├── InvalidValue    something entered cannot be used; the message says what would be
├── NotFound        it does not exist, or it is not theirs (the two look the same)
├── Conflict        it clashes with what is already stored
│   ├── Gone        it was deleted, and stays so
│   └── Unreadable  a sealed text does not open: changed, somebody else's, or the wrong key
├── NotAllowed      the action needs another role
├── TooMany         it was tried too often; says how long to wait
├── NotSent         a letter could not be sent, and nothing was changed
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


class Gone(Conflict):
    """It was deleted before, here or on another device, and does not come back."""


class Unreadable(Conflict):
    """A sealed text cannot be opened with the keys that are there."""


class NotAllowed(GoodDaysError):
    """The acting person may not do this."""


class TooMany(GoodDaysError):
    """It was tried too often. The message is for the person; `wait_s` is how long to wait."""

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class NotSent(GoodDaysError):
    """A letter could not be handed to the mail server. The message is for the person."""


class BrokenContent(GoodDaysError):
    """A content file cannot be used: which file, which field, and why."""

    def __init__(self, file: str, field: str, reason: str) -> None:
        super().__init__(f"{file}: {field}: {reason}")
        self.file = file
        self.field = field
        self.reason = reason
