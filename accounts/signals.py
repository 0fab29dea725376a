"""Signals about people, for higher-level apps. A receiver should only call one function."""

from django.dispatch import Signal

# Sent after commit.
user_blocked = Signal()  # blocker, blocked
account_closed = Signal()  # user, whose account was closed by staff or is scheduled for deletion
# No arguments. The signal may be lost, so a receiver may only hasten what would happen anyway.
sessions_ended = Signal()
# Sent immediately, so an exception in a receiver reaches the sender.

# user, user_agent; sent when a person signs in with a browser for the first time, except on the
# first day of their account.
new_browser_signed_in = Signal()
user_followed = Signal()  # follower, followed; sent when a person taps "Follow"
export_completed = Signal()  # export
