"""Static files: hashed addresses, compressed copies, how long they may be kept."""

import json
import os
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from fstpwa import assets
from fstpwa.extensions import compress
from fstpwa.services.file_versions import version_of

PAGE = "dist/page.0123456789.js"
PICTURE = "figures/bridge.anim.avif"
CLIP = "voice/heart/0123456789ab"
LIST = "voice/heart.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a static folder with a build of three files and an icon."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "icons").mkdir()
    (tmp_path / PAGE).write_text("plain")
    (tmp_path / f"{PAGE}.br").write_bytes(b"brotli")
    (tmp_path / f"{PAGE}.gz").write_bytes(b"gzip")
    (tmp_path / "dist/sw.js").write_text("worker")
    (tmp_path / "dist/manifest.json").write_text(json.dumps({"page.js": "page.0123456789.js"}))
    (tmp_path / "icons/favicon.svg").write_text("<svg/>")
    (tmp_path / "figures").mkdir()
    (tmp_path / PICTURE).write_bytes(b"picture")
    (tmp_path / "figures/manifest.json").write_text("{}")
    (tmp_path / "voice/heart").mkdir(parents=True)
    (tmp_path / LIST).write_text(json.dumps({"clips": {str(n): {} for n in range(200)}}))
    for ending in ("opus", "m4a"):
        (tmp_path / f"{CLIP}.{ending}").write_bytes(b"voice " * 500)
    (tmp_path / "voice/heart/hello.opus").write_bytes(b"hello")
    (tmp_path.parent / "secret.svg").write_text("not yours")
    return tmp_path


@pytest.fixture
def small_app(folder: Path) -> Flask:
    """Return an app that serves `folder` and nothing else."""
    app = Flask("assets", static_folder=None)
    assets.init_app(app, folder)
    return app


@pytest.fixture
def client(small_app: Flask) -> FlaskClient:
    return small_app.test_client()


def test_a_template_gets_the_hashed_address(small_app: Flask) -> None:
    with small_app.test_request_context():
        assert render_template_string("{{ asset_url('page.js') }}") == f"/static/{PAGE}"


def test_a_file_that_is_not_built_keeps_its_name(small_app: Flask) -> None:
    with small_app.app_context():
        assert assets.asset_url("icons/favicon.svg") == "/static/icons/favicon.svg"


def test_a_missing_build_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="make build"):
        assets.Assets(tmp_path).url("page.js")


def test_a_name_that_was_not_built_names_the_command_that_makes_it(folder: Path) -> None:
    with pytest.raises(RuntimeError, match=r"'player\.js'.*make build"):
        assets.Assets(folder).url("player.js")


@pytest.mark.parametrize(("watch", "expected"), [(True, "page.ffffffffff.js"), (False, PAGE)])
def test_a_new_build_is_noticed_only_while_developing(
    folder: Path, watch: bool, expected: str
) -> None:
    built = assets.Assets(folder, watch=watch)
    built.url("page.js")
    manifest = folder / "dist/manifest.json"
    manifest.write_text(json.dumps({"page.js": "page.ffffffffff.js"}))
    os.utime(manifest, ns=(1, 1))
    assert built.url("page.js").endswith(expected)


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("gzip, deflate", "gzip", b"gzip"),
        ("br;q=0, gzip", "gzip", b"gzip"),
        ("identity", None, b"plain"),
        ("", None, b"plain"),
    ],
)
def test_the_smallest_copy_that_the_browser_takes_is_sent(
    client: FlaskClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    answer = client.get(f"/static/{PAGE}", buffered=True, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.data == body
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_copies_have_different_tags_and_answer_not_modified(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    packed = client.get(f"/static/{PAGE}", buffered=True, headers=headers)
    plain = client.get(f"/static/{PAGE}", buffered=True, headers={"Accept-Encoding": "identity"})
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        f"/static/{PAGE}",
        buffered=True,
        headers={**headers, "If-None-Match": packed.headers["ETag"]},
    )
    assert again.status_code == 304
    assert "Accept-Encoding" in again.headers["Vary"]


@pytest.mark.parametrize(
    ("name", "immutable"),
    [
        (PAGE, True),
        ("icons/favicon.svg", False),
        ("dist/sw.js", False),
        (f"{CLIP}.opus", True),
        (f"{CLIP}.m4a?v=1", True),
        ("voice/heart/hello.opus", False),
    ],
)
def test_only_a_hashed_name_is_kept_for_a_year(
    client: FlaskClient, name: str, immutable: bool
) -> None:
    kept = client.get(f"/static/{name}", buffered=True).headers["Cache-Control"]
    assert ("immutable" in kept) is immutable
    assert ("max-age=31536000" in kept) is immutable


@pytest.mark.parametrize("name", [PICTURE, LIST])
def test_a_picture_or_a_list_of_clips_is_kept_for_a_year_only_under_the_address_of_its_version(
    client: FlaskClient, folder: Path, name: str
) -> None:
    def kept(version: str) -> str:
        answer = client.get(f"/static/{name}{version}", buffered=True)
        assert answer.data == (folder / name).read_bytes()
        return answer.headers["Cache-Control"]

    before = f"?v={version_of(folder / name)}"
    assert kept(before) == assets.A_YEAR
    assert kept("") == kept("?v=0123456789") == kept("?v=") == assets.AN_HOUR
    (folder / name).write_bytes(b"another")
    os.utime(folder / name, ns=(1, 1))
    assert kept(before) == assets.AN_HOUR
    assert kept(f"?v={version_of(folder / name)}") == assets.A_YEAR


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        (f"{CLIP}.opus", "audio/ogg"),
        (f"{CLIP}.m4a", "audio/mp4"),
        (LIST, "application/json"),
    ],
)
def test_what_a_voice_is_made_of_says_what_it_is(
    client: FlaskClient, name: str, content_type: str
) -> None:
    answer = client.get(f"/static/{name}", buffered=True)
    assert answer.headers["Content-Type"] == content_type


@pytest.mark.parametrize("ending", ["opus", "m4a"])
def test_a_clip_is_sent_as_it_is_whole_or_in_part(
    small_app: Flask, folder: Path, ending: str
) -> None:
    compress.init_app(small_app)
    client = small_app.test_client()
    address, packed = f"/static/{CLIP}.{ending}", {"Accept-Encoding": "gzip, br, zstd"}
    whole = client.get(address, buffered=True, headers=packed)
    assert "Content-Encoding" not in whole.headers
    assert whole.data == (folder / f"{CLIP}.{ending}").read_bytes()
    part = client.get(address, buffered=True, headers={**packed, "Range": "bytes=6-10"})
    assert (part.status_code, part.data) == (206, b"voice")


@pytest.mark.parametrize(
    "name",
    [
        "dist/nothing.js",
        "figures/nothing.avif?v=1",
        "../secret.svg",
        "..%2Fsecret.svg",
        "icons/../../secret.svg",
        "dist/manifest.json",
        "figures/manifest.json",
        "voice/../figures/manifest.json",
        "voice/nobody.json",
        "voice/heart/nothing.opus",
        "voice/heart",
        f"{PAGE}.br",
        "icons",
        "icons/",
        "icons/favicon.svg%00.js",
    ],
)
def test_anything_else_is_not_found(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name}", buffered=True)
    assert answer.status_code == 404
    assert b"not yours" not in answer.data
