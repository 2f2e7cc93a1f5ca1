"""Orders and messages that nobody follows up: which they are, and reminders to sellers."""
