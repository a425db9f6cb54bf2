"""A planned session: the player, and what can be done with it."""
