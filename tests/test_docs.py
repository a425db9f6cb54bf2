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

CODE = re.compile(r"^ {4}(.+)$|`([^`\n]+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


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
    named = {line.split(" --")[0] for line in lines if line.startswith("fstpwa ")}
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


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_link_leads_to_a_file(name: str) -> None:
    links = LINK.findall((ROOT / name).read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert links
    assert missing == []
