"""The form for writing a post: empty, for a reply, or with the card of a Space."""

from dataclasses import dataclass, field
from functools import cache

from django.utils.safestring import SafeString

from accounts.models import User
from core import once
from spaces.directory.cards import Card, cards_of
from spaces.models import Space
from timeline.forms import PostForm
from timeline.models import TEXT_LENGTH, Post


@dataclass(frozen=True)
class Composer:
    form: PostForm
    card: Card | None = None
    reply_to: Post | None = None
    max_length: int = TEXT_LENGTH
    # Identifies this form, so that submitting it twice creates one post (core.once).
    name: str = field(default_factory=once.new_name)

    @property
    def picture_input(self) -> SafeString:
        return _picture_input(self.form) if self.form.is_bound else _empty_picture_input()


def empty(author: User, *, reply_to: Post | None = None) -> Composer:
    initial = {"reply_to": reply_to.pk} if reply_to else {}
    return Composer(PostForm(author=author, initial=initial), reply_to=reply_to)


def sharing(author: User, public_id: str) -> Composer:
    """Return a composer that shares a Space, with a suggested text.

    If the author can't see a Space with this id, return an empty composer.
    """
    space = _space(author, public_id)
    if space is None:
        return empty(author)
    text = suggested_text(space, author)
    form = PostForm(author=author, initial={"text": text, "space": space.public_id})
    return Composer(form, card=cards_of([space.pk], author).get(space.pk))


def with_errors(form: PostForm) -> Composer:
    """Return a composer that shows a refused form again, with its input and its errors."""
    space = _space(form.author, str(form.data.get("space", "")))
    reply_to = None if "reply_to" in form.errors else form.cleaned_data.get("reply_to")
    card = cards_of([space.pk], form.author).get(space.pk) if space else None
    return Composer(form, card=card, reply_to=reply_to)


def suggested_text(space: Space, author: User) -> str:
    """Return the suggested text of a post that shares the Space."""
    if not space.is_live:
        return f"“{space.title}”, a Space by @{space.host.handle}."
    if space.host == author:
        return f"I am live: “{space.title}”. Come and listen."
    return f"Listening to “{space.title}”. Come along."


def _picture_input(form: PostForm) -> SafeString:
    return form["image"].as_widget()


@cache
def _empty_picture_input() -> SafeString:
    """Return the input of a form that nobody has sent yet. Django renders an input with templates
    of its own, which takes as long as a query."""
    return _picture_input(PostForm(author=User()))


def _space(author: User, public_id: str) -> Space | None:
    if not (public_id.isascii() and public_id.isalnum()):
        return None
    visible = Space.objects.visible_to(author).select_related("host")
    return visible.filter(public_id=public_id).first()
