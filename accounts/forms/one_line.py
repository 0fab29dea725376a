"""A line that people write and others read: a name, a title, a message."""

import unicodedata
from typing import Any

from django import forms

# Embeddings, overrides and isolates (UAX #9): they turn around what stands beside them. The marks
# that right-to-left scripts need (LRM, RLM, ALM), and the joiners of emoji, stay.
DIRECTION_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters by their category, and blank


class OneLineField(forms.CharField):
    """Text without control characters or line ends, stripped, spaces made one, accents composed.

    What nobody could see is no text: only spaces, joiners and fillers read as empty.
    """

    default_error_messages = {
        "max_length": "That is too long: %(show_value)d letters, and %(limit_value)d fit."
    }

    def to_python(self, value: Any) -> str:
        whole = unicodedata.normalize("NFC", str(super().to_python(value) or ""))
        text = whole.translate(DIRECTION_CONTROLS)
        visible = "".join(c if unicodedata.category(c) != "Cc" else " " for c in text)
        line = " ".join(visible.split())
        return line if any(map(_can_be_seen, line)) else ""


def _can_be_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZ" and char not in FILLERS
