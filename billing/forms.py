"""Forms about tickets. Amounts are text in the offer's currency, and become minor units here."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from billing.actions.discounting import MAX_USES, Discount
from billing.actions.offering import Terms
from billing.countries import COUNTRIES
from billing.currencies import CURRENCIES, Currency, InvalidAmount
from billing.models import Offer
from billing.models.discount_code import MAX_LENGTH, MIN_LENGTH
from billing.models.offer import MAX_QUANTITY
from billing.models.refund import REASON_LENGTH
from billing.models.reservation import MAX_TICKETS
from billing.refusals import UNKNOWN_CODE
from core import once
from core.forms.numbers import WholeNumberField
from core.forms.written import OneLineField

NO_TIME = "Enter a date and a time."
MAX_TYPED = 100  # characters that people may type as a code, with spaces and mistakes


class MomentField(forms.DateTimeField):
    """A date and time in the local time of `zone`."""

    zone: ZoneInfo

    def __init__(self) -> None:
        super().__init__(
            required=False,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={"invalid": NO_TIME},
        )

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)


class OfferForm(forms.Form):
    currency = forms.ChoiceField(
        choices=[
            (code, f"{code.upper()} ({currency.symbol.strip()})")
            for code, currency in CURRENCIES.items()
        ],
        label="Currency",
    )
    price = forms.CharField(
        max_length=12, label="Price", error_messages={"required": "Enter a price."}
    )
    quantity = WholeNumberField(
        least=1,
        most=MAX_QUANTITY,
        label="How many tickets",
        required="Say how many tickets there are.",
    )
    early_price = forms.CharField(max_length=12, required=False, label="Early price")
    early_until = MomentField()
    early_quantity = WholeNumberField(least=1, most=MAX_QUANTITY)
    sales_end = MomentField()
    allows_preview = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(data, **more)
        for name in ("early_until", "sales_end"):
            field = self.fields[name]
            assert isinstance(field, MomentField)  # noqa: S101 - for the type checker
            field.zone = zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        currency = CURRENCIES.get(data.get("currency", ""))
        for name in ("price", "early_price"):
            if currency is None or not data.get(name):
                continue
            try:
                data[name] = currency.parse(data[name])
            except InvalidAmount as refusal:
                self.add_error(name, refusal.message)
        for name in ("early_until", "sales_end"):
            at = data.get(name)
            if at and name in self.changed_data and at <= timezone.now():
                self.add_error(name, "This time has passed. Choose a later one.")
        has_limit = data.get("early_until") or data.get("early_quantity")
        if has_limit and not data.get("early_price") and "early_price" not in self.errors:
            self.add_error("early_price", "Enter the early price, or empty the fields below.")
        return data

    def terms(self) -> Terms:
        data = self.cleaned_data
        has_early = bool(data["early_price"])
        return Terms(
            currency=data["currency"],
            price=data["price"],
            quantity=data["quantity"],
            sales_end=data["sales_end"],
            early_price=data["early_price"] or None,
            early_until=data["early_until"] if has_early else None,
            early_quantity=data["early_quantity"] if has_early else None,
            allows_preview=data["allows_preview"],
        )


def shown(offer: Offer) -> dict[str, Any]:
    """Return the values with which the form shows an existing offer."""
    currency = CURRENCIES[offer.currency]
    early = offer.early_price
    return {
        "currency": offer.currency,
        "price": currency.plain(offer.price),
        "quantity": offer.quantity,
        "early_price": "" if early is None else currency.plain(early),
        "early_until": offer.early_until,
        "early_quantity": offer.early_quantity,
        "sales_end": offer.sales_end,
        "allows_preview": offer.allows_preview,
    }


class DiscountForm(forms.Form):
    """A new discount code; `value` is a percentage, or an amount in the offer's currency."""

    code = forms.CharField(
        max_length=MAX_TYPED,
        label="Code",
        help_text=f"{MIN_LENGTH} to {MAX_LENGTH} letters, digits or hyphens. "
        "Upper and lower case are the same.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": "Enter the word that people will type."},
    )
    kind = forms.ChoiceField(
        choices=[("percent", "Percent"), ("amount", "Amount")],
        initial="percent",
        widget=forms.RadioSelect,
        label="What it takes off",
        error_messages={
            "required": "Choose percent or amount.",
            "invalid_choice": "Choose percent or amount.",
        },
    )
    value = forms.CharField(
        max_length=12,
        label="How much",
        help_text="Off the price of each ticket, and off the early price, too.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Say how much the code takes off."},
    )
    max_uses = WholeNumberField(least=1, most=MAX_USES)
    expires_at = MomentField()

    def __init__(
        self, data: Any = None, *, zone: ZoneInfo, currency: Currency, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.currency = currency
        expiry, kind = self.fields["expires_at"], self.fields["kind"]
        assert isinstance(expiry, MomentField)  # noqa: S101 - for the type checker
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - for the type checker
        expiry.zone = zone
        kind.choices = [("percent", "Percent"), ("amount", f"Amount ({currency.code.upper()})")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("value")
        if not text or "kind" not in data:
            return data
        if data["kind"] == "amount":
            try:
                data["amount"] = self.currency.parse_discount(text)
            except InvalidAmount as refusal:
                self.add_error("value", refusal.message)
        elif match := re.fullmatch(r"(\d{1,3})\s*%?", text.strip(), re.ASCII):
            data["percent"] = int(match[1])
        else:
            self.add_error("value", "Enter a whole number of percent from 1 to 100.")
        return data

    def discount(self) -> Discount:
        data = self.cleaned_data
        return Discount(
            code=data["code"],
            percent=data.get("percent"),
            amount=data.get("amount"),
            max_uses=data["max_uses"],
            expires_at=data["expires_at"],
        )


class CodeForm(forms.Form):
    """The code that a buyer types."""

    code = forms.CharField(
        max_length=MAX_TYPED, required=False, error_messages={"max_length": UNKNOWN_CODE}
    )


class BuyForm(CodeForm):
    quantity = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(1, MAX_TICKETS + 1)],
        coerce=int,
        initial=1,
        error_messages={
            "required": "Choose how many tickets you want.",
            "invalid_choice": "Choose how many tickets you want.",
        },
    )
    # The price that the page showed. It is only compared with the price to pay, which is computed
    # from the offer and the code.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Identifies this form, so that a double tap does not take free tickets twice.
    once = forms.CharField(max_length=once.MAX_NAME_LENGTH, required=False)


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        choices=[
            ("", "Choose a country"),
            *((code, name) for code, (name, _currency) in COUNTRIES.items()),
        ],
        label="Where do you live, or where is your company?",
        error_messages={
            "required": "Choose your country.",
            "invalid_choice": "Choose a country from the list.",
        },
    )


class RefundForm(forms.Form):
    reason = OneLineField(
        max_length=REASON_LENGTH,
        label="Reason",
        help_text="The buyer and the holder of the ticket can read it.",
        error_messages={"required": "Say why, so that the person understands."},
    )
