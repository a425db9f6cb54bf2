"""Where the views of the plan hang."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__)
