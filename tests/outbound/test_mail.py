"""Letters, handed to a real mail server on this machine, or written to files."""

import socket
import ssl
import stat
import threading
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from fstpwa.config import Settings
from fstpwa.domain.errors import NotSent
from fstpwa.domain.mail import Letter
from fstpwa.outbound import mail
from fstpwa.outbound.mail import FileMailer, SmtpMailer, mailer_of
from tests.outbound.certificates import self_signed

LETTER = Letter(
    to="ana+days@example.org",
    subject="Your code for Good Days",
    text="Your code is\n\n    123456\n",
)


class Postbox:
    """A mail server's inside: keeps what it gets, or refuses it."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.letters: list[bytes] = []
        self.recipients: list[str] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def server():
    """Start mail servers; they end with the test."""
    running = []

    def start(box: Postbox, **settings) -> int:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **settings)
        controller.start()
        running.append(controller)
        return port

    yield start
    for each in running:
        each.stop()


def mailer(port: int, **changed) -> SmtpMailer:
    values = {"host": "127.0.0.1", "port": port, "sender": "days@example.org", "tls": "none"}
    return SmtpMailer(**{**values, **changed})


def test_a_letter_arrives_whole_and_plain(server):
    box = Postbox()
    mailer(server(box)).send(LETTER)

    assert box.recipients == ["ana+days@example.org"]
    letter = message_from_bytes(box.letters[0], policy=policy.default)
    assert letter["To"] == "ana+days@example.org"
    assert letter["From"] == "Good Days <days@example.org>"
    assert letter["Subject"] == LETTER.subject
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


def test_other_letters_arrive_too(server):
    box = Postbox()
    letter = Letter(to="ana@example.org", subject="Grüße", text="Schöne Tage, 良い日\n.\nEnde\n")
    mailer(server(box)).send(letter)
    found = message_from_bytes(box.letters[0], policy=policy.default)
    assert found["Subject"] == "Grüße"
    assert found.get_content().replace("\r\n", "\n") == letter.text


@pytest.mark.parametrize("takes_unicode", [True, False])
def test_an_address_in_other_letters_arrives_where_the_server_takes_it(server, takes_unicode):
    box = Postbox()
    port = server(box, enable_SMTPUTF8=takes_unicode)
    letter = Letter(to="jörg@example.org", subject="Code", text="x\n")
    if takes_unicode:
        mailer(port).send(letter)
        assert box.recipients == ["jörg@example.org"]
    else:
        with pytest.raises(NotSent, match="does not take that address"):
            mailer(port).send(letter)


@pytest.mark.parametrize(("answer", "words"), [("550 No", "not take that"), ("450 No", "a minute")])
def test_an_address_that_is_refused_for_good_is_told_from_one_for_now(server, answer, words):
    class Picky(Postbox):
        async def handle_RCPT(self, *_given) -> str:  # noqa: N802 - aiosmtpd's name
            return answer

    with pytest.raises(NotSent, match=words):
        mailer(server(Picky())).send(LETTER)


def test_it_signs_in_where_it_is_told_to(server):
    box, seen = Postbox(), []

    def check(_server, _session, _envelope, _mechanism, data) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"right")

    port = server(box, authenticator=check, auth_require_tls=False)
    mailer(port, user="days", password="right").send(LETTER)
    assert seen == [(b"days", b"right")]
    with pytest.raises(NotSent):
        mailer(port, user="days", password="wrong").send(LETTER)
    assert len(box.letters) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_the_way_is_sealed_and_the_certificate_checked(server, tls, tmp_path, monkeypatch):
    certificate, key = self_signed("localhost", tmp_path)
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    inside.load_cert_chain(certificate, key)
    box = Postbox()
    if tls == "tls":
        port = server(box, ssl_context=inside)
    else:
        port = server(box, tls_context=inside, require_starttls=True)

    with pytest.raises(NotSent):  # nobody vouches for the certificate
        mailer(port, host="localhost", tls=tls).send(LETTER)
    assert box.letters == []

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailer(port, host="localhost", tls=tls).send(LETTER)
    assert len(box.letters) == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_that_offers_no_seal_gets_no_letter(server, tls):
    box = Postbox()
    with pytest.raises(NotSent):
        mailer(server(box), tls=tls).send(LETTER)
    assert box.letters == []


def test_a_server_that_refuses_is_said_so(server):
    with pytest.raises(NotSent, match="Nothing was changed"):
        mailer(server(Postbox("554 No"))).send(LETTER)


def test_a_server_that_is_away_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotSent):
        mailer(port).send(LETTER)


@pytest.mark.parametrize("drip", [None, b"220-wait\r\n"])
def test_a_server_that_never_ends_is_left_at_the_deadline(drip):
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_never_end, args=(listening, drip, ended), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(NotSent):
            mailer(listening.getsockname()[1], deadline_s=0.5).send(LETTER)
        ended.set()
    assert time.monotonic() - began < 5


def _never_end(listening: socket.socket, drip: bytes | None, ended: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection:
        while not ended.wait(0.05):
            try:
                connection.send(drip or b"")
            except OSError:
                return


@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_line_can_be_smuggled_into_the_head(server, field):
    box = Postbox()
    values = {"to": LETTER.to, "subject": LETTER.subject, "text": LETTER.text}
    letter = Letter(**{**values, field: "x@example.org\r\nBcc: bo@example.org"})
    with pytest.raises(NotSent):
        mailer(server(box)).send(letter)
    assert box.letters == []


def test_without_a_mail_server_letters_are_files_for_the_owner_only(tmp_path):
    sender = mailer_of(Settings(data_dir=tmp_path, secret_key="x"))
    assert isinstance(sender, FileMailer)
    sender.send(LETTER)
    sender.send(LETTER)
    files = list((tmp_path / "mail").glob("*.eml"))
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    assert b"123456" in files[0].read_bytes()


def test_a_disk_that_does_not_take_it_is_said_so(tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(NotSent):
        FileMailer(folder=tmp_path / "mail").send(LETTER)


def test_the_settings_decide_how(tmp_path):
    found = mailer_of(
        Settings(
            data_dir=tmp_path,
            secret_key="x",
            mail_host="mail.example.org",
            mail_port=465,
            mail_user="days",
            mail_password="secret",
            mail_from="days@example.org",
            mail_tls="tls",
        )
    )
    assert found == SmtpMailer(
        host="mail.example.org",
        port=465,
        user="days",
        password="secret",
        sender="days@example.org",
        tls="tls",
    )


def test_a_slow_server_holds_only_some_and_the_next_is_told_at_once(monkeypatch):
    monkeypatch.setattr(mail, "SEAT_WAIT_S", 0.05)
    entered, go = threading.Semaphore(0), threading.Event()

    def slow(*_arguments: object) -> None:
        entered.release()
        go.wait(10)

    monkeypatch.setattr(SmtpMailer, "_hand_over", slow)
    sending = [threading.Thread(target=mailer(1).send, args=(LETTER,)) for _ in range(mail.AT_ONCE)]
    for each in sending:
        each.start()
    for _ in sending:
        assert entered.acquire(timeout=10)
    with pytest.raises(NotSent):
        mailer(1).send(LETTER)
    go.set()
    for each in sending:
        each.join()
    mailer(1).send(LETTER)
