"""Signals about Spaces. Each is sent after the commit, with the argument `space`.

A receiver's body is one call.
"""

from django.dispatch import Signal

space_went_live = Signal()
space_ended = Signal()
stage_changed = Signal()
host_changed = Signal()
# About Spaces that have not started, sent by the app that schedules them.
space_rescheduled = Signal()  # something that pages show about the Space has changed
space_cancelled = Signal()
