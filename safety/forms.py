from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.wording import Reworded
from core.forms.written import LinesField
from safety.models.report import TEXT_LENGTH, Reason


class AppealForm(Reworded, forms.Form):
    text = LinesField(
        label=_("Your appeal"),
        max_length=TEXT_LENGTH,
        help_text=_("Tell the staff what they should know. A person will read it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReportForm(Reworded, forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"), choices=Reason.choices, widget=forms.RadioSelect
    )
    text = LinesField(
        label=_("Anything to add?"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("What happened, and when? You can leave this empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
