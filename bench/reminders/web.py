"""The web app, loaded to be forked: a connection of the parent's must not come along."""

from fstpwa.extensions import db
from wsgi import app

with app.app_context():
    db.engine.dispose()

__all__ = ["app"]
