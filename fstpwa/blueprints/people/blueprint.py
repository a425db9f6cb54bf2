"""The blueprint of this area; its view modules hang their routes on it."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
