"""E-mails use the site's own templates, not those of allauth."""

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template

TEMPLATES = Path(allauth.__file__).parent / "templates"
NOT_NEEDED = {  # the first three belong to features that are off
    "login_code",
    "password_reset_code",
    "unknown_account",
    "email_confirmation_signup",  # allauth's template includes our email_confirmation
}
SUBJECTS = sorted(
    str(path.relative_to(TEMPLATES))
    for folder in ("account", "mfa")
    for path in (TEMPLATES / folder / "email").glob("*_subject.txt")
    if path.name.removesuffix("_subject.txt") not in NOT_NEEDED
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_email_uses_our_template(subject):
    for name in (subject, subject.replace("_subject", "_message")):
        assert not Path(get_template(name).origin.name).is_relative_to(TEMPLATES)


def test_changing_a_password_sends_an_email(as_ana, mailoutbox):
    new = "a-long-ferry-ride-home"
    fields = {"oldpassword": "a good password", "password1": new, "password2": new}
    as_ana.post("/accounts/password/change/", fields)
    (mail,) = mailoutbox
    assert mail.subject == "Your password was changed"
    assert "If this wasn't you, set a new password at once" in mail.body
