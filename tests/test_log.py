"""The log says what happened, and nothing about anybody."""

import io
import json
import logging
from typing import Any

import pytest

from fstpwa import log


class Written:
    """What the log wrote, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines so far, read as JSON."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written():
    everything = Written()
    handler = logging.StreamHandler(everything.stream)
    handler.setFormatter(log.JsonLines())
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", "fstpwa")}
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("fstpwa").setLevel(logging.INFO)
    token = log.request_id.set("")
    yield everything
    log.request_id.reset(token)
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def fail_with(problem: Exception, because: Exception | None = None) -> None:
    """Raise `problem`."""
    raise problem from because


def test_an_event_is_one_line_of_json_with_its_fields(written):
    log.info("request", method="GET", route="/check-in/<day:day>", status=200, took_ms=3.5)

    (line,) = written.lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "route": "/check-in/<day:day>",
        "status": 200,
        "took_ms": 3.5,
    }


def test_an_event_carries_the_id_of_its_request(written):
    fresh = log.new_request_id()

    log.info("request", status=200)

    assert written.lines()[0]["request_id"] == fresh


def test_two_requests_have_different_ids():
    token = log.request_id.set("")
    assert log.new_request_id() != log.new_request_id()
    log.request_id.reset(token)


@pytest.mark.parametrize(
    "field", ["stiffness", "pain", "email", "endpoint", "name", "note", "user", "path", "url"]
)
def test_a_field_that_is_not_listed_is_left_out(written, field):
    log.info("check_in", **{field: 7})

    (line,) = written.lines()
    assert field not in line
    assert line["left_out"] == 1


@pytest.mark.parametrize(
    "text",
    ["ada@example.org", "my neck hurts", "https://push.example/send?token=abc", "Ångström", "a\nb"],
)
def test_a_text_that_is_not_an_identifier_is_left_out_even_of_a_listed_field(written, text):
    log.info("request", route=text)

    assert text not in written.stream.getvalue()
    assert written.lines()[0]["left_out"] == 1


def test_an_exception_is_its_class_and_its_places_never_its_message(written):
    with pytest.raises(ValueError) as caught:
        fail_with(ValueError("stiffness 9, ada@example.org"))

    log.error("unexpected", error=caught.value)

    (line,) = written.lines()
    assert line["error"] == "ValueError"
    assert line["at"][-1].startswith("test_log.py:")
    assert "ada@" not in written.stream.getvalue()
    assert "stiffness" not in written.stream.getvalue()


def test_a_chained_exception_says_no_more(written):
    with pytest.raises(RuntimeError) as caught:
        fail_with(RuntimeError("pain 10"), because=ValueError("pain 9"))

    log.error("unexpected", error=caught.value)

    assert "pain" not in written.stream.getvalue()


def test_a_server_message_keeps_its_template_and_loses_its_arguments(written):
    logging.getLogger("gunicorn.error.test").warning("Error handling request %s", "/check-in/x")

    (line,) = written.lines()
    assert line["message"] == "Error handling request %s"
    assert "/check-in" not in written.stream.getvalue()


def test_a_message_built_beforehand_is_not_written(written):
    logging.getLogger("werkzeug.test").warning("ada@example.org is here")
    logging.getLogger("somebody.else").warning("%s hurts", "neck")

    assert [line["message"] for line in written.lines()] == ["", ""]
    assert "ada" not in written.stream.getvalue()
    assert "neck" not in written.stream.getvalue()


def test_the_access_log_of_the_server_is_off():
    access = log.configuration()["loggers"]["gunicorn.access"]

    assert access["handlers"] == []
    assert access["propagate"] is False
