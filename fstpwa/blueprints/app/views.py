"""Addresses that the browser itself asks for."""

from flask import Blueprint, Response, json, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import public
from fstpwa.assets import STATIC, send_static
from fstpwa.blueprints.app.manifest import web_manifest

blueprint = Blueprint("app", __name__)

WORKER_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'"
"""A worker fetches (connect-src, pictures too), runs its one file, and shows notifications with
an icon (img-src); it draws nothing else."""


@blueprint.get("/sw.js")
@public
def service_worker() -> ResponseReturnValue:
    """Send the built service worker, never from the browser's store without asking."""
    response = send_static(STATIC / "dist", "sw.js", cache_control="no-cache")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """Send the web app manifest."""
    response = Response(json.dumps(web_manifest()), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/offline")
@public
def offline() -> ResponseReturnValue:
    """Show the page that the service worker keeps for when there is no network.

    It is the same for everybody, whoever is signed in: the kept copy outlives a sign-out.
    """
    return render_template("app/offline.html")
