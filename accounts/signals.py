"""Signals about people, for higher-level apps. A receiver should contain a single call."""

from django.dispatch import Signal

# Sent after commit.
user_blocked = Signal()  # blocker, blocked
account_closed = Signal()  # user: closed by staff, or waiting for deletion
sessions_ended = Signal()  # no arguments; it may be lost, so nothing may depend on it
# Sent immediately: an exception in a receiver reaches the sender.
user_followed = Signal()  # follower, followed: somebody tapped "Follow" on the site
export_made = Signal()  # export
