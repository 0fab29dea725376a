"""Views: the page of notifications, and its scripts' endpoints."""
