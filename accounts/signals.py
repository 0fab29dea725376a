"""What upper apps may hear of people; sent after commit. A receiver's body is one call."""

from django.dispatch import Signal

user_blocked = Signal()  # blocker, blocked
user_suspended = Signal()  # user
account_closed = Signal()  # user: deactivated by staff, or on the way to deletion
sessions_ended = Signal()  # somebody's; nothing may depend on hearing of it
