"""Reads the letters that the app wrote to files, as somebody reads their mail."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask


class Letters:
    """What was written since this test began."""

    def __init__(self, app: Flask) -> None:
        self.folder: Path = app.config["GOOD_DAYS"].mail_dir
        self.before = set(self._files())

    def all(self) -> list[EmailMessage]:
        """Return them, the oldest first."""
        new = sorted(set(self._files()) - self.before)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in new]

    def code(self) -> str:
        """Return the code in the newest letter."""
        text = self.all()[-1].get_content().replace("\r\n", "\n")
        found = re.search(r"^ {4}(\d{6})$", text, re.MULTILINE)
        assert found, "the newest letter has no code"
        return found[1]

    def _files(self) -> list[Path]:
        return list(self.folder.glob("*.eml")) if self.folder.exists() else []
