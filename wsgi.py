"""For a WSGI server of your own: `gunicorn --config python:fstpwa.gunicorn_settings wsgi:app`."""

from fstpwa import create_app, log
from fstpwa.services.schema import require_current_schema

log.configure()
app = create_app()
with app.app_context():
    require_current_schema()
