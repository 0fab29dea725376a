from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms.wording import Reworded


class DeleteAccountForm(Reworded, forms.Form):
    handle = forms.CharField(
        label=_("Your handle"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.fields["handle"].help_text = _("Type @%(handle)s to confirm.") % {
            "handle": owner.handle
        }

    def clean_handle(self) -> str:
        handle = str(self.cleaned_data["handle"]).removeprefix("@")
        if handle.lower() != self.owner.handle.lower():
            raise forms.ValidationError(
                _("That is not your handle. Type @%(handle)s."),
                code="other_handle",
                params={"handle": self.owner.handle},
            )
        return handle
