"""How gunicorn serves: one process with threads, our log, no trust in anybody's headers.

For `gunicorn --config python:fstpwa.gunicorn_settings wsgi:app`; `fstpwa serve` uses it too.
"""

from contextlib import ExitStack
from pathlib import Path

from fstpwa import log
from fstpwa.config import Settings
from fstpwa.services import presence

_settings = Settings()
_memory = Path("/dev/shm")  # noqa: S108 - gunicorn's own advice; it makes an unnamed file there

bind = [f"{_settings.host}:{_settings.port}"]
worker_class = "gthread"
workers = 1
threads = _settings.threads
timeout = 60
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = str(_memory) if _memory.is_dir() else None
control_socket_disable = True

logconfig_dict = log.configuration()
accesslog = None

# web.py trusts the configured number of proxies; here nobody may say it was https.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

_presence = ExitStack()


def on_starting(_server: object) -> None:
    """Be at work on the data folder as long as there is a web server: nothing is restored then."""
    _presence.enter_context(presence.at_work(_settings.data_dir))
