"""Errors as scripts get them: a code to act upon, and words for the person.

Scripts send what somebody wrote on their phone, and keep it there until it is stored.
"""

from http import HTTPStatus

from flask import jsonify
from flask.typing import ResponseReturnValue

KEPT = "What you wrote is kept on this phone."

API_ERRORS = {
    400: ("malformed", f"What was sent cannot be read. {KEPT}"),
    401: ("signed_out", f"You are not signed in on this device. {KEPT} Sign in, then it is sent."),
    403: ("foreign", "That was not sent from this app's own pages, so it was not carried out."),
    404: ("not_found", "There is nothing at this address."),
    405: ("wrong_method", "That address does not do that."),
    409: ("other_user", KEPT),
    413: ("too_large", f"That is too much to send at once. {KEPT}"),
    415: ("wrong_type", "Only JSON is read here."),
    422: ("malformed", f"What was sent cannot be read. {KEPT}"),
    429: ("too_many", KEPT),
    500: ("failed", f"Something went wrong on our side. {KEPT}"),
    503: ("busy", f"The app cannot reach its records just now. {KEPT}"),
    507: ("full", f"There is no room on the server just now. {KEPT}"),
}
"""Status -> code and words."""


def api_error(status: int, words: str | None = None) -> ResponseReturnValue:
    """Return an error as JSON.

    Args:
        status: of HTTP.
        words: what is to be said instead of what the status always says; not of our own mistakes.
    """
    code, usual = API_ERRORS.get(status, ("failed", f"That did not work. {KEPT}"))
    if words and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        usual = f"{words} {KEPT}"
    return jsonify(error=code, words=usual), status
