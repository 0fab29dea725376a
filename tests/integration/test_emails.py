"""An e-mail about a decision is queued, and the worker sends it with the mail backend."""

import time

DEADLINE = 60  # seconds, generous: the machine is shared
SUSPEND = """
from allauth.account.models import EmailAddress
from safety import suspension
staff = User.objects.get(handle="admin")
lars = User.objects.create_user("lars", "lars@emails.example", "spaces-demo")
EmailAddress.objects.create(user=lars, email=lars.email, verified=True, primary=True)
suspension.suspend(lars, until=None, reason="Reading out addresses", by=staff)
"""


def test_the_worker_mails_what_the_staff_decided(stack):
    stack.shell(SUSPEND)
    mail = wait_for_mail(stack.home / "mail", to="lars@emails.example")
    assert "Subject: Your account is suspended" in mail
    assert "Why: Reading out addresses" in mail
    assert f"{stack.url}/suspended/" in mail


def wait_for_mail(folder, *, to):
    until = time.monotonic() + DEADLINE
    while True:
        mails = [path.read_text() for path in folder.glob("*.log")]
        if found := [mail for mail in mails if f"To: {to}" in mail]:
            return found[0]
        assert time.monotonic() < until, mails
        time.sleep(0.05)
