"""Views: the page of notifications, their settings, and the endpoints of their scripts."""
