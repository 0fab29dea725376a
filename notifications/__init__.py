"""Notifications: creating them, and the channels by which they reach people."""
