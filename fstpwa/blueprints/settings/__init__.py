"""You: name, time zone, country, the rhythm of sessions."""
