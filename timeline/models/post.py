from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Block, User
from accounts.models.user import in_good_standing
from spaces.models import Space

TEXT_LENGTH = 280
ALT_LENGTH = 300


class PostState(models.TextChoices):
    """A post with a picture is published once the worker has redrawn that (timeline.publishing):
    preparing to published, or to failed; failed to published, without it."""

    PREPARING = "preparing"
    PUBLISHED = "published"
    FAILED = "failed"


class PostQuerySet(models.QuerySet["Post"]):
    def tops(self) -> "PostQuerySet":
        """Posts that answer nobody: what a feed lists."""
        return self.filter(reply_to=None)

    def published(self) -> "PostQuerySet":
        return self.filter(state=PostState.PUBLISHED)

    def visible_to(self, user: Any) -> "PostQuerySet":
        """Every post is public, save between two of whom one blocks the other; of who is suspended
        none is shown until that ends. Until it is published, only its author sees a post."""
        shown = self.filter(in_good_standing("author__"))
        if not isinstance(user, User):
            return shown.published()
        shown = shown.filter(Q(state=PostState.PUBLISHED) | Q(author=user))
        mine, theirs = Block.objects.filter(blocker=user), Block.objects.filter(blocked=user)
        return shown.exclude(author__in=mine.values("blocked")).exclude(
            author__in=theirs.values("blocker")
        )


class Post(models.Model):
    """What somebody wrote. Made, liked and deleted by the verbs in `timeline.posts` alone."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    text = models.CharField(max_length=TEXT_LENGTH)
    image = models.ImageField(upload_to="posts/", blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)
    state = models.CharField(
        max_length=10, choices=PostState.choices, default=PostState.PUBLISHED, editable=False
    )
    # While it is prepared: the name of what was uploaded (storage "uploads"), and until when a
    # worker has it in hand. Once that failed: why, for its author.
    upload = models.CharField(max_length=60, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=200, blank=True, editable=False)
    # One level: what is answered answers nobody itself; timeline.posts sees to it.
    reply_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    # The Space whose link the text carries: the post shows its card.
    space = models.ForeignKey(Space, models.SET_NULL, null=True, blank=True, related_name="posts")
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Moved with the rows they count, in the same transaction. A positive field is a check.
    like_count = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # A feed reads backwards by id, and so does each author's part of it.
            models.Index(
                fields=["author", "-id"], condition=Q(reply_to=None), name="posts_of_an_author"
            ),
            models.Index(fields=["-id"], condition=Q(reply_to=None), name="posts_newest_first"),
            models.Index(
                fields=["id"], condition=Q(state=PostState.PREPARING), name="posts_to_prepare"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PostState.PREPARING) & ~Q(upload="")
                | ~Q(state=PostState.PREPARING) & Q(upload=""),
                name="posts_preparing_have_an_upload",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("timeline:post", args=[self.author.handle, self.pk])

    @property
    def is_published(self) -> bool:
        return self.state == PostState.PUBLISHED

    @property
    def is_preparing(self) -> bool:
        return self.state == PostState.PREPARING

    @property
    def has_failed(self) -> bool:
        return self.state == PostState.FAILED
