"""For a WSGI server of your own: `gunicorn --config python:fstpwa.gunicorn_settings wsgi:app`."""

from fstpwa import create_app, log
from fstpwa.extensions import db
from fstpwa.services.starting import make_ready

log.configure()
app = create_app()
if app.config["GOOD_DAYS"].lacks_trusted_proxy:
    log.warning("no_trusted_proxy")
with app.app_context():
    make_ready()
    db.session.commit()
