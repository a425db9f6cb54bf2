"""OUTBOUND: the only places from which the app calls other servers."""
