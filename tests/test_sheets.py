"""Style sheets: a page links the sheet that styles what stands on it, and no other page has to load it."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, meta

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "fstpwa/templates"
STYLES = ROOT / "frontend/styles"

SOURCES = {str(p.relative_to(TEMPLATES)): p.read_text() for p in TEMPLATES.rglob("*.html")}
PAGES = sorted(name for name, text in SOURCES.items() if '{% extends "base.html" %}' in text)
PARSER = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
NAMES_OF_CLASSES = re.compile(r"\b[a-z][a-z0-9-]*\b")
EXPRESSION = re.compile(r"{[{%].*?[%}]}")


def _texts(expression: re.Match[str]) -> str:
    return " ".join(re.findall(r"'([^']*)'", expression[0]))


@cache
def parts_of(name: str) -> frozenset[str]:
    """Return a template and all that it includes or imports, but the frame."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in found or each == "base.html" or each not in SOURCES:
            continue
        found.add(each)
        waiting += [n for n in meta.find_referenced_templates(PARSER.parse(SOURCES[each])) if n]
    return frozenset(found)


def classes_on(page: str) -> set[str]:
    """Return every class that a page or a part of it can have."""
    found: set[str] = set()
    for part in parts_of(page):
        text = SOURCES[part]
        for words in re.findall(r'class_?="([^"]*)"|page_class %}([^{]*)', text):
            found |= set(NAMES_OF_CLASSES.findall(EXPRESSION.sub(_texts, " ".join(words))))
    return found


def selectors_in(sheet: Path) -> set[str]:
    """Return the selectors of a sheet and of what it imports."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    found: set[str] = set()
    for heads in re.findall(r"([^{};]+)\{", text):
        if not heads.strip().startswith("@"):
            found |= {head.strip() for head in re.split(r",(?![^()]*\))", heads)}
    for imported in re.findall(r'@import "([^"]+)"', text):
        found |= selectors_in((sheet.parent / imported).resolve())
    return found


def classes_in(text: str) -> set[str]:
    """Return the classes that a selector, or several, names."""
    return set(re.findall(r"\.([a-z][\w-]*)", text))


OF_ALL = classes_in(" ".join(selectors_in(STYLES / "main.css")))
SELECTORS = {sheet.name: selectors_in(sheet) for sheet in (STYLES / "by_page").iterdir()}
SHEETS = {name: classes_in(" ".join(found)) - OF_ALL for name, found in SELECTORS.items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_the_sheets_of_what_stands_on_it(page: str) -> None:
    linked = {name for part in parts_of(page) for name in SHEETS if f"'{name}'" in SOURCES[part]}
    here = classes_on(page)
    given = OF_ALL.union(*(SHEETS[name] for name in linked))
    for name, classes in SHEETS.items():
        missing = classes & here - given
        assert not missing, f"{page} needs {name} for {missing}"
    for name in linked:
        assert SHEETS[name] & here, f"{page} does not need {name}"


@pytest.mark.parametrize("name", SELECTORS)
def test_a_sheet_of_some_pages_says_nothing_of_what_stands_on_others(name: str) -> None:
    general = {one for one in SELECTORS[name] if classes_in(one) and classes_in(one) <= OF_ALL}
    assert not general


def test_every_sheet_is_built_and_linked() -> None:
    build = (ROOT / "frontend/build.mjs").read_text()
    for name in SHEETS:
        assert f'"{name}": "styles/by_page/{name}"' in build
        assert any(f"'{name}'" in text for text in SOURCES.values())
