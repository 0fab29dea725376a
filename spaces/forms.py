"""What people may write about a Space, and how long."""

import unicodedata
from typing import Any

from django import forms

from spaces.models import SpeakPolicy, Topic
from spaces.models.message import MESSAGE_LENGTH
from spaces.models.space import MAX_TOPICS, TITLE_LENGTH


class OneLineField(forms.CharField):
    """Text without control characters or line ends, stripped, spaces made one."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        visible = ("".join(c if unicodedata.category(c) != "Cc" else " " for c in text)).split()
        return " ".join(visible)


class DetailsForm(forms.Form):
    title = OneLineField(
        max_length=TITLE_LENGTH, error_messages={"required": "Say what the Space is about."}
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_topics(self) -> Any:
        topics = self.cleaned_data["topics"]
        if len(topics) > MAX_TOPICS:
            raise forms.ValidationError(f"Pick {MAX_TOPICS} topics at most.")
        return topics


class StartForm(DetailsForm):
    speak_policy = forms.ChoiceField(
        choices=SpeakPolicy.choices, initial=SpeakPolicy.EVERYONE, widget=forms.RadioSelect
    )


class MessageForm(forms.Form):
    text = OneLineField(
        max_length=MESSAGE_LENGTH, error_messages={"required": "Write something first."}
    )


class MicrophoneForm(forms.Form):
    muted = forms.TypedChoiceField(
        choices=[("true", "Muted"), ("false", "On")], coerce=lambda value: value == "true"
    )
