"""The programmes: all of them, and one."""
