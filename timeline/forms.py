"""The form for writing a post."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from accounts.models import User
from core import once, pictures
from core.forms.written import LinesField, OneLineField
from core.pictures import ACCEPT
from spaces.models import Space
from timeline.models import Post
from timeline.models.post import ALT_LENGTH, TEXT_LENGTH

LARGEST_ID = 2**63 - 1  # the largest primary key of the database


class PostForm(forms.Form):
    """The author must be able to see the Space whose card the post shows (`space`), and the post
    that it replies to (`reply_to`).
    """

    text = LinesField(
        max_length=TEXT_LENGTH,
        error_messages={
            "required": "Write something first.",
            "max_length": f"A post has at most {TEXT_LENGTH} characters, but this one has "
            "%(show_value)d.",
        },
    )
    image = forms.FileField(
        required=False, max_length=255, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    alt = OneLineField(max_length=ALT_LENGTH, required=False)
    once = forms.CharField(max_length=once.MAX_NAME_LENGTH, required=False)
    space = forms.RegexField(r"^[A-Za-z0-9]{1,10}$", required=False)
    reply_to = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.author = author

    def clean_image(self) -> "File[bytes] | None":
        """Check only the header of the picture; the worker decodes and re-encodes the picture."""
        upload: File[bytes] | None = self.cleaned_data["image"] or None
        if upload is not None:
            pictures.check(upload)
        return upload

    def clean_space(self) -> Space | None:
        public_id = self.cleaned_data["space"]
        if not public_id:
            return None
        space = Space.objects.visible_to(self.author).filter(public_id=public_id).first()
        if space is None:
            raise ValidationError("That Space no longer exists.")
        return space

    def clean_reply_to(self) -> Post | None:
        pk = self.cleaned_data["reply_to"]
        if not pk:
            return None
        post = Post.objects.published().visible_to(self.author).filter(pk=pk).first()
        if post is None:
            raise ValidationError("That post no longer exists.")
        return post
