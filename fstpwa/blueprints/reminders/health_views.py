"""For who runs this Good Days: whether reminders arrive."""
