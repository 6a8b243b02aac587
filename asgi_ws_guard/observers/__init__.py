"""Who listens to events. Each imports nothing of the guard but the events."""
