"""What scripts ask for: JSON in, JSON out."""
