"""Keeping people safe: what they report, what the staff do about it, and the log of that."""
