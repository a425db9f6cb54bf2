"""The schedule: which reminders there are, and when they rest."""

from fstpwa.blueprints.reminders import answer_views, device_views, health_views
from fstpwa.blueprints.reminders.blueprint import blueprint

__all__ = ["answer_views", "blueprint", "device_views", "health_views"]
