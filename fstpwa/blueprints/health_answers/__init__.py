"""Health answers: what was answered, and correcting it."""
