"""What is not Python goes into the wheel too: without it a page would be silent or bare."""

import tomllib
from pathlib import Path

import pytest
from setuptools import Distribution

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@pytest.mark.parametrize(
    "name",
    [
        "static/voice/heart.json",
        "static/voice/heart/0123456789ab.opus",
        "static/voice/heart/0123456789ab.m4a",
        "static/figures/bridge.avif",
        "static/dist/page.0123456789.js.br",
        "templates/base.html",
        "content/movements/bridge.yaml",
    ],
)
def test_a_file_beside_the_code_is_in_the_wheel(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "fstpwa" / name
    path.parent.mkdir(parents=True)
    path.touch()
    patterns = tomllib.loads(PYPROJECT.read_text())["tool"]["setuptools"]["package-data"]
    build = Distribution(
        {"packages": ["fstpwa"], "package_data": patterns, "include_package_data": False}
    ).get_command_obj("build_py")
    build.ensure_finalized()
    build.manifest_files = {}
    assert build.find_data_files("fstpwa", "fstpwa") == [f"fstpwa/{name}"]
