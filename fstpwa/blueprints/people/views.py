"""The therapist's side: who needs them today, one client, invitations."""

from fstpwa.blueprints.people import (
    assign_views,
    client_views,
    invite_views,
    list_views,
    message_views,
    note_views,
    visit_views,
)
from fstpwa.blueprints.people.blueprint import blueprint

__all__ = [
    "assign_views",
    "blueprint",
    "client_views",
    "invite_views",
    "list_views",
    "message_views",
    "note_views",
    "visit_views",
]
