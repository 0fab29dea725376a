"""Signals about Spaces, for higher-level apps; sent after commit. A receiver's body is one call."""

from django.dispatch import Signal

space_went_live = Signal()  # space
space_ended = Signal()  # space
stage_changed = Signal()  # space
host_changed = Signal()  # space
