"""The real processes on a full disk and on a read-only database: readable, told, back by itself."""

import os
import resource
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url

from fstpwa import cli
from fstpwa.extensions import ASKED_AFTER_S
from tests.databases import SERVER_VARIABLE, postgresql_server, run_outside_transaction
from tests.real_site import GoodDays, data_folder, good_days

__all__ = ["data_folder", "good_days"]
"""Fixtures."""

SMALL_DISK = "size=6m"
PAGES = ("/today", "/check-in", "/progress", "/programmes", "/movements", "/settings/")


@pytest.fixture
def small_disk(data_folder):
    """The data folder on a disk of six megabytes."""
    if not can_mount():
        pytest.skip("only root may put a small disk there; the limit on files is tried anyway")
    data_folder.mkdir()
    with mounted(data_folder, SMALL_DISK):
        yield data_folder


REFUSED_AT_LEAST = 8
"""Times in a row, until a disk counts as full."""


def can_mount() -> bool:
    """Tell whether this process may mount a disk that is only memory."""
    status = Path("/proc/self/status").read_text()
    [capabilities] = (line for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(capabilities.split()[1], 16) >> 21 & 1)


@contextmanager
def mounted(folder: Path, options: str):
    """Mount a small disk at `folder` for a while."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "good-days", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def goes_through_it(
    site: GoodDays, begin, end, *, fault: str, takes_a_little: bool = False
) -> None:
    """Let the trouble begin and end, and look at everything before, meanwhile and after."""
    assert site.check_in(1) == 303
    before = site.processes()
    begin()
    kept = site.stored()
    assert site.check_in(9) == 507
    status, text = site.asked("POST", "/check-in", {"stiffness": "8", "good_day": "no"})
    assert status == 507
    assert "no room on the server just now" in text
    for path in PAGES:
        assert site.asked("GET", path)[0] == 200, path
    found = site.health()
    assert (found["status"], found["storage"]) == ("degraded", "refuses")
    assert site.next_event("storage_refuses")["database"] == fault
    if not takes_a_little:
        site.next_event("worker_round_failed")
    assert site.stored() == kept

    end()
    site.wait_until(lambda: site.check_in(9) == 303)
    assert site.stored() == [9]
    site.wait_until(lambda: site.health()["worker"] == "ok")
    assert site.health()["storage"] in ("ok", "low")
    assert site.processes() == before, "a process was started anew"


def fill(site: GoodDays, folder: Path) -> None:
    """Fill the disk, and what files on it still have of room in them."""
    with (folder / "filling").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    refused = 0
    for number in range(400):
        # A page may get room again by what was refused before.
        refused = refused + 1 if site.check_in(number % 3) == 507 else 0
        if refused == REFUSED_AT_LEAST:
            return
    raise AssertionError("it never was full")


@pytest.mark.sqlite_suffices
def test_a_disk_that_is_full_can_be_read_and_is_written_to_again_when_there_is_room(
    small_disk, good_days
):
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    site = good_days()
    goes_through_it(
        site,
        lambda: fill(site, small_disk),
        lambda: (small_disk / "filling").unlink(),
        fault="full",
    )


@pytest.mark.sqlite_suffices
def test_a_disk_that_does_not_take_what_is_written_is_as_good_as_full(data_folder, good_days):
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    site = good_days()

    def limit(size: int) -> None:
        for process in site.processes():
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    goes_through_it(site, lambda: limit(0), lambda: limit(resource.RLIM_INFINITY), fault="full")


def test_a_database_that_becomes_read_only_is_read_and_later_written_to_again(
    data_folder, new_database, good_days, monkeypatch, request
):
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("a file that root may not write to needs another disk: see the small one")
    url = new_database()
    monkeypatch.setenv("FSTPWA_DATABASE_URL", url)
    name = make_url(url).database
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    site = good_days()

    def switch(statement: str) -> None:
        server = make_url(os.environ[SERVER_VARIABLE])
        run_outside_transaction(server, f'ALTER DATABASE "{name}" {statement}')

    def read_only() -> None:
        switch("SET default_transaction_read_only = on")
        # Sessions keep what they began with.
        run_outside_transaction(
            make_url(os.environ[SERVER_VARIABLE]),
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND pid <> pg_backend_pid()",
        )
        time.sleep(1.5 * ASKED_AFTER_S)

    goes_through_it(
        site,
        read_only,
        lambda: switch("RESET default_transaction_read_only"),
        fault="read_only",
    )


@pytest.fixture
def small_table_space(data_folder, request):
    """A PostgreSQL database on a small disk of its own: its URL and that disk.

    The server is its own, too: while a table space is full no other database can be made on it.
    """
    if request.config.getoption("--database") == "sqlite" or not can_mount():
        pytest.skip("a table space on a small disk needs PostgreSQL and root")
    disk = Path(tempfile.mkdtemp(prefix="good-days-disk-"))
    name = f"small_{uuid4().hex}"
    with postgresql_server() as server:
        engine = create_engine(server)
        with engine.connect() as connection:
            home = Path(connection.exec_driver_sql("SHOW data_directory").scalar())
        engine.dispose()
        options = f"size=32m,mode=0700,uid={home.stat().st_uid},gid={home.stat().st_gid}"
        with mounted(disk, options):
            run_outside_transaction(server, f"CREATE TABLESPACE {name} LOCATION '{disk}'")
            run_outside_transaction(server, f"CREATE DATABASE {name} TABLESPACE {name}")
            yield server.set(database=name).render_as_string(hide_password=False), disk
            run_outside_transaction(server, f"DROP DATABASE {name} WITH (FORCE)")
            run_outside_transaction(server, f"DROP TABLESPACE {name}")
    disk.rmdir()


@pytest.mark.usefixtures("new_database")  # by which it counts as a test of a database
def test_a_table_space_that_is_full_can_be_read_and_is_written_to_again_when_there_is_room(
    small_table_space, good_days, monkeypatch
):
    url, disk = small_table_space
    monkeypatch.setenv("FSTPWA_DATABASE_URL", url)
    assert (cli.main(["init"]), cli.main(["upgrade"])) == (0, 0)
    site = good_days()
    goes_through_it(
        site,
        lambda: fill(site, disk),
        lambda: (disk / "filling").unlink(),
        fault="full",
        takes_a_little=True,  # the worker's beat finds its place in a page that is there
    )
