"""One JSON line an event. Only the fields named here, and never words that somebody wrote.

Health values, names, e-mail addresses, notes and push endpoints must not reach a log, also
not inside the message of an exception or of somebody else's library. So a field is written
only if it is listed, a text only if it looks like a name and not like prose, an exception
as its class and its places in the code, and a foreign message without its arguments.
"""

import json
import logging
import logging.config
import re
import secrets
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

Value = str | int | float | bool | None

FIELDS = frozenset(
    {
        "attempt",
        "backlog",
        "bytes",
        "child",
        "count",
        "database",
        "exit_code",
        "limit",
        "method",
        "pid",
        "port",
        "purpose",
        "revision",
        "route",
        "seconds",
        "signal",
        "status",
        "took_ms",
        "version",
        "voice",
        "way",
    }
)
"""The fields an event may carry. `route` is the rule, as /check-in/<day:day>, never the path."""

PLAIN_WORDS = re.compile(r"[A-Za-z0-9_./<>:+-]{0,100}")
"""What a text in a field may look like: an identifier, a route, a version; no spaces, no @."""

TALKS_IN_TEMPLATES = ("gunicorn", "alembic", "fstpwa", "werkzeug")
"""Loggers whose message templates are known to hold no values (their arguments are left out)."""

PLACES_KEPT = 12

request_id: ContextVar[str] = ContextVar("request_id", default="")
_logger = logging.getLogger("fstpwa")


def new_request_id() -> str:
    """Begin a request: give it a random id, which its events carry from here on."""
    fresh = secrets.token_hex(8)
    request_id.set(fresh)
    return fresh


def info(event: str, **fields: Value) -> None:
    """Record that something usual happened. Fields outside FIELDS are left out and counted."""
    _record(logging.INFO, event, None, fields)


def warning(event: str, *, error: BaseException | None = None, **fields: Value) -> None:
    """Record something that the product copes with but somebody should know."""
    _record(logging.WARNING, event, error, fields)


def error(event: str, *, error: BaseException | None = None, **fields: Value) -> None:
    """Record something that went wrong: of `error` only its class and its places in the code."""
    _record(logging.ERROR, event, error, fields)


def _record(
    level: int, event: str, problem: BaseException | None, fields: dict[str, Value]
) -> None:
    # Logging itself names attributes after the keys of `extra`; one key keeps them apart.
    _logger.log(level, event, extra={"good_days": fields}, exc_info=problem)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON, and of it only what may be written."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        fields = getattr(record, "good_days", None)
        if fields is None:
            line["event"] = "library"
            line["logger"] = record.name
            line["message"] = _template(record)
        else:
            line["event"] = str(record.msg)
            line |= _allowed(fields)
        if request_id.get():
            line["request_id"] = request_id.get()
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__qualname__
            line["at"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _allowed(fields: dict[str, Value]) -> dict[str, Value]:
    kept = {
        name: value
        for name, value in fields.items()
        if name in FIELDS and (not isinstance(value, str) or PLAIN_WORDS.fullmatch(value))
    }
    left_out = len(fields) - len(kept)
    return kept | ({"left_out": left_out} if left_out else {})


def _template(record: logging.LogRecord) -> str:
    known = record.name.split(".", 1)[0] in TALKS_IN_TEMPLATES
    return record.msg if known and isinstance(record.msg, str) and record.args else ""


def _places(problem: BaseException) -> list[str]:
    frames = traceback.extract_tb(problem.__traceback__)[-PLACES_KEPT:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def configuration(level: str = "INFO") -> dict[str, Any]:
    """Return the configuration for `logging.config`: everything as JSON lines on stderr."""
    quiet = {"handlers": [], "level": "CRITICAL", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json_lines": {"()": JsonLines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "json_lines",
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "fstpwa": {"level": level},
            "gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
            # Its lines would hold addresses with days in them, and who asked.
            "gunicorn.access": quiet,
        },
    }


def configure(level: str = "INFO") -> None:
    """Write this process's log as JSON lines on stderr. Call once, when a process starts."""
    logging.config.dictConfig(configuration(level))
