"""What higher-level apps may hear of the staff's decisions; sent after commit."""

from django.dispatch import Signal

user_suspended = Signal()  # user
