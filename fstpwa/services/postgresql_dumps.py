"""Copies of a PostgreSQL database, by PostgreSQL's own programs in its custom format.

They have to be on the PATH, and of the server's version.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from fstpwa.domain.errors import Conflict
from fstpwa.services.copy_facts import CopyFacts, Key

TAKES_ALL_AWAY = """
DO $$
DECLARE found record;
BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', found.tablename);
  END LOOP;
END $$
"""


def copy(url: URL, target: Path) -> None:
    """Copy the database into `target`: as it is at this moment, while others go on writing.

    Raises:
        Conflict: pg_dump is not there, or could not do it.
    """
    _run(
        "pg_dump",
        *("--format=custom", "--no-owner", "--no-privileges", f"--file={target}"),
        f"--dbname={_address(url)}",
        url=url,
    )


def check(file: Path) -> None:
    """Read a copy from end to end.

    Raises:
        Conflict: it is damaged, or no copy; or pg_restore is not there.
    """
    if not file.is_file():
        raise Conflict(f"There is no file {file}.")
    _run("pg_restore", f"--file={os.devnull}", str(file))


def facts_of(file: Path) -> CopyFacts:
    """Return what has to be known of a checked copy before it is relied on."""
    people = tuple(_rows_of(file, "user"))
    return CopyFacts(
        revisions=frozenset(row["version_num"] for row in _rows_of(file, "alembic_version")),
        people=len(people),
        keys=tuple(
            Key(
                bytes.fromhex(row["public_id"].replace("-", "")),
                bytes.fromhex(row["data_key"].removeprefix(r"\\x")),
            )
            for row in people
            if row.get("data_key", NULL) != NULL
        ),
    )


def put_in_place(file: Path, url: URL) -> None:
    """Replace every table by those of a checked copy, in one transaction.

    Raises:
        Conflict: somebody is connected, or it could not be done; nothing is changed then.
    """
    # As a script first: one that broke off half-way must never be carried out.
    with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
        script = Path(folder) / "script.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
        require_nobody(url)
        _run(
            "psql",
            *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            *(f"--command={TAKES_ALL_AWAY}", f"--file={script}", f"--output={os.devnull}"),
            f"--dbname={_address(url)}",
            url=url,
        )


def require_nobody(url: URL) -> None:
    """Raise Conflict if anybody is connected to the database, from wherever."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        until = monotonic() + LETS_GO_WITHIN_S
        while others := connection.scalar(OTHERS):
            connection.rollback()
            if monotonic() >= until:
                break
            sleep(0.1)
    engine.dispose()
    if others:
        raise Conflict(
            f"Others are connected to the database ({others}). End every program that uses it "
            "first."
        )


OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
LETS_GO_WITHIN_S = 2.0
"""The server notices a connection's end, our own too, a moment later."""

NULL = r"\N"
"""As it stands in a copy's rows."""


def _rows_of(file: Path, table: str) -> Iterator[dict[str, str]]:
    """Yield a table's rows, as PostgreSQL writes them: none if the copy has no such table."""
    script = _run("pg_restore", "--data-only", f"--table={table}", "--file=-", str(file))
    columns: list[str] | None = None
    for line in script.splitlines():
        if columns is None:
            if line.startswith("COPY "):
                names = line[line.index("(") + 1 : line.rindex(")")]
                columns = [name.strip().strip('"') for name in names.split(",")]
        elif line == r"\.":
            return
        else:
            yield dict(zip(columns, line.split("\t"), strict=True))


def _run(program: str, *arguments: str, url: URL | None = None) -> str:
    """Run one of PostgreSQL's programs. Returns what it printed."""
    path = shutil.which(program)
    if path is None:
        raise Conflict(
            f"{program} is not here. Install PostgreSQL's client programs, of the server's "
            "version, or copy the database where they are: "
            "pg_dump --format=custom --no-owner --no-privileges --file=FILE DATABASE"
        )
    password = url.password if url is not None else None
    # Not on the command line, where everybody on the machine could read it.
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(  # noqa: S603 - no shell; what is named is a program's own options
        [path, *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Conflict(f"{program} could not do it: {said[0]}")
    return done.stdout.decode()


def _address(url: URL) -> str:
    """Return the address for libpq, without the password."""
    return URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    ).render_as_string(hide_password=False)
