"""The client's side: who sees what, who looked, invitations."""
