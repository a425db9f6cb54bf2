"""The movement library: all movements, and one."""
