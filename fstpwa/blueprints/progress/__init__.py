"""Progress: good days, felt stiffness, and everything that was recorded."""
