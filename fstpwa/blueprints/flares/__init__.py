"""Flare days on Today, and the setback card."""
