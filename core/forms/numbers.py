from django import forms


class WholeNumberField(forms.IntegerField):
    """A whole number; one message states both limits, whatever is wrong with the number."""

    def __init__(
        self, *, least: int, most: int, label: str | None = None, required: str = ""
    ) -> None:
        """`required` is the error if the field is empty; without it, the field is optional."""
        wrong = f"Enter a whole number from {least:,} to {most:,}."
        names = ("invalid", "min_value", "max_value")
        super().__init__(
            min_value=least,
            max_value=most,
            label=label,
            required=bool(required),
            error_messages={"required": required, **dict.fromkeys(names, wrong)},
        )
