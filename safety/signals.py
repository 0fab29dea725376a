"""Signals about decisions of the staff, for higher-level apps; sent after commit."""

from django.dispatch import Signal

user_suspended = Signal()  # user
