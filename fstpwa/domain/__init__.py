"""Rules: pure functions over frozen values. No Flask, no SQLAlchemy, no clock, no files."""
