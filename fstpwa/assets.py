"""Static files: hashed addresses of built ones, pre-compressed copies, how long each may be kept."""

import json
import re
from functools import partial
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from fstpwa.access import public
from fstpwa.services.file_versions import version_of

STATIC: Path = Path(__file__).resolve().parent / "static"
EXTENSION = "good-days-assets"

HASHED = re.compile(
    r"dist/[a-z_]+\.[0-9a-f]{10}\.(?:js|css|svg)|voice/[a-z]+/[0-9a-f]{12}\.(?:opus|m4a)"
)
"""Names that change with their content: built files, and what a voice says."""
VOICE = re.compile(r"voice/[a-z]+\.json")
"""Lists of the clips of a voice; no other list of files is served."""
FIGURE = re.compile(r"figures/[a-z0-9-]+(?:\.anim)?\.(?:avif|webp|svg)")
"""Pictures of movements. Of these and the lists the address says which version is meant (`?v=`)."""

A_YEAR = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
"""For addresses that stay when the content changes: icons."""

# Our own table: what `mimetypes` knows depends on the machine.
TYPE_OF_ENDING = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
BUILD_LETTERS = 8
COMPRESSED_COPIES = (("br", ".br"), ("gzip", ".gz"))


class Assets:
    """The built files of one `static` folder, known by their logical names."""

    def __init__(self, folder: Path = STATIC, *, watch: bool = False) -> None:
        """Read nothing yet. With `watch`, a new build is noticed without a restart."""
        self.folder = folder
        self.watch = watch
        self._hashed: dict[str, str] = {}
        self._read_at_ns = -1

    @property
    def manifest_file(self) -> Path:
        """Where the build writes logical name -> hashed name."""
        return self.folder / "dist" / "manifest.json"

    def url(self, name: str) -> str:
        """Return the address of built file `name`, such as "page.js".

        A name with a folder, such as "icons/favicon.svg", is no built file and keeps its name.
        Raises RuntimeError, naming `make build`, when there is no build or it has no such file.
        """
        if "/" in name:
            return f"/static/{name}"
        if not self._hashed or (self.watch and self._changed_at_ns() != self._read_at_ns):
            self._read()
        try:
            return f"/static/dist/{self._hashed[name]}"
        except KeyError:
            raise RuntimeError(f"The built front end has no {name!r}. Run 'make build'.") from None

    def build(self) -> str:
        """Return what changes with every build: a few letters over the names of all its files."""
        self.url("main.css")
        return sha256(json.dumps(self._hashed, sort_keys=True).encode()).hexdigest()[:BUILD_LETTERS]

    def _changed_at_ns(self) -> int:
        try:
            return self.manifest_file.stat().st_mtime_ns
        except FileNotFoundError:
            raise RuntimeError("The front end is not built. Run 'make build'.") from None

    def _read(self) -> None:
        self._read_at_ns = self._changed_at_ns()
        self._hashed = json.loads(self.manifest_file.read_text(encoding="utf-8"))


def asset_url(name: str) -> str:
    """Return the address of built file `name` in the running app (a template global)."""
    assets: Assets = current_app.extensions[EXTENSION]
    return assets.url(name)


def build_id() -> str:
    """Return which build of the front end the running app's pages name (a template global)."""
    assets: Assets = current_app.extensions[EXTENSION]
    return assets.build()


def send_static(folder: Path, filename: str, *, cache_control: str) -> Response:
    """Send a file of `folder`, as a pre-compressed copy where the browser takes one.

    Raises:
        NotFound: there is no such file, its kind is not served, or the name leads out.
    """
    path = safe_join(str(folder), filename)
    content_type = _type_of(filename)
    if path is None or content_type is None or not _is_file(Path(path)):
        raise NotFound
    chosen, encoding = _smallest_copy(Path(path))
    response = send_file(chosen, mimetype=content_type, conditional=True, etag=True)
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = cache_control
    # The tag says whether it is the same file, and nobody saves it under a name: 100 bytes less each time.
    for name in ("Content-Disposition", "Last-Modified"):
        response.headers.pop(name, None)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask, folder: Path = STATIC) -> None:
    """Serve `folder` under /static and give templates `asset_url`."""
    app.extensions[EXTENSION] = Assets(folder, watch=bool(app.debug or app.testing))
    app.jinja_env.globals["asset_url"] = asset_url
    app.add_url_rule(
        "/static/<path:filename>", endpoint="static", view_func=public(partial(_static, folder))
    )


def _static(folder: Path, filename: str) -> ResponseReturnValue:
    lasting = HASHED.fullmatch(filename) or _is_the_version_asked_for(folder, filename)
    return send_static(folder, filename, cache_control=A_YEAR if lasting else AN_HOUR)


def _is_the_version_asked_for(folder: Path, filename: str) -> bool:
    """Whether a file is what its address says; an old page may name one that has changed."""
    asked = request.args.get("v")
    path = folder / filename
    has_versions = FIGURE.fullmatch(filename) or VOICE.fullmatch(filename)
    return bool(asked and has_versions and path.is_file()) and asked == version_of(path)


def _type_of(filename: str) -> str | None:
    """Return the content type of a file that may be served, else None."""
    if VOICE.fullmatch(filename):
        return "application/json"
    return TYPE_OF_ENDING.get(Path(filename).suffix)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a longer name than the disk takes
        return False


def _smallest_copy(path: Path) -> tuple[Path, str]:
    """Return the file to send and its encoding ("" for the plain one)."""
    for encoding, ending in COMPRESSED_COPIES:
        copy = path.with_name(path.name + ending)
        if request.accept_encodings.quality(encoding) > 0 and copy.is_file():
            return copy, encoding
    return path, ""
