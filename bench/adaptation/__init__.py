"""A year of made-up people through the rules that adapt a plan."""
