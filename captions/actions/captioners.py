"""People who write the captions of a Space, and what they write."""

from accounts.models import User
from accounts.person_json import person
from captions.actions import lines
from captions.events import CaptionerChanged
from captions.models import Captioner, Line
from captions.sources import CAPTIONER
from core import shared_clock
from core.refusals import Refusal
from spaces import admission
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.room.publish import publish
from spaces.viewer import Viewer

MAX_CAPTIONERS = 4


def let_write(space: Space, *, user: User, on: bool, by: User) -> None:
    """Let a person write captions, or take this right away. Idempotent.

    Raises NotAdmitted for a person who may not be in the Space, and Refusal if there are
    MAX_CAPTIONERS others.
    """
    with lock_space(space):
        found = Captioner.objects.filter(space=space, user=user)
        if found.exists() == on:
            return
        if on:
            admission.require(space, Viewer(user))
            if space.captioners.count() >= MAX_CAPTIONERS:
                message = f"{MAX_CAPTIONERS} people write captions already."
                raise Refusal("too_many_captioners", message)
            Captioner.objects.create(space=space, user=user)
        else:
            found.delete()
        event = CaptionerChanged(who=user.key, person=person(user), on=on, by=by.key)
        publish(space, event, actor=by)


def write(space: Space, *, speaker: User, text: str, by: User) -> Line:
    """Add what a speaker said, as the captioner `by` wrote it.

    Raises Refusal if `by` is not a captioner, and NotCaptioned if the speaker didn't agree.
    """
    with lock_space(space):
        if not Captioner.objects.filter(space=space, user=by).exists():
            raise Refusal("not_captioner", "Only captioners can write captions.", status=403)
        now = shared_clock.now()
        return lines.add(
            space,
            speaker=speaker,
            text=text,
            source=CAPTIONER,
            started_at=now,
            ended_at=now,
            captioner=by,
        )
