"""The `fstpwa` command does what it says, and says in one line what it cannot do."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest

from fstpwa import cli, content
from fstpwa.domain.errors import BrokenContent
from fstpwa.extensions import db
from fstpwa.models.practice import CheckIn
from fstpwa.services import health, people


@pytest.fixture(autouse=True)
def _settings_from_here_only(monkeypatch):
    umask = os.umask(0o022)
    for variable in os.environ:
        if variable == "PORT" or variable.startswith("FSTPWA_"):
            monkeypatch.delenv(variable)
    yield
    os.umask(umask)


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Served:
    """`fstpwa serve` at work, and what it wrote."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fstpwa.cli", "serve", "--prepare"],
            env=os.environ | {"PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def words_until(self, part: str) -> str:
        """Read what it says up to the line with `part`."""
        words = ""
        while part not in words:
            line = self.process.stdout.readline()
            assert line, f"it ended after: {words}{self.process.stderr.read()}"
            words += line
        return words

    def started(self, child: str) -> int:
        """Wait until it logs the start of a child. Returns the child's process id."""
        for line in self.process.stderr:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == "child_started" and event["child"] == child:
                return event["pid"]
        raise AssertionError(f"{child} was not started")

    def health(self) -> dict[str, str]:
        """Ask it how it is; waits in the queue while the web server starts."""
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30) as answer:
            return json.load(answer)


@pytest.fixture
def serve():
    served = []

    def start(port: int) -> Served:
        served.append(Served(port))
        return served[-1]

    yield start
    for one in served:
        one.process.kill()
        one.process.communicate()


def is_one_line(text: str) -> bool:
    """Tell whether `text` is exactly one line."""
    return text.count("\n") == 1 and text.endswith("\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serve"],
        ["worker"],
        ["init"],
        ["demo"],
        ["upgrade"],
        ["backup"],
        ["restore"],
        ["content"],
        ["content", "check"],
        ["reminders"],
        ["reminders", "status"],
    ],
)
def test_every_command_explains_itself(arguments, capsys):
    assert cli.main([*arguments, "--help"]) == 0
    assert "Usage: fstpwa" in capsys.readouterr().out


def test_an_unknown_command_is_one_line_and_code_2(capsys):
    assert cli.main(["dance"]) == 2
    assert is_one_line(capsys.readouterr().err)


def test_no_command_shows_the_list(capsys):
    assert cli.main([]) == 2
    assert "upgrade" in capsys.readouterr().err


def test_init_makes_folder_and_secrets_for_the_owner_alone_and_repeats_safely(data_folder, capsys):
    assert cli.main(["init"]) == 0
    secrets = {name: (data_folder / name).read_text() for name in ("secret_key", "master_key")}
    assert cli.main(["init"]) == 0

    assert stat.S_IMODE(data_folder.stat().st_mode) == 0o700
    said = capsys.readouterr().out
    for name, secret in secrets.items():
        assert (data_folder / name).read_text() == secret
        assert stat.S_IMODE((data_folder / name).stat().st_mode) == 0o600
        assert secret.strip() not in said


def test_a_master_key_that_is_given_is_not_made_once_more(data_folder, monkeypatch, capsys):
    monkeypatch.setenv("FSTPWA_MASTER_KEY", "A" * 43)
    assert cli.main(["init"]) == 0
    assert not (data_folder / "master_key").exists()
    assert "FSTPWA_MASTER_KEY" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["upgrade", "worker", "serve"])
