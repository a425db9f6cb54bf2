"""The `fstpwa` command. Says what went wrong in one line and exits with 2."""

import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from fstpwa import content, create_app, log
from fstpwa import worker as background
from fstpwa.blueprints.reminders.key_state import keys_of
from fstpwa.config import Settings
from fstpwa.domain.errors import GoodDaysError
from fstpwa.extensions import db
from fstpwa.outbound.push.vapid import make_key
from fstpwa.secrets_file import MASTER_KEY_BYTES, make_data_folder, make_secret
from fstpwa.services import (
    backups,
    operator_tokens,
    presence,
    reminder_status,
    schema,
    sealing,
    starting,
)
from fstpwa.services import demo as demo_people
from fstpwa.services.backups import Verified
from fstpwa.services.reminder_status import Status
from fstpwa.services.revisions import SchemaState

REFUSED = 2
BACKLOG = 512
"""Requests that may wait while the web server starts."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fstpwa")
def commands() -> None:
    """Good Days: home practice as a web app. Settings are FSTPWA_* variables and PORT."""


@commands.command()
@click.option(
    "--new-push-key",
    is_flag=True,
    help="Sign reminders for new devices with a new key; restart afterwards. Old keys are kept.",
)
def init(*, new_push_key: bool) -> None:
    """Make the data folder and the secrets in it; what is there is kept."""
    _init(Settings(), new_push_key=new_push_key)


@commands.command()
@click.option(
    "--without-backup", is_flag=True, help="Where you have made one by other means just now."
)
def upgrade(*, without_backup: bool) -> None:
    """Bring the database to this version; it is backed up first."""
    with _opened_app() as (settings, _app):
        _upgrade(settings, with_copy=not without_backup)


@commands.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Make none: tell whether FILE could be relied on.")
def backup(file: Path | None, *, verify: bool) -> None:
    """Copy the database to FILE, or into the data folder for 30 days, while people use it."""
    if verify and file is None:
        raise click.UsageError("Name the file to verify.")
    with _opened_app() as (settings, _app):
        if verify and file is not None:
            click.echo(f"{file} {_in_words(backups.verify(file))}")
            return
        target = file or backups.new_name(settings.backups_dir, "backup", now=datetime.now(UTC))
        made = backups.back_up(target)
        click.echo(f"Copied the database to {made}, read it again, and it is whole")
        click.echo(_not_in_it(settings))


@commands.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the database's place; the one before is kept for 30 days.

    Refused while Good Days runs. Whoever deleted their records since is deleted again.
    """
    settings = Settings()
    make_data_folder(settings.data_dir)
    with presence.alone(settings.data_dir), _opened_app(is_alone=True):
        restored = backups.restore(file, now=datetime.now(UTC))
        click.echo(f"Put {file} in the database's place: it {_in_words(restored.found)}")
        if restored.kept:
            click.echo(f"The database before is {restored.kept}, for 30 days")
        _upgrade(settings)


@commands.command()
def demo() -> None:
    """Load the demo people with some months of days, unless they are there."""
    with _opened_app():
        _make_ready()
        _load_demo()


@commands.command()
@click.option(
    "--prepare", is_flag=True, help="First init, upgrade and, in demo mode, demo. For `make run`."
)
def serve(*, prepare: bool) -> None:
    """Serve pages and run the worker, both under this one process, until Ctrl-C."""
    settings = Settings()
    # The port comes first: whoever holds it may be using the same database.
    with _listen(settings) as listening, ExitStack() as stays:
        if prepare:
            _init(settings)
        stays.enter_context(presence.at_work(settings.data_dir, across_exec=True))
        with _opened_app():
            if prepare:
                _upgrade(settings)
                if settings.demo:
                    _load_demo()
            _make_ready()
        _announce(settings)
        _become_supervisor(listening)


@commands.command()
def worker() -> None:
    """Run the background loop alone, until SIGTERM."""
    with presence.at_work(Settings().data_dir):
        with _opened_app() as (_settings, app):
            _make_ready()
        log.configure()
        background.run_until_signal(app)


@commands.group(name="content")
def content_commands() -> None:
    """Look after movements, programmes, measures and safety data."""


