"""The therapist's side: who needs them today, one client, invitations."""
