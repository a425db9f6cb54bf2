"""All views of this package: importing them hangs them on the blueprint."""

from fstpwa.blueprints.factors import passkey_views, settings_views, showing_views
from fstpwa.blueprints.factors.blueprint import blueprint

__all__ = ["blueprint", "passkey_views", "settings_views", "showing_views"]
