"""What README promises exists, and what exists to be set or typed stands there or in CONTRIBUTING."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from fstpwa.cli import commands
from fstpwa.config import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

CODE = re.compile(r"^ {4}(.+)$|`([^`\n]+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")

# The numbers of levels 1 and 2 in OWASP ASVS 5.0.0, a section each: what is missing is level 3.
LEVELS_1_AND_2 = (
    "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 "
    "3.4.1-6 3.5.1-5 3.7.1-2 4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 "
    "6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 "
    "7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 "
    "10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 "
    "12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 "
    "15.1.1-3 15.2.1-3 15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 "
    "17.3.1-2"
)


def typed(text: str) -> list[str]:
    """Return what stands in a text as something to type, without the remark behind it."""
    found = [block or inline for block, inline in CODE.findall(text)]
    return [each.split("#")[0].strip() for each in found]


def variables() -> set[str]:
    """Return the environment variable of every setting."""
    fields = Settings.model_fields.items()
    return {str(field.validation_alias or f"FSTPWA_{name.upper()}") for name, field in fields}


def cli_commands(group: click.Group = commands, before: str = "fstpwa") -> Iterator[str]:
    """Yield every command as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from cli_commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def make_targets() -> set[str]:
    """Return the targets that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def test_the_table_of_settings_has_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(variables())


def test_no_text_names_a_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"\bFSTPWA_[A-Z_]+[A-Z]\b", README + CONTRIBUTING + MAKEFILE))
    assert named <= variables()


def test_the_defaults_in_the_table_are_those_of_the_settings() -> None:
    defaults = {
        "PORT": Settings.model_fields["port"].default,
        "FSTPWA_DATA_DIR": Settings.model_fields["data_dir"].default,
        "FSTPWA_HOST": Settings.model_fields["host"].default,
        "FSTPWA_TRUSTED_PROXIES": Settings.model_fields["trusted_proxies"].default,
        "FSTPWA_THREADS": Settings.model_fields["threads"].default,
    }
    for variable, default in defaults.items():
        row = re.search(rf"^\| `{variable}` \|.*\(`?([^()`]+)`?\) \|$", README, re.MULTILINE)
        assert row, variable
        assert row[1] == str(default)


def test_every_command_is_explained_and_every_explained_one_exists() -> None:
    lines = [line.removeprefix(".venv/bin/") for line in typed(README)]
    named = {
        line.split(" --")[0].removesuffix(" FILE") for line in lines if line.startswith("fstpwa ")
    }
    assert named == set(cli_commands())


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_make_target_that_is_named_exists(text: str) -> None:
    named = {line.split()[1] for line in typed(text) if line.startswith("make ")}
    assert named
    assert named <= make_targets()


def test_every_make_target_is_explained() -> None:
    named = {line.split()[1] for line in typed(README + CONTRIBUTING) if line.startswith("make ")}
    assert make_targets() <= named


def test_the_command_for_a_server_of_ones_own_names_what_exists() -> None:
    found = re.search(r"gunicorn --config python:(\S+) (\w+):(\w+)`", README)
    assert found, "README names no gunicorn command"
    settings, module, app = found.groups()
    assert import_module(settings).worker_class == "gthread"
    assert f"{app} = create_app()" in (ROOT / f"{module}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/security.md", "docs/architecture.md"]
)
def test_every_link_leads_to_a_file(name: str) -> None:
    file = ROOT / name
    links = LINK.findall(file.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (file.parent / link).exists()]
    assert links
    assert missing == []


def asvs_rows() -> list[list[str]]:
    """Return the cells of each row of the table: number, what, where, shown by."""
    lines = [line for line in ASVS.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbers_in(text: str) -> Iterator[str]:
    """Yield each requirement of a text like "1.2.1-3 1.3.1"."""
    for section, first, last in re.findall(r"(\d+\.\d+)\.(\d+)(?:-(\d+))?", text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}.{number}"


def test_every_requirement_of_asvs_levels_1_and_2_is_in_the_table_once() -> None:
    found = [number for row in asvs_rows() for number in numbers_in(row[0])]
    wanted = list(numbers_in(LEVELS_1_AND_2))
    assert len(wanted) == 253
    assert sorted(found) == sorted(wanted)


def test_every_row_says_how_it_is_known() -> None:
    known = re.compile(
        r"(`(tests/\S+::test_\w+|frontend/test/\S+)`(, |$))+|by review|not used|departs: "
    )
    assert [row for row in asvs_rows() if len(row) != 4 or not known.match(row[3])] == []


def test_every_test_that_the_table_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", ASVS + SECURITY)
    assert len(named) > 50
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists()
        or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_file_that_the_table_names_exists() -> None:
    named = re.findall(r"`([\w./-]+\.(?:py|ts|html|md|json|lock|toml))`", ASVS)
    missing = [
        name
        for name in named
        if not (ROOT / "fstpwa" / name).exists() and not (ROOT / name).exists()
    ]
    assert missing == []
