"""Addresses that the browser itself asks for."""

from flask import Response, json, render_template
from flask.typing import ResponseReturnValue

from fstpwa.access import public
from fstpwa.assets import STATIC, send_static
from fstpwa.blueprints.app import ahead_views, list_views
from fstpwa.blueprints.app.blueprint import blueprint
from fstpwa.blueprints.app.manifest import web_manifest
from fstpwa.offline import for_everybody

__all__ = ["ahead_views", "blueprint", "list_views"]

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
@for_everybody
def offline() -> ResponseReturnValue:
    """Show the page that the service worker keeps for when there is no network.

    It is the same for everybody, whoever is signed in: the kept copy outlives a sign-out. What
    the phone keeps for the present person, its script lists from the phone's own store.
    """
    return render_template("app/offline.html")


@blueprint.get("/offline/not-sent")
@public
@for_everybody
def not_sent() -> ResponseReturnValue:
    """Show the page that the service worker keeps for a form that could not be sent."""
    return render_template("app/not_sent.html")
