"""When `manage.py stripe_sandbox` refuses to start."""

import pytest
from django.core.management import CommandError, call_command

SECRET = "whsec_of_a_test"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
def test_the_sandbox_accepts_only_local_addresses(settings, host):
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    with pytest.raises(CommandError, match="can be reached from other machines"):
        call_command("stripe_sandbox", host=host)


@pytest.mark.parametrize("key", ["sk_live_1", "sk_test_1", "rk_live_1"])
def test_the_sandbox_does_not_start_with_the_key_of_a_real_account(settings, key):
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_SECRET_KEY = SECRET, key
    with pytest.raises(CommandError, match="is the key of a Stripe account") as refusal:
        call_command("stripe_sandbox")
    assert key not in str(refusal.value)


def test_the_sandbox_needs_a_secret_for_its_webhooks(settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    with pytest.raises(CommandError, match="STRIPE_WEBHOOK_SECRET is missing"):
        call_command("stripe_sandbox")
