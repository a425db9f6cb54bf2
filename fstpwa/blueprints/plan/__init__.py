"""Choosing a programme, its days, pausing and stopping."""
