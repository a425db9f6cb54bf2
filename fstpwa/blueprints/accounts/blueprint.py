"""The blueprint that the modules beside this one hang their views on."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
