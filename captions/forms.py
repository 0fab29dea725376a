"""Forms for the input of commands."""

import re
from typing import Any

from django import forms

from captions.languages import LANGUAGES
from captions.models import LINE_LENGTH
from core.forms.written import LinesField, OneLineField
from spaces.forms import SwitchField

MAX_WORDS = 50
WORD_LENGTH = 40  # characters


class VoiceForm(forms.Form):
    on = SwitchField()
    # Whether the speaker's browser recognizes speech on their device.
    has_recognition = forms.BooleanField(required=False)


class CaptionerForm(forms.Form):
    on = SwitchField()


class AdjustmentForm(forms.Form):
    """`words` are separated by commas or line breaks."""

    language = forms.ChoiceField(
        choices=[("", "Detect it"), *LANGUAGES.items()], required=False, label="Language"
    )
    words = LinesField(max_length=MAX_WORDS * (WORD_LENGTH + 2), required=False)

    def clean_words(self) -> list[str]:
        entries = re.split(r"[,\n]", self.cleaned_data["words"])
        words = list(dict.fromkeys(word for each in entries if (word := each.strip())))
        if len(words) > MAX_WORDS:
            raise forms.ValidationError(f"{MAX_WORDS} words at most.")
        if any(len(word) > WORD_LENGTH for word in words):
            raise forms.ValidationError(f"A word has at most {WORD_LENGTH} characters.")
        return words


class LineForm(forms.Form):
    speaker = forms.CharField(max_length=30)
    text = OneLineField(
        max_length=LINE_LENGTH, error_messages={"required": "Write something first."}
    )


class EditForm(forms.Form):
    text = OneLineField(
        max_length=LINE_LENGTH,
        error_messages={"required": "Write something, or delete the line."},
    )


class KeepForm(forms.Form):
    CHOICES = [
        ("30", "30 days"),
        ("7", "7 days"),
        ("0", "Delete it when the Space ends"),
        ("longest", "As long as possible"),
    ]
    days = forms.ChoiceField(choices=CHOICES)

    @staticmethod
    def days_of(data: dict[str, object]) -> int | None:
        return None if data["days"] == "longest" else int(str(data["days"]))


class SearchForm(forms.Form):
    q = OneLineField(max_length=100, required=False)
    speaker = forms.RegexField(r"u[0-9]{1,18}", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        # "from" is a keyword in Python.
        self.fields["from"] = forms.IntegerField(min_value=1, max_value=2**62, required=False)
