import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.models.block import no_block_between
from accounts.models.user import in_good_standing
from core.paths import path_of
from spaces.models.topic import Topic

TITLE_LENGTH = 70
DESCRIPTION_LENGTH = 500
MAX_TOPICS = 3


class State(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"


class SpeakPolicy(models.TextChoices):
    EVERYONE = "everyone", "Everyone may ask"
    FOLLOWED = "followed", "People I follow"
    INVITED = "invited", "Only people I invite"


# The states that may follow each state. States that are not keys are final.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.SCHEDULED: frozenset({State.LIVE, State.CANCELLED}),
    State.LIVE: frozenset({State.ENDED}),
}


class InvalidTransition(Exception):
    """The new state can't follow the current one, for example because another action was faster."""


def new_public_id() -> str:
    """Return about 60 random bits as text, which can't be guessed but can be read out."""
    return secrets.token_urlsafe(8)[:10].replace("-", "a").replace("_", "b")


class SpaceQuerySet(models.QuerySet["Space"]):
    def live(self) -> "SpaceQuerySet":
        return self.filter(state=State.LIVE)

    def scheduled(self) -> "SpaceQuerySet":
        return self.filter(state=State.SCHEDULED)

    def not_cancelled(self) -> "SpaceQuerySet":
        return self.exclude(state=State.CANCELLED)

    def visible_to(self, user: Any) -> "SpaceQuerySet":
        """Return the Spaces that lists show to `user`: without cancelled ones."""
        return self.not_cancelled().with_host_visible_to(user)

    def with_host_visible_to(self, user: Any) -> "SpaceQuerySet":
        """Exclude Spaces whose host's account is closed or suspended, and Spaces with a block
        between the host and `user`."""
        shown = self.filter(in_good_standing("host__"))
        if not isinstance(user, User):
            return shown
        return shown.filter(no_block_between(user, "host"))

    def with_on_stage(self, user: Any) -> "SpaceQuerySet":
        """Return the live Spaces with `user` on stage."""
        return self.live().filter(participants__user=user, participants__left_at__isnull=True)


class Space(models.Model):
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="spaces")
    title = models.CharField(max_length=TITLE_LENGTH)
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="spaces")
    speak_policy = models.CharField(
        max_length=10, choices=SpeakPolicy.choices, default=SpeakPolicy.EVERYONE
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    created_at = models.DateTimeField(default=timezone.now)
    # The planned start of a Space that was scheduled; null if it was started at once.
    starts_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # When the host lost their connection (`spaces.actions.succession`). While there is a
    # substitute: when the former host lost theirs, or `started_at` if the substitute started it.
    host_away_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the Space will end if the host does not return, as published to the room.
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The former host, while the current host is their substitute. They become host again if they
    # return in time.
    host_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Anyone with the link may listen without an account, as a guest.
    open_to_guests = models.BooleanField(default=False)
    microphones_locked = models.BooleanField(default=False)
    # Stereo at full quality, without voice processing: see audio/mixing/streams.py.
    music_mode = models.BooleanField(default=False)
    chat_paused = models.BooleanField(default=False)
    # Seconds between two messages of one person; 0 is off.
    slow_mode = models.PositiveSmallIntegerField(default=0)
    # The number of durable events. Each event's transaction increments it.
    revision = models.PositiveIntegerField(default=0, editable=False)
    # The number of changes, before the start, of what pages show. Open pages with an older number
    # fetch the Space again.
    edits = models.PositiveIntegerField(default=0, editable=False)
    # A generated sound plays in the room (in the demo's live Space).
    soundscape = models.BooleanField(default=False, editable=False)

    # Attributes of this object that are not stored; only spaces/actions/locks.py sets them.
    locks_held = 0
    confirm: Callable[[], None] | None = None  # called once by the next lock

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=Q(state=State.LIVE), name="one_live_space_per_host"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED)
                | Q(starts_at__isnull=False, started_at__isnull=True, ended_at__isnull=True),
                name="scheduled_has_a_time_and_not_started",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.LIVE) | Q(started_at__isnull=False, ended_at__isnull=True),
                name="live_has_started_and_not_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ENDED)
                | Q(started_at__isnull=False, ended_at__isnull=False),
                name="ended_has_started_and_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="ended_after_started",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-started_at"]),
            models.Index(
                fields=["starts_at"],
                condition=Q(state=State.SCHEDULED),
                name="scheduled_by_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return path_of("spaces:space", self.public_id)

    @property
    def is_scheduled(self) -> bool:
        return self.state == State.SCHEDULED

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED

    @property
    def is_live(self) -> bool:
        return self.state == State.LIVE

    @property
    def is_ended(self) -> bool:
        return self.state == State.ENDED

    @property
    def was_started_by_substitute(self) -> bool:
        """Whether a co-host started the Space, and its host may still come and take over."""
        return self.host_before_id is not None and self.host_away_at == self.started_at

    @property
    def duration(self) -> timedelta:
        """How long the Space has lasted; zero if it has not started."""
        if self.started_at is None:
            return timedelta()
        return (self.ended_at or timezone.now()) - self.started_at

    def transition(self, to: State, **stamps: Any) -> None:
        """Change the state and the fields in `stamps`, in one conditional UPDATE. Raises
        InvalidTransition if the current state doesn't allow it."""
        sources = [state for state, targets in TRANSITIONS.items() if to in targets]
        moved = Space.objects.filter(pk=self.pk, state__in=sources).update(state=to, **stamps)
        if not moved:
            raise InvalidTransition(f"{self.public_id} cannot become {to}")
        self.refresh_from_db()
