"""The texts of pages can be translated: the catalogue is up to date, and a chosen language is used."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import get_domain

from fstpwa.extensions import db
from fstpwa.services import people

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "fstpwa" / "translations" / "messages.pot"


def texts_in_the_code() -> set[str | tuple[str, ...]]:
    """Return them as a catalogue has them: what is counted as a pair, for one and for many."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, "_l": None})
    return {text for _, _, text, _, _ in found if text}


def test_the_catalogue_holds_the_texts_of_the_code():
    with TEMPLATE.open("rb") as file:
        collected = {message.id for message in read_po(file) if message.id}
    assert collected == texts_in_the_code(), "run `make catalogues`"


def test_the_frame_of_every_page_and_settings_are_in_the_catalogue():
    texts = texts_in_the_code()
    assert {"Today", "Skip to the content", "Delete everything", "Your time zone"} <= texts


def test_a_page_is_in_the_language_that_somebody_chose(app, her, him, tmp_path, monkeypatch):
    catalogue = Catalog(locale="de")
    catalogue.add("The rhythm of sessions", "Der Rhythmus der Einheiten")
    catalogue.add(
        "Please use a whole number from %(low)s to %(high)s.", "Von %(low)s bis %(high)s."
    )
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    written = BytesIO()
    write_mo(written, catalogue)
    (folder / "messages.mo").write_bytes(written.getvalue())
    with app.app_context():
        domain = get_domain()
    monkeypatch.setattr(domain, "_translation_directories", [str(tmp_path)])
    monkeypatch.setattr(domain, "cache", {})
    monkeypatch.setitem(people.LANGUAGES, "de", "Deutsch")
    with app.app_context():
        her.user().language = "de"
        db.session.commit()

    page = her.get("/settings/sessions").text
    assert "<h1>Der Rhythmus der Einheiten</h1>" in page
    assert '<html lang="de"' in page
    assert "Von 0 bis 20." in her.post("/settings/sessions", data={"get_ready_s": "21"}).text
    assert "The rhythm of sessions" in him.get("/settings/sessions").text


@pytest.mark.parametrize("address", ["/settings/", "/settings/privacy"])
def test_without_a_choice_a_page_is_british_english(her, address):
    page = her.get(address).text
    assert re.search(r"<html lang=.en-GB.", page)
