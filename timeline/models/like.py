from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from timeline.models.post import Post


class Like(models.Model):
    """A like of a post by a person; at most one per post and person."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "post"], name="like_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} likes {self.post_id}"
