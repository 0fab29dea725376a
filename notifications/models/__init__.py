"""What people are notified of. Each model has its own file."""

from notifications.models.notification import TEXT_LENGTH, Notification

__all__ = ["TEXT_LENGTH", "Notification"]
