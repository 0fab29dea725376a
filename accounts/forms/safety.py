from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.report import TEXT_LENGTH


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Your appeal"),
        max_length=TEXT_LENGTH,
        help_text=_("Say what the staff should know. A person reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
