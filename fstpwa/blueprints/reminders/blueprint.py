"""Where the views of reminders hang."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")
