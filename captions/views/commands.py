"""The commands about captions in a live Space (docs/protocol.md)."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from captions.actions import adjusting, captioners, voices
from captions.forms import AdjustmentForm, CaptionerForm, LineForm, VoiceForm
from spaces.models import Space
from spaces.permissions import Act
from spaces.views.commands import person_of
from spaces.views.decorators import cleaned, command

REQUESTS = "3/minute"
WRITING = "20/10 seconds"


@command(Act.LISTEN)  # people who have left the stage may turn their captions off, too
def voice(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(VoiceForm(request.POST))
    voices.choose(space, user=user, on=data["on"], has_recognition=data["has_recognition"])


@command(Act.MANAGE_CAPTIONS, rate=REQUESTS)
def ask(request: HttpRequest, space: Space, user: User) -> None:
    voices.request(space, by=user)


@command(Act.MANAGE_CAPTIONS)
def adjust(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(AdjustmentForm(request.POST))
    adjusting.adjust(space, language=data["language"], words=data["words"], by=user)


@command(Act.MANAGE_CAPTIONS)
def captioner(request: HttpRequest, space: Space, user: User, key: str) -> None:
    on = bool(cleaned(CaptionerForm(request.POST))["on"])
    captioners.let_write(space, user=person_of(key), on=on, by=user)


@command(Act.LISTEN, rate=WRITING)  # the action checks that the person is a captioner
def write(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(LineForm(request.POST))
    captioners.write(space, speaker=person_of(data["speaker"]), text=data["text"], by=user)
