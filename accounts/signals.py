"""Signals about people, for higher-level apps. A receiver's body is one call."""

from django.dispatch import Signal

# Sent after commit.
user_blocked = Signal()  # blocker, blocked
account_closed = Signal()  # user: deactivated by staff, or on the way to deletion
sessions_ended = Signal()  # somebody's; nothing may depend on hearing of it
# Sent as it happens: what a receiver raises, whoever sends it meets.
user_followed = Signal()  # follower, followed: on the site, by tapping "Follow"
export_made = Signal()  # export
