"""The blueprint of this area; its view modules hang their routes on it."""

from flask import Blueprint

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")
