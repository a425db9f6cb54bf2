"""The client's side: who sees what, who looked, invitations."""

from fstpwa.blueprints.sharing import as_seen_views, code_views, invitation_views, sharing_views
from fstpwa.blueprints.sharing.blueprint import blueprint

__all__ = ["as_seen_views", "blueprint", "code_views", "invitation_views", "sharing_views"]
