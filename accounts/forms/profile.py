from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from accounts import avatars
from accounts.models import User
from core import pictures
from core.forms.wording import Reworded
from core.forms.written import LinesField, OneLineField


class ProfileForm(Reworded, forms.ModelForm):  # type: ignore[type-arg]
    """The form for a person's own profile.

    `upload` is a FileField, not an ImageField, because `accounts.avatars` decodes and re-encodes
    the picture. Validation waits a few seconds while other pictures are being decoded, and
    then raises `pictures.Busy`.
    """

    upload = forms.FileField(
        label=_("Picture"),
        required=False,
        max_length=255,
        help_text=_("JPEG, PNG, WebP or GIF, up to 8 MB. It will be cropped to a square."),
        error_messages={"empty": _("That file is empty. Choose another file.")},
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
    )
    name = OneLineField(
        label=_("Name"),
        max_length=50,
        required=False,
        help_text=_("Shown to other people. If you leave it empty, they see your handle."),
    )
    bio = LinesField(
        label=_("Bio"), max_length=160, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    remove_picture = forms.BooleanField(label=_("Remove my picture"), required=False)
    field_order = ("upload", "remove_picture", "name", "bio")

    class Meta:
        model = User
        fields = ("name", "bio")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.picture:
            del self.fields["remove_picture"]

    def clean(self) -> dict[str, Any]:
        """Decode the picture last, and only if all other fields are valid."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        upload = data.pop("upload", None)
        self.picture: ContentFile[bytes] | None = None
        if upload and not self.errors:
            try:
                self.picture = avatars.reencode(upload)
            except ValidationError as error:
                self.add_error("upload", error)
        return data

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        if self.picture is not None:
            avatars.set_picture(user, self.picture)
        elif self.cleaned_data.get("remove_picture"):
            avatars.remove_picture(user)
        return user
