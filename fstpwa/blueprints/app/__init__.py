"""The app's own plumbing: service worker, manifest and offline page."""

from fstpwa.blueprints.app.views import blueprint

__all__ = ["blueprint"]
