"""/reminders: times, devices, answers, and whether they arrive."""
