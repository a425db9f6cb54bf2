"""Draws the pictures of the movements. A maintainers' tool: the product needs only its results."""
