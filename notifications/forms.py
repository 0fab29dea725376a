"""Forms of the notifications' pages and scripts."""

import re
from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.push import hosts

BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
AUTH_LENGTH = 16  # bytes (RFC 8291, section 3.2)


class PushSubscriptionForm(forms.Form):
    """What a browser says about its subscription (`PushSubscription.toJSON()`)."""

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
        """Require a point on the curve P-256, or encrypting for it would fail later."""
        text, key = _decode(self.cleaned_data["p256dh"])
        try:
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
        except ValueError as error:
            raise ValidationError(_("The browser’s key is not valid.")) from error
        if len(key) != 65:  # compressed points are valid, but RFC 8291 wants uncompressed ones
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
