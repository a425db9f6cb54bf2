"""The blueprint of the app's own plumbing; its views are in modules of their own."""

from flask import Blueprint

blueprint = Blueprint("app", __name__)
