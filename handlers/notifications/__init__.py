"""Notifications: from the log of events to the listeners, at least once and in order."""
