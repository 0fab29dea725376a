"""Notifications by e-mail, received by a real SMTP server."""

import re
from html.parser import HTMLParser

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from notifications import addresses, inbox, sending, unsubscribing
from notifications.models import Delivery, Preference, UndeliverableAddress
from notifications.models.delivery import State
from notifications.registry import kind
from tests.factories import make_user, signed_in
from tests.notifications.mail_server import Mailbox, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings):
    mailbox = Mailbox()
    with serving(mailbox) as (host, port):
        settings.EMAIL_BACKEND = "notifications.channels.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
        yield mailbox


@pytest.fixture(autouse=True)
def _no_rate_limit(settings):
    settings.NOTIFICATION_RATES = {}


@pytest.fixture
def ana(ana):
    return add_address(ana)


def add_address(person, email="", **fields):
    fields = {"verified": True, "primary": True, **fields}
    EmailAddress.objects.create(user=person, email=email or person.email, **fields)
    return person


def mail(user, kind="warning", **fields):
    """Notify a person by e-mail; return the delivery."""
    Preference.objects.update_or_create(
        user=user, kind=kind, channel="email", defaults={"on": True}
    )
    inbox.notify(user, kind=kind, **{"text": "Be kind.", "url": "/somewhere/", **fields})
    sending.send_due("email")
    return Delivery.objects.filter(user=user, channel="email").latest("pk")


def outcome(row):
    row.refresh_from_db()
    return row.state, row.reason


def test_the_text_and_html_parts_of_an_email_have_the_same_content(mailbox, ana):
    assert outcome(mail(ana)) == (State.SENT, "")
    [received] = mailbox.received
    assert (received["To"], received["Subject"]) == ("ana@example.org", "A message from the staff")
    parts = {part.get_content_type(): part.get_content() for part in received.iter_parts()}
    assert list(parts) == ["text/plain", "text/html"]
    for part in parts.values():
        assert "Be kind." in part
        assert "http://testserver/somewhere/" in part
        assert "If it happens again, your account may be suspended." in part


def test_markup_in_a_notification_is_escaped(mailbox, ana):
    mail(ana, text="<script>alert(1)</script> & more")
    [received] = mailbox.received
    text, html = (part.get_content() for part in received.iter_parts())
    assert "<script>alert(1)</script> & more" in text
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html


def test_the_html_supports_dark_mode_and_loads_no_other_files(mailbox, ana):
    mail(ana)
    html = mailbox.received[0].get_body(("html",)).get_content()
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html

    class Reader(HTMLParser):
        loaded: list[str] = []

        def handle_starttag(self, tag, attributes):
            self.loaded += [value for name, value in attributes if name in ("src", "background")]

    reader = Reader()
    reader.feed(html)
    assert reader.loaded == []


def test_a_notification_without_a_url_links_to_the_page_of_notifications(mailbox, ana):
    mail(ana, url="")
    assert "http://testserver/notifications/" in mailbox.received[0].get_body().get_content()


def test_a_line_break_in_a_title_cannot_add_a_header(mailbox, ana, ben):
    mail(ana, "reply", text="Hi\r\nBcc: eve@example.org", actor=ben)
    assert (mailbox.received[0]["Subject"], mailbox.received[0]["Bcc"]) == ("New reply", None)


def test_many_emails_share_a_connection(mailbox, ana):
    for number in range(5):
        inbox.notify(ana, kind="warning", text=f"Warning {number}")
    sending.send_due("email")
    assert (len(mailbox.received), mailbox.connections) == (5, 1)


def test_people_without_a_verified_address_get_no_delivery(mailbox):
    mona = add_address(make_user("mona"), verified=False)
    inbox.notify(mona, kind="warning", text="Be kind.")
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["page"]


def test_a_kind_that_is_off_by_default_is_not_mailed(mailbox, ana, ben):
    inbox.notify(ana, kind="reply", text="A reply", actor=ben)
    sending.send_due("email")
    assert mailbox.received == []


# --- bounces and other errors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    ["550 No such user", "550 5.1.1 Unknown mailbox", "553 Not here", "551 5.1.6 Has moved"],
)
def test_an_address_that_does_not_exist_is_not_used_again(mailbox, ana, answer):
    mailbox.recipient_answers = [answer]
    assert outcome(mail(ana))[0] == State.SKIPPED
    assert addresses.address_of(ana) == ""
    inbox.notify(ana, kind="warning", text="Another one")
    sending.send_due("email")
    assert mailbox.received == []


def test_another_verified_address_is_used_instead(mailbox, ana):
    add_address(ana, "ana@elsewhere.example", primary=False)
    mailbox.recipient_answers = ["550 5.1.1 Unknown mailbox"]
    mail(ana)
    inbox.notify(ana, kind="warning", text="Another one")
    sending.send_due("email")
    assert [received["To"] for received in mailbox.received] == ["ana@elsewhere.example"]


def test_an_address_is_used_again_when_its_owner_confirms_it(mailbox, ana):
    addresses.drop(ana, "ana@example.org", "550")
    address = EmailAddress.objects.get(user=ana)
    email_confirmed.send(EmailAddress, request=None, email_address=address)
    assert UndeliverableAddress.objects.count() == 0
    assert outcome(mail(ana)) == (State.SENT, "")


