"""Reads HTML with a critical eye: what every page and fragment of ours must keep to."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
HTMX_REQUESTS = ("data-hx-get", "data-hx-post", "data-hx-put", "data-hx-patch", "data-hx-delete")


SIMPLE_START_TAG = re.compile(
    r"""<(?!script|style|title|textarea|iframe|no|xmp|plain)[a-z][a-z0-9]*"""
    r"""(?:\s+[a-z-]+="[^"<>]{0,200}")*>"""
)
"""A start tag in one piece, after which text and tags go on as usual."""
Attributes = list[tuple[str, str | None]]
_read_tags: dict[str, tuple[str, Attributes]] = {}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.wanted_ids: list[str] = []
        self.open_tags: list[str] = []
        self.headings: list[str] = []
        self.hidden_at: int | None = None
        self.title = ""
        self._noted: tuple[str, Attributes] | None = None
        """The start tag that was handled last."""

    def parse_starttag(self, i: int) -> int:
        """Read a start tag; one that was read before, letter by letter, costs a look-up.

        Pages share most of their tags, and reading them anew took a fifth of all tests' time.
        """
        found = SIMPLE_START_TAG.match(self.rawdata, i)
        if found is None:
            return super().parse_starttag(i)
        text = found[0]
        known = _read_tags.get(text)
        if known is None:
            self._noted = None
            end = super().parse_starttag(i)
            if self._noted is not None and end == found.end():
                _read_tags[text] = self._noted
            return end
        self.handle_starttag(known[0], list(known[1]))
        return found.end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._noted = (tag, attrs)
        values = dict(attrs)
        if len(values) != len(attrs):
            self.faults.append(f"<{tag}> names an attribute twice")
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "label" and values.get("for"):
            self.wanted_ids.append(values["for"] or "")
        for name in ("aria-describedby", "aria-labelledby"):
            self.wanted_ids += (values.get(name) or "").split()
        if "hidden" in values and self.hidden_at is None and tag not in VOID:
            self.hidden_at = len(self.open_tags)
        if tag in ("h1", "h2", "h3", "h4") and self.hidden_at is None:
            self.headings.append(tag)
        if tag == "img" and "alt" not in values:
            self.faults.append("<img> without alt")
        if tag == "form" and not values.get("action"):
            self.faults.append("<form> without action")
        if tag == "script" and "nonce" not in values:
            self.faults.append("<script> without nonce")
        if any(name in values for name in HTMX_REQUESTS) and not values.get("data-hx-nonce"):
            self.faults.append(f"<{tag}> asks htmx without its nonce")
        for name in values:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}> is blocked by the content security policy")
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open_tags.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags[-1] != tag:
            at = self.open_tags[-1] if self.open_tags else "nothing"
            self.faults.append(f"</{tag}> closes {at}")
            if tag in self.open_tags:
                while self.open_tags.pop() != tag:
                    pass
            return
        self.open_tags.pop()
        if self.hidden_at is not None and len(self.open_tags) <= self.hidden_at:
            self.hidden_at = None

    def handle_data(self, data: str) -> None:
        if self.open_tags and self.open_tags[-1] == "title" and "svg" not in self.open_tags:
            self.title += data


def check_html(html: str, *, whole: bool) -> None:
    """Fail unless `html` keeps the rules; `whole` asks for a page with one h1 and a title."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults
    faults += [
        f"the id {one} stands twice" for one in {i for i in reader.ids if reader.ids.count(i) > 1}
    ]
    faults += [f"<{tag}> is never closed" for tag in reader.open_tags]
    if whole:
        faults += [
            f"no element has the id {one}" for one in set(reader.wanted_ids) - set(reader.ids)
        ]
        if reader.headings.count("h1") != 1:
            faults.append(f"{reader.headings.count('h1')} h1")
        if not reader.title.strip().endswith("Good Days"):
            faults.append(f"the title is {reader.title!r}")
        if not html.lstrip().lower().startswith("<!doctype html>"):
            faults.append("no doctype")
    assert not faults, faults
