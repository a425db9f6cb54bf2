"""Routines: building, preview, hand-out, assigning."""

from fstpwa.blueprints.routines import (
    assign_views,
    builder_views,
    hand_out_views,
    list_views,
    preview_views,
)
from fstpwa.blueprints.routines.blueprint import blueprint

__all__ = [
    "assign_views",
    "blueprint",
    "builder_views",
    "hand_out_views",
    "list_views",
    "preview_views",
]