@content_commands.command()
def check() -> None:
    """Check every content file; prints file, field and reason of what cannot be used."""
    problems = content.problems()
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise click.exceptions.Exit(1)
    library = content.library()
    click.echo(
        f"{len(library.movements)} movements, {len(library.programmes)} programmes "
        f"and {len(library.measures)} measures can be used"
    )


@commands.group(name="reminders")
def reminder_commands() -> None:
    """See whether reminders arrive."""


@reminder_commands.command(name="status")
@click.option("--json", "as_json", is_flag=True, help="Print it for a machine.")
@click.option("--page", is_flag=True, help="Print the address of the same as a page, for 24 hours.")
def reminders_status(*, as_json: bool, page: bool) -> None:
    """Print counts, lateness and alarms of reminders; exits with 1 if there is an alarm."""
    now = datetime.now(UTC)
    with _opened_app() as (settings, _app):
        schema.require_current_schema()
        if page:
            token = operator_tokens.written(now=now)
            click.echo(f"{settings.origin}/reminders/operator/{token}")
            return
        found = reminder_status.status(keys_of(settings), now=now)
    click.echo(_status_as_json(found) if as_json else "\n".join(_status_in_words(found)))
    if found.alarms:
        raise click.exceptions.Exit(1)


def _status_as_json(found: Status) -> str:
    alarms = [asdict(each) for each in found.alarms]
    return json.dumps({**asdict(found), "alarms": alarms}, default=lambda at: at.isoformat())


def _status_in_words(found: Status) -> Iterator[str]:
    waits, late, keys = found.queue, found.lateness, found.keys
    beat_at = found.worker_beat_at
    yield f"Worker last seen: {f'{beat_at:%Y-%m-%d %H:%M:%S} UTC' if beat_at else 'never'}"
    yield (
        f"Waiting: {waits.messages} messages, {waits.reminders_due} reminders due, "
        f"{waits.occurrences_due} to be looked at again; oldest overdue by "
        f"{waits.oldest_overdue_s:.0f} s"
    )
    if late:
        yield (
            f"Sent in 24 hours: {late.count}, late by p50 {late.p50:.1f} s, p95 {late.p95:.1f} s, "
            f"p99 {late.p99:.1f} s, at most {late.most:.1f} s"
        )
    else:
        yield "Sent in 24 hours: none"
    for each in found.answers:
        yield (
            f"{each.service} in 7 days: {each.sent} taken, {each.gone} gone, "
            f"{each.retry} not now, {each.refused} refused"
        )
    yield f"Missed in 24 hours: {found.missed}. Refused today and yesterday: {found.refused_lately}"
    yield f"Devices: {found.devices}, not reached: {found.devices_not_reached}"
    made_at = (
        f", the newest {keys.newest_id} of {keys.newest_made_at:%Y-%m-%d}" if keys.count else ""
    )
    yield f"Keys: {keys.count}{made_at}"
    yield "Paused push services are known to their worker only: push_service_paused in its log"
    for alarm in found.alarms:
        yield f"ALARM {alarm.name}: {alarm.words}"


def _init(settings: Settings, *, new_push_key: bool = False) -> None:
    make_data_folder(settings.data_dir)
    made = make_secret(settings.secret_file)
    click.echo(f"{'Made' if made else 'Kept'} the secret in {settings.secret_file}")
    made = make_key(settings.push_keys_dir, now=datetime.now(UTC), rotate=new_push_key)
    click.echo(f"{'Made' if made else 'Kept'} the push key in {settings.push_keys_dir}")
    if settings.master_key.get_secret_value():
        click.echo("The master key is in FSTPWA_MASTER_KEY")
        return
    made = make_secret(settings.master_key_file, MASTER_KEY_BYTES)
    click.echo(f"{'Made' if made else 'Kept'} the master key in {settings.master_key_file}")


def _in_words(found: Verified) -> str:
    version = "this version" if found.state is SchemaState.CURRENT else "an older version"
    people = "1 person" if found.people == 1 else f"{found.people} people"
    return f"is whole, of {version}, with {people}; the master key opens it"


