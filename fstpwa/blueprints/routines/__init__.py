"""Routines: building, preview, hand-out, assigning."""
