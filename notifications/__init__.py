"""Notifications, their page, the badge with the number of unread notifications, and e-mails."""
