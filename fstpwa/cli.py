"""The `fstpwa` command. Says what went wrong in one line and exits with 2."""

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

import click
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from fstpwa import content, create_app, log
from fstpwa import worker as background
from fstpwa.config import Settings
from fstpwa.domain.errors import GoodDaysError
from fstpwa.extensions import db
from fstpwa.outbound.push.vapid import make_key
from fstpwa.secrets_file import MASTER_KEY_BYTES, make_data_folder, make_secret
from fstpwa.services import demo as demo_people
from fstpwa.services import schema, sealing, starting

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
def upgrade() -> None:
    """Bring the database to this version; an SQLite one is copied first."""
    with _opened_app() as (settings, _app):
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
    with _listen(settings) as listening:
        if prepare:
            _init(settings)
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


def _upgrade(settings: Settings) -> None:
    copy = schema.upgrade_schema(settings.backups_dir, now=datetime.now(UTC))
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
def _opened_app() -> Iterator[tuple[Settings, Flask]]:
    settings = Settings()
    app = create_app(settings)
    with app.app_context():
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
