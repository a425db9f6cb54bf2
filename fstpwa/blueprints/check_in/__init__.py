"""The check-in of today and of past days."""
