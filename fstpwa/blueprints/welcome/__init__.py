"""Onboarding: what brings somebody, the tick-lists, a programme to begin with; and again later."""
