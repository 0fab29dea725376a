"""Start a Space, at once or as scheduled, edit its title and topics, and end it.

What happens when the host leaves or vanishes is decided in `spaces.actions.succession`.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts import hosting
from accounts.models import User
from accounts.person_json import person
from core import shared_clock
from core.refusals import Refusal
from core.times import stamp
from notifications import broadcasts
from spaces import kinds
from spaces.actions import invitations
from spaces.actions.locks import lock_scheduled, lock_space, owned
from spaces.models import (
    SEATS,
    Outcome,
    Participant,
    Role,
    Space,
    SpeakPolicy,
    State,
    Topic,
)
from spaces.room import cool_down
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.events import Details, Ended, StageAway, StageJoined
from spaces.room.publish import publish
from spaces.room.snapshot import topic_of
from spaces.signals import space_ended, space_went_live


class MayNotHost(Refusal):
    status = 403

    def __init__(
        self, eligibility: hosting.HostingEligibility, *, who_has: str = "you have"
    ) -> None:
        needed, followers = eligibility.needed, eligibility.followers
        message = f"Hosting needs {needed} followers; {who_has} {followers}."
        super().__init__("may_not_host", message)
        self.eligibility = eligibility


class AlreadyLive(Refusal):
    def __init__(self, space: Space) -> None:
        super().__init__("already_live", "You already host a live Space. End it to start another.")
        self.space = space


def start(
    *,
    host: User,
    title: str,
    topics: Iterable[Topic] = (),
    speak_policy: SpeakPolicy = SpeakPolicy.EVERYONE,
    open_to_guests: bool = False,
    soundscape: bool = False,
) -> Space:
    """Start a live Space, with the host on stage and muted. Raises MayNotHost if the hosting gate
    is closed for the host, and AlreadyLive if they host a live Space already."""
    require_hosting(host)
    try:
        with transaction.atomic():
            space = Space.objects.create(
                host=host,
                title=title,
                speak_policy=speak_policy,
                open_to_guests=open_to_guests,
                state=State.LIVE,
                started_at=shared_clock.now(),
                soundscape=soundscape,
            )
            space.topics.set(topics)
            with owned(space):
                _open_stage(space, host)
    except IntegrityError as error:
        raise _already_live(host, error) from error
    return space


def go_live(space: Space, *, by: User) -> None:
    """Start a scheduled Space, with `by` on stage and muted.

    If `by` is not the host, they are the host's substitute: the host's seat is kept for a moment,
    as if they had just lost their connection (`spaces.actions.succession`). Raises NotScheduled,
    AlreadyLive (if `by` hosts another Space), or MayNotHost (if the host may not host; it doesn't
    matter whether a substitute may).
    """
    try:
        with lock_scheduled(space):
            host, now = space.host, shared_clock.now()
            require_hosting(host, who_has="you have" if by == host else f"{host.name} has")
            is_substitute = by != host
            substitution = {"host": by, "host_before": host, "host_away_at": now}
            space.transition(State.LIVE, started_at=now, **(substitution if is_substitute else {}))
            _open_stage(space, by)
            if is_substitute:
                seat = SEATS[Role.COHOST][0]
                Participant.objects.create(
                    space=space, user=host, role=Role.COHOST, seat=seat, away_at=now
                )
                publish(space, StageJoined(person=person(host), role=Role.COHOST, muted=True))
                publish(space, StageAway(who=host.key, since=stamp(now)))
    except IntegrityError as error:
        raise _already_live(by, error) from error


def require_hosting(host: User, *, who_has: str = "you have") -> None:
    """Raise MayNotHost if the hosting gate is closed for this person."""
    if not hosting.may_host(host):
        raise MayNotHost(hosting.eligibility(host), who_has=who_has)


def _open_stage(space: Space, host: User) -> None:
    """Seat the host of a Space that starts. The caller must hold the Space's lock."""
    Participant.objects.create(space=space, user=host, role=Role.HOST, seat=0)
    publish(space, StageJoined(person=person(host), role=Role.HOST, muted=True), actor=host)
    if not space.soundscape:
        broadcasts.plan(kinds.WENT_LIVE, kinds.live_subject(space), shared_clock.now())
    transaction.on_commit(lambda: space_went_live.send(Space, space=space))
    request_reconcile(space)


def _already_live(host: User, error: IntegrityError) -> AlreadyLive:
    """Return the refusal for a second live Space of this host; raise any other error again."""
    running = Space.objects.live().filter(host=host).first()
    if running is None:
        raise error
    return AlreadyLive(running)


def edit_details(space: Space, *, by: User, title: str, topics: Iterable[Topic]) -> None:
    """Change title and topics. Idempotent."""
    with lock_space(space):
        if (space.title, set(space.topics.all())) == (title, set(topics)):
            return
        Space.objects.filter(pk=space.pk).update(title=title)
        space.topics.set(topics)
        publish(
            space,
            Details(title=title, topics=[topic_of(topic) for topic in space.topics.all()]),
            actor=by,
        )
    space.title = title


def end(space: Space, *, by: User | None) -> None:
    """End the Space for everyone. Raises NotLive if the Space is not live."""
    now = shared_clock.now()  # because `ended_at` is compared with times that other processes wrote
    with lock_space(space):
        space.transition(State.ENDED, ended_at=now)
        invitations.delete(space.invitations.all())
        waiting = space.requests.filter(outcome=Outcome.OPEN)
        waiting.update(outcome=Outcome.CANCELLED, answered_at=now)
        cool_down.forget_networks(space)
        publish(space, Ended(at=stamp(now)), actor=by)
        transaction.on_commit(lambda: space_ended.send(Space, space=space))
        request_reconcile(space)
