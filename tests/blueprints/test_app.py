"""What the browser itself asks for: worker, manifest, offline page."""

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from fstpwa import assets, web
from fstpwa.blueprints.app import blueprint, manifest
from fstpwa.blueprints.app.manifest import SCREENSHOTS, png_size

ICONS = assets.STATIC / "icons"
SHORTEST_SCREENSHOT_PX = 320
LONGEST_SCREENSHOT_PX = 3840


@pytest.fixture(name="plumbing")
def _plumbing() -> FlaskClient:
    """Return a client of the plumbing alone: it needs no database and no person."""
    app = Flask("fstpwa", static_folder=None)
    assets.init_app(app)
    app.jinja_env.globals["csp_nonce"] = web.csp_nonce
    app.register_blueprint(blueprint)
    return app.test_client()


@pytest.fixture(name="manifest")
def _manifest(plumbing: FlaskClient) -> dict[str, Any]:
    answer = plumbing.get("/manifest.webmanifest", buffered=True)
    assert answer.mimetype == "application/manifest+json"
    read: dict[str, Any] = answer.get_json()
    return read


def test_the_worker_may_control_every_page_and_is_always_asked_for(plumbing: FlaskClient) -> None:
    answer = plumbing.get("/sw.js", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_the_worker_has_a_policy_of_its_own(plumbing: FlaskClient) -> None:
    policy = plumbing.get("/sw.js", buffered=True).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "img-src 'self'" in policy, "notifications have an icon"
    assert "nonce" not in policy


def test_the_worker_keeps_the_shell_and_no_icon(plumbing: FlaskClient) -> None:
    source = plumbing.get(
        "/sw.js", buffered=True, headers={"Accept-Encoding": "identity"}
    ).get_data(as_text=True)
    for name in ("page.js", "main.css", "sprite.svg"):
        stem = name.split(".", maxsplit=1)[0]
        assert f'url:"/static/dist/{stem}.' in source
    assert 'url:"/offline"' in source
    assert 'url:"/static/icons/' not in source


def test_the_worker_answers_not_modified(plumbing: FlaskClient) -> None:
    tag = plumbing.get("/sw.js", buffered=True).headers["ETag"]
    assert plumbing.get("/sw.js", buffered=True, headers={"If-None-Match": tag}).status_code == 304


def test_the_manifest_makes_the_app_installable(manifest: dict[str, Any]) -> None:
    assert manifest["name"] == "Good Days"
    assert manifest["id"] == manifest["start_url"] == manifest["scope"] == "/"
    assert manifest["display"] == "standalone"
    assert manifest["lang"] == "en-GB"
    assert manifest["launch_handler"] == {"client_mode": "navigate-existing"}
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/check-in", "/today"]


def test_every_picture_of_the_manifest_is_there_and_has_the_stated_size(
    plumbing: FlaskClient, manifest: dict[str, Any]
) -> None:
    pictures = [*manifest["icons"], *manifest["screenshots"]]
    pictures += [icon for shortcut in manifest["shortcuts"] for icon in shortcut["icons"]]
    for picture in pictures:
        assert plumbing.get(picture["src"], buffered=True).status_code == 200, picture["src"]
        if picture["sizes"] != "any":
            width, height = png_size(ICONS / Path(picture["src"]).name)
            assert picture["sizes"] == f"{width}x{height}"


def test_a_plain_and_a_maskable_icon_are_offered(manifest: dict[str, Any]) -> None:
    offered = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= offered
    assert ("any", "any") in offered


def test_screenshots_have_the_shape_that_browsers_take() -> None:
    for name, _form_factor, _label in SCREENSHOTS:
        if not (ICONS / name).exists():
            continue
        short, long = sorted(png_size(ICONS / name))
        assert short >= SHORTEST_SCREENSHOT_PX, name
        assert long <= min(LONGEST_SCREENSHOT_PX, 2.3 * short), name


def test_a_picture_not_taken_yet_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plumbing: FlaskClient
) -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 780, 1688)
    (tmp_path / SCREENSHOTS[0][0]).write_bytes(head)
    monkeypatch.setattr(manifest, "ICONS", tmp_path)
    shown = plumbing.get("/manifest.webmanifest", buffered=True).get_json()["screenshots"]
    assert [(one["src"], one["sizes"]) for one in shown] == [
        (f"/static/icons/{SCREENSHOTS[0][0]}", "780x1688")
    ]


def test_the_offline_page_knows_nobody(plumbing: FlaskClient) -> None:
    answer = plumbing.get("/offline", buffered=True)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "No connection" in text
    assert "data-private" not in text
    assert 'class="tabs"' not in text


def test_the_offline_page_names_only_files_that_the_worker_keeps(plumbing: FlaskClient) -> None:
    text = plumbing.get("/offline", buffered=True).get_data(as_text=True)
    assert "/static/icons/" not in text
    assert text.count("/static/dist/") == 3


def test_the_offline_page_puts_its_nonce_on_its_script(plumbing: FlaskClient) -> None:
    with plumbing.application.test_request_context("/offline"):
        g.csp_nonce = "a-nonce"
        text = plumbing.application.view_functions["app.offline"]()
    assert 'nonce="a-nonce"' in text


def test_the_policy_allows_exactly_the_trusted_types_that_the_page_makes() -> None:
    made: set[str] = set()
    for name in ("page.js", "htmx.js", "upkeep.js"):
        built = (assets.STATIC / assets.Assets().url(name).removeprefix("/static/")).read_text()
        made |= set(re.findall(r"createPolicy\([\"']([\w-]+)[\"']", built))
    assert made == set(web.TRUSTED_TYPES_POLICIES.split())