@pytest.mark.parametrize("text", [None, "", "too short"])
def test_without_a_master_key_nothing_starts(
    command, text, data_folder, free_port, monkeypatch, capsys
):
    monkeypatch.setenv("PORT", str(free_port))
    cli.main(["init"])
    (data_folder / "master_key").unlink()
    if text is not None:
        (data_folder / "master_key").write_text(text)

    assert cli.main([command]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert "master" in said


def test_another_master_key_than_the_databases_is_refused_and_named(
    data_folder, new_database, monkeypatch, capsys
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    monkeypatch.setenv("FSTPWA_DEMO", "true")
    cli.main(["init"])
    assert (cli.main(["upgrade"]), cli.main(["demo"])) == (0, 0)
    (data_folder / "master_key").unlink()
    cli.main(["init"])
    capsys.readouterr()

    for command in ("upgrade", "worker", "demo"):
        assert cli.main([command]) == 2
        said = capsys.readouterr().err
        assert is_one_line(said)
        assert "The master key is not the one" in said


def test_an_upgrade_seals_what_was_stored_in_the_clear_once(
    data_folder, new_database, monkeypatch, capsys
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    cli.main(["init"])
    cli.main(["upgrade"])
    with cli._opened_app():
        user = people.start_without_account("UTC", now=datetime.now(UTC))
        now = datetime.now(UTC)
        row = CheckIn(day=now.date(), note="Sore.", clocks={}, recorded_at=now, changed_at=now)
        row.user_id = user.id
        db.session.add(row)
        db.session.commit()
    capsys.readouterr()

    cli.main(["upgrade"])
    assert "Sealed what was in the clear: 1." in capsys.readouterr().out
    cli.main(["upgrade"])
    assert "Sealed" not in capsys.readouterr().out


@pytest.fixture
def demo(data_folder, new_database, monkeypatch, capsys, postgresql_programs):
    """A database with the demo people in it."""
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    monkeypatch.setenv("FSTPWA_DEMO", "true")
    assert [cli.main([each]) for each in ("init", "upgrade", "demo")] == [0, 0, 0]
    capsys.readouterr()


def test_a_backup_says_what_is_not_in_it_and_can_be_verified_and_put_back(
    demo, data_folder, tmp_path, capsys
):
    copy = str(tmp_path / "copy")
    assert cli.main(["backup", copy]) == 0
    said = capsys.readouterr().out
    assert f"Copied the database to {copy}" in said
    assert str(data_folder / "master_key") in said
    assert str(data_folder / "push_keys") in said
    assert (data_folder / "master_key").read_text().strip() not in said

    assert cli.main(["backup", "--verify", copy]) == 0
    assert "is whole, of this version, with 3 people; the master key opens it" in (
        capsys.readouterr().out
    )

    assert cli.main(["restore", copy]) == 0
    said = capsys.readouterr().out
    assert f"Put {copy} in the database's place" in said
    assert "The database before is " in said
    assert "up to date" in said


def test_a_backup_without_a_name_is_kept_in_the_data_folder(demo, data_folder, capsys):
    assert cli.main(["backup"]) == 0
    [made] = (data_folder / "backups").iterdir()
    assert made.name.startswith("backup-")
    assert str(made) in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["backup", "--verify"], ["restore"], ["restore", "nothing"]])
def test_what_cannot_be_verified_or_put_back_is_one_line(demo, arguments, capsys):
    assert cli.main(arguments) == 2
    assert is_one_line(capsys.readouterr().err)


@pytest.mark.parametrize("command", ["upgrade", "demo", "worker", "serve"])
def test_without_a_secret_the_answer_is_to_init(
    command, data_folder, free_port, monkeypatch, capsys
):
    monkeypatch.setenv("PORT", str(free_port))

    assert cli.main([command]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert "fstpwa init" in said


@pytest.mark.parametrize("command", ["demo", "worker", "serve"])
def test_on_an_empty_database_the_answer_is_to_upgrade(
    command, data_folder, free_port, new_database, monkeypatch, capsys
):
    monkeypatch.setenv("PORT", str(free_port))
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    cli.main(["init"])

    assert cli.main([command]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert "fstpwa upgrade" in said


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("PORT", "many", "PORT"),
        ("PORT", "70000", "PORT"),
        ("FSTPWA_THREADS", "0", "FSTPWA_THREADS"),
        ("FSTPWA_HOST", "0.0.0.0", "FSTPWA_PUBLIC_URL"),
        ("FSTPWA_PUBLIC_URL", "http://example.org", "FSTPWA_PUBLIC_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    variable, value, word, data_folder, monkeypatch, capsys
):
    monkeypatch.setenv(variable, value)

    assert cli.main(["serve"]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert word in said


@pytest.mark.parametrize(
    "address",
    ["nonsense", "sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://127.0.0.1:9/x"],
)
def test_a_database_that_cannot_be_reached_is_one_line(address, data_folder, monkeypatch, capsys):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", address)
    cli.main(["init"])

    assert cli.main(["upgrade"]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert "database" in said


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FSTPWA_DATA_DIR", str(tmp_path / "file" / "data"))

    assert cli.main(["init"]) == 2
    assert is_one_line(capsys.readouterr().err)


def test_a_busy_port_is_said_before_anything_is_made(data_folder, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert cli.main(["serve", "--prepare"]) == 2

    said = capsys.readouterr().err
    assert is_one_line(said)
    assert f"Port {port} on 127.0.0.1 cannot be used: address already in use" in said
    assert not data_folder.exists()


def test_content_check_counts_what_can_be_used(capsys):
    assert cli.main(["content", "check"]) == 0
    assert "89 movements, 10 programmes" in capsys.readouterr().out


def test_content_check_names_file_field_and_reason_and_fails(monkeypatch, capsys):
    broken = BrokenContent("movements/x.yaml", "dose.reps", "must be 60 at most")
    monkeypatch.setattr(content, "problems", lambda: [broken])

    assert cli.main(["content", "check"]) == 1
    assert capsys.readouterr().out == "movements/x.yaml: dose.reps: must be 60 at most\n"


@pytest.fixture
def upgraded(data_folder, new_database, monkeypatch, capsys):
    """A database of this version, with keys and without anybody."""
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    capsys.readouterr()
    return data_folder


def beat() -> None:
    """Let it look as if a worker had just been at work."""
    with cli._opened_app():
        health.record_heartbeat(now=datetime.now(UTC))
        db.session.commit()


def test_the_status_of_reminders_is_told_and_without_an_alarm_it_is_a_success(upgraded, capsys):
    beat()
    assert cli.main(["reminders", "status"]) == 0
    said = capsys.readouterr().out
    for part in ("Waiting: 0 messages", "Sent in 24 hours: none", "Keys: 1, the newest "):
        assert part in said
    assert "ALARM" not in said


def test_an_alarm_is_named_and_is_a_failure(upgraded, capsys):
    (upgraded / "push_keys").rename(upgraded / "elsewhere")
    assert cli.main(["reminders", "status"]) == 1
    said = capsys.readouterr().out
    assert "ALARM worker_late: " in said
    assert "ALARM push_keys: No message can be signed: there is no key." in said
    assert "Worker last seen: never" in said


def test_a_machine_reads_the_status_as_json(upgraded, capsys):
    assert cli.main(["reminders", "status", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["alarms"]] == ["worker_late"]
    assert (found["keys"]["count"], found["keys"]["problem"]) == (1, "")
    assert datetime.fromisoformat(found["keys"]["newest_made_at"]).tzinfo is not None
    assert found["queue"]["oldest_overdue_s"] == 0


def test_the_address_of_the_page_is_printed_and_leads_there(upgraded, capsys):
    assert cli.main(["reminders", "status", "--page"]) == 0
    origin, slash, path = capsys.readouterr().out.strip().partition("/reminders/")
    assert (origin, slash) == ("http://localhost:8000", "/reminders/")
    with cli._opened_app() as (_settings, app):
        pass
    assert app.test_client().get(slash + path).status_code == 200


def test_the_status_of_an_old_database_is_to_upgrade_first(
    data_folder, new_database, monkeypatch, capsys
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    cli.main(["init"])
    capsys.readouterr()
    assert cli.main(["reminders", "status"]) == 2
    said = capsys.readouterr().err
    assert is_one_line(said)
    assert "fstpwa upgrade" in said


def test_one_command_serves_and_brings_back_what_is_killed(
    data_folder, free_port, new_database, monkeypatch, serve
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    served = serve(free_port)

    assert f"http://localhost:{free_port}" in served.words_until("Ctrl-C")
    web = served.started("web")
    worker = served.started("worker")
    assert served.health()["database"] == "ok"

    os.kill(worker, signal.SIGKILL)
    assert served.started("worker") != worker
    os.kill(web, signal.SIGKILL)
    assert served.health()["database"] == "ok"
    assert served.started("web") != web

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=30) == 0


def test_demo_people_are_offered_in_demo_mode_only(
    data_folder, free_port, new_database, monkeypatch, serve
):
    monkeypatch.setenv("FSTPWA_DATABASE_URL", new_database())
    plain = serve(free_port)
    assert "Sign in" not in plain.words_until("Ctrl-C")
    plain.process.terminate()
    plain.process.communicate()

    monkeypatch.setenv("FSTPWA_DEMO", "true")
    words = serve(free_port).words_until("Ctrl-C")

    assert "Loaded the demo people" in words
    assert "Sign in" in words
