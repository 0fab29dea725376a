"""Signals about Spaces. Each is sent after the commit, with the argument `space`.

A receiver's body is one call.
"""

from django.dispatch import Signal

space_went_live = Signal()
space_ended = Signal()
stage_changed = Signal()
host_changed = Signal()
# Of Spaces that have not started; the app that schedules them sends these.
space_rescheduled = Signal()  # anything that pages show of it has changed
space_cancelled = Signal()
