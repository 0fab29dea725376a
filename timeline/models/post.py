from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.models.block import no_block_between
from accounts.models.user import in_good_standing
from core.paths import path_of
from spaces.models import Space

TEXT_LENGTH = 280
ALT_LENGTH = 300


class PostState(models.TextChoices):
    """The publishing state of a post.

    A post with a picture is "preparing" until the worker has re-encoded the picture
    (timeline.publishing). Then the post is "published", or "failed" if the picture can't be used.
    The author can publish a failed post without the picture.
    """

    PREPARING = "preparing"
    PUBLISHED = "published"
    FAILED = "failed"


class PostQuerySet(models.QuerySet["Post"]):
    def top_level(self) -> "PostQuerySet":
        """Leave out replies."""
        return self.filter(reply_to=None)

    def published(self) -> "PostQuerySet":
        return self.filter(state=PostState.PUBLISHED)

    def visible_to(self, user: Any) -> "PostQuerySet":
        """Return the posts that this user may see.

        A post is public, with these exceptions. If one of two people blocks the other, neither sees
        the other's posts. Posts of closed accounts are hidden, and so are posts of suspended people
        until the suspension ends. Only the author sees an unpublished post.
        """
        shown = self.filter(in_good_standing("author__"))
        if not isinstance(user, User):
            return shown.published()
        shown = shown.filter(Q(state=PostState.PUBLISHED) | Q(author=user))
        return shown.filter(no_block_between(user, "author"))


class Post(models.Model):
    """A post. Use `timeline.posts` to create, like and delete posts, because counts change with
    them."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    text = models.CharField(max_length=TEXT_LENGTH)
    image = models.ImageField(upload_to="posts/", blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)
    state = models.CharField(
        max_length=10, choices=PostState.choices, default=PostState.PUBLISHED, editable=False
    )
    # While the post is preparing: the name of the uploaded file (in the storage "uploads"), and the
    # time until which a worker has claimed the post. After a failure: the reason that the author
    # is shown.
    upload = models.CharField(max_length=60, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=200, blank=True, editable=False)
    # A reply never refers to another reply: timeline.posts uses the top post instead.
    reply_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    # The Space whose card the post shows.
    space = models.ForeignKey(Space, models.SET_NULL, null=True, blank=True, related_name="posts")
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # The counts change in the same transaction as the rows that they count. PositiveIntegerField
    # adds a check constraint, so a count can't become negative.
    like_count = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # For the home feed and the posts of an author, which are read backwards by id.
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
        return path_of("timeline:post", self.author.handle, self.pk)

    @property
    def is_published(self) -> bool:
        return self.state == PostState.PUBLISHED

    @property
    def is_preparing(self) -> bool:
        return self.state == PostState.PREPARING

    @property
    def has_failed(self) -> bool:
        return self.state == PostState.FAILED
