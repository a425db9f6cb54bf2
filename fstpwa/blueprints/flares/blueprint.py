"""Where the views of flares hang."""

from flask import Blueprint

blueprint = Blueprint("flares", __name__)
