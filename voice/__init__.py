"""Maintainers' tool: records every line that a session can say; see README.md."""
