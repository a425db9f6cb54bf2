"""What holds now, and what lifts it."""
