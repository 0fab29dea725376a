"""Signals about people, for higher-level apps. A receiver should only call one function."""

from django.dispatch import Signal

# Sent after commit.
user_blocked = Signal()  # blocker, blocked
account_closed = Signal()  # user, whose account was closed by staff or waits for deletion
sessions_ended = Signal()  # no arguments; no code may depend on this signal, as it may be lost
# Sent immediately, so an exception in a receiver reaches the sender.
user_followed = Signal()  # follower, followed; sent when a person taps "Follow"
export_completed = Signal()  # export
