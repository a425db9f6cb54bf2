"""What no template may contain: the Content Security Policy would block it, or htmx would ignore it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "fstpwa" / "templates"
ICONS = {
    line
    for line in (ROOT / "frontend" / "icons.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([^\s\"'=/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"']+))?")
HIDES_THE_FORMS_OWN = {"form", "action", "method", "submit"}
"""Field names that stand in for the form's property of that name, which htmx reads."""
REQUEST = re.compile(r"data-hx-(?:action|get|post|put|patch|delete|query|boost)\b")


def faults(source: str) -> list[str]:
    """Return what is wrong with a template's text, one sentence a fault."""
    text = COMMENT.sub("", source)
    # Expressions become plain words, so that quotes and angle brackets in them do not confuse.
    text = EXPRESSION.sub(_plain, text)
    found = []
    for tag, inside in TAG.findall(text):
        attributes = {name.lower(): value.strip("\"'") for name, value in ATTRIBUTE.findall(inside)}
        found += [f"<{tag}>: {fault}" for fault in _tag_faults(tag.lower(), attributes)]
    if re.search(r"<style\b", text):
        found.append("<style>: styles belong into frontend/styles")
    return found


def _plain(match: re.Match[str]) -> str:
    """Keep what the lint must see of an expression: the nonce and a macro's attributes."""
    text = match.group()
    if "replaces_itself(" in text:
        return ' action="-" method="post" data-hx-post="-" data-hx-nonce="csp_nonce" '
    if "csp_nonce()" in text:
        return "csp_nonce"
    return "" if text.startswith("{%") else "-"


def _tag_faults(tag: str, attributes: dict[str, str]) -> list[str]:
    found = [
        fault for name, value in attributes.items() for fault in _attribute_faults(name, value)
    ]
    has_nonce = attributes.get("nonce") == "csp_nonce"
    is_data = attributes.get("type") == "application/json"
    asks = any(REQUEST.match(name) for name in attributes)
    posts = attributes.get("method", "").lower() == "post"
    if asks and attributes.get("data-hx-nonce") != "csp_nonce":
        found.append("htmx without data-hx-nonce, hx-csp ignores it")
    if tag == "script" and not has_nonce:
        found.append("script without a nonce")
    if tag == "script" and "src" not in attributes and not is_data:
        found.append("inline script")
    if tag in ("input", "select", "textarea", "button"):
        name = attributes.get("name", "")
        if name in HIDES_THE_FORMS_OWN:
            found.append(f"a field named {name} hides the form's own")
    if tag == "form" and posts and not attributes.get("action"):
        found.append("a POST form without action")
    return found


def _attribute_faults(name: str, value: str) -> list[str]:
    found = []
    if name == "style":
        found.append("a style attribute")
    if re.fullmatch(r"on[a-z]+", name):
        found.append(f"an inline handler, {name}")
    if name.startswith(("hx-on", "data-hx-on")):
        found.append("hx-on needs eval")
    elif name.startswith("hx-"):
        found.append(f"{name} without data-")
    if re.match(r"\s*(?:js|javascript):", value, re.IGNORECASE):
        found.append(f"{name} runs script from a value")
    if name == "data-hx-trigger" and re.search(r"\w\[", value):
        found.append("a trigger filter needs eval")
    if name == "data-hx-nonce:inherited":
        found.append("a nonce for whatever is injected below")
    return found


def test_there_are_templates_to_look_at() -> None:
    assert list(TEMPLATES.rglob("*.html"))


def test_no_template_contains_what_the_policy_blocks() -> None:
    found = {
        str(file.relative_to(TEMPLATES)): wrong
        for file in sorted(TEMPLATES.rglob("*.html"))
        if (wrong := faults(file.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    missing = {
        (str(file.relative_to(TEMPLATES)), name)
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(
            r"\bicon\(\s*[\"']([\w-]+)|sprite\.svg[\"']\)\s*\}\}#([\w-]+)",
            file.read_text(encoding="utf-8"),
        )
        for name in name
        if name and name not in ICONS
    }
    assert missing == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<p style="color:red">', "style attribute"),
        ('<button onclick="go()">', "inline handler"),
        ('<p data-hx-on:click="go()">', "needs eval"),
        ('<p hx-get="/x">', "without data-"),
        ('<p data-hx-get="/x">', "without data-hx-nonce"),
        ('<p data-hx-get="/x" data-hx-nonce="abc">', "without data-hx-nonce"),
        (
            '<p data-hx-get="/x" data-hx-nonce="{{ csp_nonce() }}" data-hx-trigger="click[a]">',
            "filter",
        ),
        ('<p data-hx-vals="js:{a: 1}">', "runs script"),
        ('<a href="javascript:go()">', "runs script"),
        ("<script>go()</script>", "without a nonce"),
        ('<script nonce="{{ csp_nonce() }}">go()</script>', "inline script"),
        ('<script src="/x.js"></script>', "without a nonce"),
        ('<form method="post">', "without action"),
        ("<style>p {}</style>", "frontend/styles"),
        ('<input type="hidden" name="form" value="quick">', "a field named form"),
        ('<button name="submit">', "a field named submit"),
        ('<p class="{{ "a" if 1 > 0 }}" style="x">', "style attribute"),
    ],
)
def test_the_lint_finds(source: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(source))


@pytest.mark.parametrize(
    "source",
    [
        '<p class="{{ "a" if 1 > 0 else "b" }}" title="a style">style= onclick=</p>',
        '<form method="post" action="{{ url_for("x") }}">',
        '<form {{ replaces_itself(url_for("x")) }} id="a">',
        '<form method="get">',
        '<a data-hx-get="/x" data-hx-nonce="{{ csp_nonce() }}">',
        '<script type="application/json" nonce="{{ csp_nonce() }}">{{ plan|tojson }}</script>',
        '<script type="module" nonce="{{ csp_nonce() }}" src="{{ asset_url("page.js") }}"></script>',
        '{# <p style="x"> is explained here #}<p>',
    ],
)
def test_the_lint_leaves_alone(source: str) -> None:
    assert faults(source) == []
