"""Forms for the input of commands and pages."""

from typing import Any

from django import forms

from core.forms.written import OneLineField
from spaces.actions.removals import REASON_LENGTH as REMOVAL_REASON
from spaces.directory.search import MAX_QUERY_LENGTH
from spaces.models import Mood, Role, SpeakPolicy, Topic
from spaces.models.feedback import LINE_LENGTH as FEEDBACK_LINE
from spaces.models.message import MESSAGE_LENGTH
from spaces.models.request import REASON_LENGTH as REQUEST_REASON
from spaces.models.space import MAX_TOPICS, TITLE_LENGTH

SLOW_MODES = (0, 10, 30, 60)  # seconds between two messages of one person; 0 is off


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
    open_to_guests = forms.BooleanField(required=False)


class SearchForm(forms.Form):
    q = forms.CharField(max_length=MAX_QUERY_LENGTH, required=False)
    topic = forms.ModelChoiceField(Topic.objects.all(), to_field_name="slug", required=False)
    page = forms.IntegerField(min_value=1, max_value=1000, required=False)
    until = forms.IntegerField(min_value=1, max_value=1000, required=False)
    since = forms.FloatField(min_value=0, required=False)


class MessageForm(forms.Form):
    text = OneLineField(
        max_length=MESSAGE_LENGTH, error_messages={"required": "Write something first."}
    )


class SwitchField(forms.TypedChoiceField):
    """Accepts "true" or "false". A missing or different value is an error; it does not mean off."""

    def __init__(self) -> None:
        super().__init__(
            choices=[("true", "On"), ("false", "Off")], coerce=lambda value: value == "true"
        )


class MicrophoneForm(forms.Form):
    muted = SwitchField()


class LockForm(forms.Form):
    locked = SwitchField()


class MusicModeForm(forms.Form):
    on = SwitchField()


class OpenToGuestsForm(forms.Form):
    open = SwitchField()


class HandForm(forms.Form):
    raised = SwitchField()


class RequestForm(forms.Form):
    reason = OneLineField(max_length=REQUEST_REASON, required=False)


class InvitationForm(forms.Form):
    role = forms.TypedChoiceField(
        choices=[(Role.SPEAKER, "Speaker"), (Role.COHOST, "Co-host")],
        coerce=Role,
        required=False,
        empty_value=Role.SPEAKER,
    )


class RemovalForm(forms.Form):
    reason = OneLineField(max_length=REMOVAL_REASON, required=False)


class ChatModeForm(forms.Form):
    paused = SwitchField()
    slow_mode = forms.TypedChoiceField(choices=[(s, s) for s in SLOW_MODES], coerce=int)


class FeedbackForm(forms.Form):
    mood = forms.TypedChoiceField(choices=Mood.choices, coerce=Mood)
    line = OneLineField(max_length=FEEDBACK_LINE, required=False)
