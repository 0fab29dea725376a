"""Commands for pinning a post in a Space, by its id or its link, and for unpinning it."""

from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.models import User
from core.refusals import Refusal
from spaces.models import Space
from spaces.permissions import Act
from spaces.views.decorators import cleaned, command
from timeline import pins
from timeline.models import Post
from timeline.refusals import Gone
from timeline.wording import post_of

LINK_LENGTH = 300


class PinForm(forms.Form):
    post = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    link = forms.CharField(required=False, max_length=LINK_LENGTH)


@command(Act.PIN, message="Pinned: everyone in the Space sees it", to_previous_page=True)
def pin(request: HttpRequest, space: Space, user: User) -> None:
    data: dict[str, Any] = cleaned(PinForm(request.POST))
    post_id = data["post"] or post_of(data["link"].strip())
    if not post_id:
        raise Refusal("bad_link", "Paste a link to a post.", status=400)
    post = Post.objects.visible_to(user).filter(pk=post_id).first()
    if post is None:
        raise Gone
    pins.pin(space, post=post, by=user)


@command(Act.LISTEN)
def unpin(request: HttpRequest, space: Space, user: User, post_id: int) -> None:
    pins.unpin(space, post_id=post_id, by=user)
