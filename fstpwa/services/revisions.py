"""Which versions of the tables this version of the product knows."""

from collections.abc import Collection
from enum import StrEnum

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app


class SchemaState(StrEnum):
    """How the database stands to this version of the product."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    UNKNOWN = "unknown"
    """Made by a newer version, or not by this product."""


def state_of(revisions: Collection[str]) -> SchemaState:
    """Return how a database stands that says it is at these revisions."""
    script = ScriptDirectory.from_config(alembic_config())
    if not revisions:
        return SchemaState.EMPTY
    if set(revisions) == set(script.get_heads()):
        return SchemaState.CURRENT
    try:
        script.get_revisions(tuple(revisions))
    except CommandError:
        return SchemaState.UNKNOWN
    return SchemaState.OLDER


def alembic_config() -> Config:
    """Return the settings of the running app's migrations."""
    ours = current_app.extensions["migrate"]
    config: Config = ours.migrate.get_config(ours.directory)
    return config
