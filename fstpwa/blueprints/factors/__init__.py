"""Passkeys, authenticator apps and recovery codes: setting them up, and showing them."""
