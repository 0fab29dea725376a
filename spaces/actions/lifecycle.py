"""Start a Space, edit its title and topics, and end it."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts import hosting
from accounts.models import User
from accounts.person_json import person
from core import shared_clock
from core.refusals import Refusal
from core.times import stamp
from spaces.actions.locks import lock_space, owned
from spaces.models import (
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
from spaces.room.events import Details, Ended, StageJoined
from spaces.room.publish import publish
from spaces.room.snapshot import topic_of
from spaces.signals import space_ended, space_went_live


class MayNotHost(Refusal):
    status = 403

    def __init__(self, eligibility: hosting.HostingEligibility) -> None:
        message = f"Hosting needs {eligibility.needed} followers; you have {eligibility.followers}."
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
    """Start a live Space, with the host on stage and muted. Raises MayNotHost or AlreadyLive."""
    if not hosting.may_host(host):
        raise MayNotHost(hosting.eligibility(host))
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
            Participant.objects.create(space=space, user=host, role=Role.HOST, seat=0)
            with owned(space):
                publish(
                    space,
                    StageJoined(person=person(host), role=Role.HOST, muted=True),
                    actor=host,
                )
            transaction.on_commit(lambda: space_went_live.send(Space, space=space))
            request_reconcile(space)
    except IntegrityError as error:
        running = Space.objects.live().filter(host=host).first()
        if running is None:
            raise
        raise AlreadyLive(running) from error
    return space


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
    """End the Space for everyone. Raises NotLive if it has already ended."""
    now = shared_clock.now()  # since it is compared with times that other processes wrote
    with lock_space(space):
        space.transition(State.ENDED, ended_at=now)
        space.invitations.all().delete()
        waiting = space.requests.filter(outcome=Outcome.OPEN)
        waiting.update(outcome=Outcome.CANCELLED, answered_at=now)
        cool_down.forget_networks(space)
        publish(space, Ended(at=stamp(now)), actor=by)
        transaction.on_commit(lambda: space_ended.send(Space, space=space))
        request_reconcile(space)
