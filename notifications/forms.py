"""Forms of the notifications' pages and scripts."""

import re
from base64 import urlsafe_b64decode
from datetime import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import time_zones
from core.forms.wording import Reworded
from notifications.models import Digest, NotificationSettings
from notifications.push import hosts

EVENING, MORNING = time(22), time(7)  # suggested quiet hours

BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
AUTH_LENGTH = 16  # bytes (RFC 8291, section 3.2)


class _TimeField(forms.TimeField):
    """A time of the day, chosen in hours and minutes."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        message = _("Enter a time like 22:00.")
        super().__init__(
            widget=widget, required=False, error_messages={"invalid": message}, **options
        )


class SettingsForm(Reworded, forms.ModelForm):  # type: ignore[type-arg]
    """Quiet hours, the time zone and the digest. The view reads the choices for each kind."""

    zone = forms.ChoiceField(
        label=_("Your time zone"),
        help_text=_("For quiet hours, the digest, and times in e-mails."),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )
    is_quiet = forms.BooleanField(label=_("Quiet hours"), required=False)
    quiet_from = _TimeField(label=_("From"))
    quiet_until = _TimeField(label=_("Until"))
    digest = forms.ChoiceField(
        label=_("Digest"),
        choices=Digest.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose how often.")},
    )

    class Meta:
        model = NotificationSettings
        fields = ("zone", "quiet_from", "quiet_until", "digest")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved: NotificationSettings = self.instance
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - for the type checker
        zone.choices = _zones(saved.zone)
        self.initial["zone"] = saved.zone or "UTC"
        self.initial["is_quiet"] = saved.quiet_from is not None
        self.initial["quiet_from"] = saved.quiet_from or EVENING
        self.initial["quiet_until"] = saved.quiet_until or MORNING

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("is_quiet"):
            data["quiet_from"] = data["quiet_until"] = None
            for name in ("quiet_from", "quiet_until"):
                self.errors.pop(name, None)
        elif "quiet_from" in data and "quiet_until" in data:
            for name in ("quiet_from", "quiet_until"):
                if data[name] is None:
                    self.add_error(name, _("Enter a time, or turn quiet hours off."))
            if data.get("quiet_from") and data.get("quiet_from") == data.get("quiet_until"):
                self.add_error("quiet_until", _("Quiet hours have to end at another time."))
        return data


def _zones(saved: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the zones to choose from, and the saved one if it is not among them."""
    groups = time_zones.choices(timezone.now())
    names = {name for _region, zones in groups for name, _label in zones}
    if saved and saved not in names:
        groups.append((str(_("Saved")), [(saved, time_zones.label(saved, timezone.now()))]))
    return groups


class PushSubscriptionForm(forms.Form):
    """A browser's push subscription: the endpoint and the keys that `PushSubscription.toJSON()`
    returns, and the endpoint of the subscription that it replaces, if any."""

    endpoint = forms.CharField(max_length=hosts.MAX_LENGTH)
    p256dh = forms.CharField(max_length=88)
    auth = forms.CharField(max_length=24)
    replaces = forms.CharField(max_length=hosts.MAX_LENGTH, required=False)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        try:
            hosts.require_allowed(endpoint)
        except hosts.NotAllowed as error:
            raise ValidationError(
                _("This site does not know your browser’s push service, so it can’t use it.")
            ) from error
        return endpoint

    def clean_p256dh(self) -> str:
        """Require a point on the curve P-256; otherwise encrypting a message would fail later."""
        text, key = _decode(self.cleaned_data["p256dh"])
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
        except ValueError as error:
            raise ValidationError(_("The browser’s key is not valid.")) from error
        if len(key) != 65:  # compressed points are valid, but RFC 8291 requires uncompressed ones
            raise ValidationError(_("The browser’s key is not valid."))
        return text

    def clean_auth(self) -> str:
        text, secret = _decode(self.cleaned_data["auth"])
        if len(secret) != AUTH_LENGTH:
            raise ValidationError(_("The browser’s secret is not valid."))
        return text


def _decode(given: str) -> tuple[str, bytes]:
    """Return base64url without its padding, and the bytes."""
    text = given.rstrip("=")
    if not BASE64URL.fullmatch(text):
        raise ValidationError(_("The browser’s key is not valid."))
    try:
        return text, urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise ValidationError(_("The browser’s key is not valid.")) from error