def _not_in_it(settings: Settings) -> str:
    key = (
        "FSTPWA_MASTER_KEY"
        if settings.master_key.get_secret_value()
        else str(settings.master_key_file)
    )
    return (
        f"Not in it: the master key ({key}), without which no note opens again, and the keys in "
        f"{settings.push_keys_dir}. Keep a copy of both elsewhere, apart from the backups"
    )


def _upgrade(settings: Settings, *, with_copy: bool = True) -> None:
    copy = schema.upgrade_schema(settings.backups_dir, now=datetime.now(UTC), with_copy=with_copy)
    if copy:
        click.echo(f"Copied the database to {copy}")
    _make_ready()
    _seal_clear_texts()
    click.echo("The database is up to date")


def _make_ready() -> None:
    count = starting.make_ready()
    db.session.commit()
    if count:
        click.echo(f"Deleted again who had deleted their records before: {count}")


def _seal_clear_texts() -> None:
    count = 0
    for sealed in sealing.seal_clear_texts():
        db.session.commit()
        count += sealed
    db.session.commit()  # the last look holds SQLite's only writer
    if count:
        log.info("texts_sealed", count=count)
        click.echo(f"Sealed what was in the clear: {count}. Copies from before still hold it")


def _load_demo() -> None:
    loaded = demo_people.load(now=datetime.now(UTC))
    db.session.commit()
    click.echo(f"{'Loaded' if loaded else 'Kept'} the demo people")


def _announce(settings: Settings) -> None:
    click.echo(f"\nGood Days is at {settings.origin}")
    if settings.demo:
        click.echo("Sign in there, by a button and without a password, as")
        for name, what in demo_people.SIGN_INS:
            click.echo(f"  {name}: {what}")
    if settings.lacks_trusted_proxy:
        click.echo(
            "FSTPWA_TRUSTED_PROXIES is 0: behind a proxy everybody has its address and shares "
            "one limit on signing in. Set it to 1 if one proxy is in front."
        )
    click.echo("Ctrl-C ends it.\n")
    sys.stdout.flush()


@contextmanager
def _opened_app(*, is_alone: bool = False) -> Iterator[tuple[Settings, Flask]]:
    """Build the app for a command, which is at work on the data folder for so long."""
    settings = Settings()
    app = create_app(settings)
    with nullcontext() if is_alone else presence.at_work(settings.data_dir), app.app_context():
        try:
            yield settings, app
        finally:
            db.session.remove()
            db.engine.dispose()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise click.ClickException(
            f"Port {settings.port} on {settings.host} cannot be used: {_reason(error)}. "
            "Choose another one with PORT=8001, or end what uses it."
        ) from None


def _become_supervisor(listening: socket.socket) -> NoReturn:
    # The same process goes on, so that a signal to it ends everything.
    listening.set_inheritable(True)
    command = [sys.executable, "-m", "fstpwa.supervisor", f"--listening={listening.fileno()}"]
    os.execv(sys.executable, command)  # noqa: S606 - no shell, and the command is ours


def _reason(error: OSError) -> str:
    # create_server puts the address into the message once more.
    return os.strerror(error.errno).lower() if error.errno else str(error)


def in_one_line(error: Exception) -> str:
    """Return what went wrong in words for whoever typed the command."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, ValidationError):
        return "; ".join(_setting_in_words(dict(found)) for found in error.errors())
    if isinstance(error, SQLAlchemyError):
        return f"The database cannot be used: {getattr(error, 'orig', None) or error}"
    return str(error)


def _setting_in_words(found: dict[str, object]) -> str:
    place = found["loc"]
    name = str(place[0]) if isinstance(place, tuple) and place else ""
    variable = name if name in ("", "PORT") else f"FSTPWA_{name.upper()}"
    message = str(found["msg"]).removeprefix("Value error, ")
    return f"{variable}: {message}" if variable else message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns 0, or 2 after one line on stderr; other codes are the command's."""
    os.umask(0o077)
    try:
        code = commands.main(args=arguments, prog_name="fstpwa", standalone_mode=False)
    except click.Abort:
        return REFUSED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return REFUSED
    except (
        click.ClickException,
        GoodDaysError,
        ValidationError,
        SQLAlchemyError,
        OSError,
    ) as error:
        line = " ".join(in_one_line(error).split())
        click.echo(f"fstpwa: {line}", err=True)
        return REFUSED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
