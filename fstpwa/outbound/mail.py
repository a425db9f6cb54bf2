"""Letters: handed to the configured mail server, or written to files where there is none."""

import os
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from threading import BoundedSemaphore, Timer
from types import TracebackType
from typing import Self
from uuid import uuid4

from fstpwa import log
from fstpwa.config import Settings
from fstpwa.domain.errors import NotSent
from fstpwa.domain.mail import Letter, Mailer

DEADLINE_S = 10.0
"""For everything from looking the server up to its last answer, in seconds."""

AT_ONCE = 3
"""Letters on their way; a slow server must not hold every thread that could show a page."""
SEAT_WAIT_S = 1.0
_seats = BoundedSemaphore(AT_ONCE)

NOT_SENT = (
    "The letter could not be sent just now. Nothing was changed. Please try again in a minute."
)

REFUSED = (
    "Our mail server does not take that address. Nothing was changed. "
    "Please check it, or use another one."
)


def mailer_of(settings: Settings) -> Mailer:
    """Return what sends letters under `settings`."""
    if not settings.mail_host:
        return FileMailer(folder=settings.mail_dir)
    return SmtpMailer(
        host=settings.mail_host,
        port=settings.mail_port,
        user=settings.mail_user,
        password=settings.mail_password.get_secret_value(),
        sender=settings.mail_from,
        tls=settings.mail_tls,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Hands letters to one mail server, each over a connection of its own."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    tls: str = "starttls"
    """starttls, tls or none. The server's certificate is always checked."""
    deadline_s: float = DEADLINE_S

    def send(self, letter: Letter) -> None:
        """Hand `letter` over. Raises NotSent if the server is away, slow, busy or refuses it.

        Where it does not take the address at all, the words say so: trying again is no use.
        """
        message = _message(letter, self.sender)
        if not _seats.acquire(timeout=SEAT_WAIT_S):
            log.warning("mail_busy")
            raise NotSent(NOT_SENT)
        try:
            self._hand_over(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            log.warning("mail_not_sent", error=error)
            raise NotSent(NOT_SENT) from None
        finally:
            _seats.release()

    def _hand_over(self, message: EmailMessage) -> None:
        server = self._unconnected()
        with _Deadline(server, self.deadline_s):
            server.connect(self.host, self.port)
            with server:
                self._introduce(server)
                self._give(server, message)

    def _give(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
            if not _is_for_good(error):
                raise
            log.warning("mail_address_refused", error=error)
            raise NotSent(REFUSED) from None

    def _unconnected(self) -> smtplib.SMTP:
        server = smtplib.SMTP(timeout=self.deadline_s)
        if self.tls == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(timeout=self.deadline_s, context=context)
        # It notes whose certificate to expect only where it connects while it is made, and then
        # a server that keeps greeting could not be broken off.
        server._host = self.host  # type: ignore[attr-defined]  # as its constructor does
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)


def _is_for_good(error: smtplib.SMTPException) -> bool:
    """Whether the server will not take this address later either."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= status < 600 for status, _ in error.recipients.values())
    return True


class _Deadline:
    """Breaks the connection off when time is up: a slow server answers each line in time."""

    def __init__(self, server: smtplib.SMTP, after_s: float) -> None:
        self._server = server
        self._timer = Timer(after_s, self._break_off)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def _break_off(self) -> None:
        if self._server.sock is not None:
            with suppress(OSError):
                self._server.sock.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMailer:
    """Writes letters to files (mode 0600), for trying the product without a mail server."""

    folder: Path
    sender: str = "good-days@localhost"

    def send(self, letter: Letter) -> None:
        """Write `letter` to a new file. Raises NotSent if the disk does not take it."""
        message = _message(letter, self.sender)
        now = datetime.now(UTC)
        file = self.folder / f"{now:%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(message.as_bytes(policy=policy.SMTPUTF8))
        except OSError as error:
            log.warning("mail_not_sent", error=error)
            raise NotSent(NOT_SENT) from None
        log.warning("mail_written_to_file")


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTPUTF8)
    message["From"] = f"Good Days <{sender}>"
    try:
        message["To"] = letter.to
        message["Subject"] = letter.subject
    except ValueError:  # a line break, which would begin a head line of somebody else's
        raise NotSent(NOT_SENT) from None
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # Answering machines leave it alone.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