@pytest.mark.parametrize("answer", ["550 5.7.1 Blocked by policy", "552 5.2.2 Mailbox full"])
def test_other_permanent_errors_skip_the_email_but_keep_the_address(mailbox, ana, answer):
    mailbox.recipient_answers = [answer]
    assert outcome(mail(ana))[0] == State.SKIPPED
    assert addresses.address_of(ana) == "ana@example.org"


@pytest.mark.parametrize("command", ["recipient_answers", "data_answers"])
def test_a_temporary_refusal_is_retried(mailbox, ana, command):
    setattr(mailbox, command, ["451 4.7.1 Greylisted, try again"])
    row = mail(ana)
    assert (row.state, row.attempts) == (State.DUE, 1)
    Delivery.objects.update(next_try_at=timezone.now())
    sending.send_due("email")
    assert (outcome(row), len(mailbox.received)) == ((State.SENT, ""), 1)


def test_an_address_whose_server_refused_a_message_as_spam_is_kept(mailbox, ana):
    mailbox.data_answers = ["554 5.7.1 Looks like spam"]
    assert outcome(mail(ana)) == (State.SKIPPED, "the mail server refused the e-mail: 554")
    assert addresses.address_of(ana) == "ana@example.org"


def test_an_email_is_uncertain_if_the_server_hangs_up_after_it_was_sent(mailbox, ana):
    mailbox.data_answers = ["hang up"]
    row = mail(ana)
    sending.send_due("email")
    assert (row.state, mailbox.received) == (State.UNCERTAIN, [])


def test_an_unreachable_server_pauses_the_channel_and_no_email_is_lost(mailbox, ana, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    row = mail(ana)
    assert (row.state, sending.is_paused("email")) == (State.DUE, True)
    assert row.reason == "the mail server can't be reached: ConnectionRefusedError"

    settings.EMAIL_PORT = port
    cache.clear()  # the pause is over
    Delivery.objects.update(next_try_at=timezone.now())
    sending.send_due("email")
    assert (outcome(row), len(mailbox.received)) == ((State.SENT, ""), 1)


# --- unsubscribing --------------------------------------------------------------------------------


def unsubscribe_url(received):
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = received["List-Unsubscribe"].strip()  # the header is folded
    return re.fullmatch(r"<http://testserver(/.*)>", link)[1]


def test_one_click_unsubscribes_without_a_session_or_a_csrf_token(mailbox, ana, ben):
    mail(ana, "reply", actor=ben)
    link = unsubscribe_url(mailbox.received[0])
    client = Client(enforce_csrf_checks=True)
    answer = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, dict(client.cookies)) == (200, {})
    inbox.notify(ana, kind="reply", text="Another reply", actor=ben)
    sending.send_due("email")
    assert len(mailbox.received) == 1


def test_both_parts_contain_the_link_of_the_unsubscribe_header(mailbox, ana, ben):
    mail(ana, "reply", actor=ben)
    [received] = mailbox.received
    for part in received.iter_parts():
        assert unsubscribe_url(received) in part.get_content()


def test_opening_the_link_changes_nothing(ana):
    token = unsubscribing.create_token(ana, kind("reply"))
    page = Client().get(f"/notifications/unsubscribe/{token}/")
    assert (page.status_code, "Stop these e-mails?" in page.text) == (200, True)
    assert "Someone replies to my post" in page.text
    assert Preference.objects.count() == 0


def test_the_link_works_for_its_owner_even_if_another_person_is_signed_in(ana, ben):
    token = unsubscribing.create_token(ana, kind("reply"))
    page = signed_in(ben).post(f"/notifications/unsubscribe/{token}/")
    assert "You will get no more of these e-mails" in page.text
    assert list(Preference.objects.values_list("user__handle", "kind", "channel", "on")) == [
        ("ana", "reply", "email", False)
    ]


def test_unsubscribing_is_idempotent(ana):
    token = unsubscribing.create_token(ana, kind("reply"))
    for _ in range(2):
        assert Client().post(f"/notifications/unsubscribe/{token}/").status_code == 200
    assert Preference.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "W10:1:x", "a" * 5000, "%00", "ä"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_token_is_refused(token, method):
    answer = getattr(Client(), method)(f"/notifications/unsubscribe/{token}/")
    assert (answer.status_code, "This link does not work" in answer.text) == (404, True)


def test_a_token_for_another_purpose_is_refused(ana):
    token = signing.dumps([ana.pk, "reply"], salt="something else")
    assert Client().post(f"/notifications/unsubscribe/{token}/").status_code == 404


def test_required_emails_have_no_unsubscribe_link_and_cannot_be_stopped(mailbox, ana):
    mail(ana, "warning")
    [received] = mailbox.received
    assert (received["List-Unsubscribe"], received["List-Unsubscribe-Post"]) == (None, None)
    token = unsubscribing.create_token(ana, kind("warning"))
    Client().post(f"/notifications/unsubscribe/{token}/")
    assert outcome(mail(ana, "warning", text="Another one")) == (State.SENT, "")
