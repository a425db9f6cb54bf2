"""Browsers that take reminders: turned on, named, tested, repaired, removed."""
