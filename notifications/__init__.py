"""Notifications: their page and the badge with the number of unread ones, e-mails, push messages,
and the settings of all these.

How a new notification reaches an open page is described in
`spaces.directory.live_updates.notifications`.
"""
