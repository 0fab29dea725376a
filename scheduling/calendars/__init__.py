"""Scheduled Spaces in people's own calendars: files for one Space, and feeds to subscribe to.

Each Space is one event, even in a series, because each occurrence has its own page and can be moved
or cancelled alone. Its time is in UTC, so the file needs no definition of a time zone, and every
calendar shows it in the zone of its owner (docs/decisions/0022-one-event-for-each-space.md).
"""
