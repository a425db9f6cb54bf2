"""The first page, trying it, and signing out."""
