"""Forms for the input of commands."""

from django import forms

from captions.models import LINE_LENGTH
from core.forms.written import OneLineField
from spaces.forms import SwitchField


class VoiceForm(forms.Form):
    on = SwitchField()
    # Whether the speaker's browser recognises speech on their device.
    has_recognition = forms.BooleanField(required=False)


class CaptionerForm(forms.Form):
    on = SwitchField()


class LineForm(forms.Form):
    speaker = forms.CharField(max_length=30)
    text = OneLineField(
        max_length=LINE_LENGTH, error_messages={"required": "Write something first."}
    )
