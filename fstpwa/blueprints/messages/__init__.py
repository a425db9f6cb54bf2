"""Messages between a client and their therapists."""
