"""Signals about notifications, for higher-level apps. A receiver should only call one function."""

from django.dispatch import Signal

# Sent after commit, when a notification appears on a person's page. It may be lost.
notification_created = Signal()  # user_id, text, url, kind
# Sent when a person has opened the page of notifications. It may be lost.
notifications_read = Signal()  # user_id
