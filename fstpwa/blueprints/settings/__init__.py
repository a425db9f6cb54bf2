"""You: name, time zone, country, language, the rhythm of sessions, own data."""
