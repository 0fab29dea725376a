"""Signals about decisions of the staff, for higher-level apps. They are sent after commit."""

from django.dispatch import Signal

user_suspended = Signal()  # user
