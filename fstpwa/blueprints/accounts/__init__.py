"""Accounts: signing in and up, keeping what was tried, e-mail, password, devices."""
