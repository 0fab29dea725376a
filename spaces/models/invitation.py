from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models.participant import Role
from spaces.models.space import Space


class Invitation(models.Model):
    """An open invitation to the stage. It is deleted when it is accepted, declined or withdrawn,
    when the person is removed, and when the Space ends."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.label) for role in (Role.COHOST, Role.SPEAKER)],
        default=Role.SPEAKER,
    )
    accepts_request = models.BooleanField(default=False)  # the person had asked to speak
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="one_open_invitation")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) in {self.space}"
