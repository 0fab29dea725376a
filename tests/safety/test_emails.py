"""Decisions of the staff are e-mailed to the people concerned, at an address that they verified."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from accounts import emails
from notifications.models import Notification
from safety import appeals, suspension
from safety.moderation.actions import CLEAR_PROFILE, DISMISS, LIFT, SUSPEND, WARN
from safety.moderation.decisions import decide
from tests.factories import make_host, make_space, make_user
from tests.safety.moderation import open_case
from timeline import posts

pytestmark = pytest.mark.django_db
DAY = datetime(2100, 11, 30, 14, tzinfo=UTC)


@pytest.fixture
def ana(ana):
    return add_address(ana)


def add_address(person, email="", **facts):
    facts = {"verified": True, "primary": True, **facts}
    EmailAddress.objects.create(user=person, email=email or person.email, **facts)
    return person


@pytest.fixture
def emails_of(mailoutbox, django_capture_on_commit_callbacks):
    """Return the e-mails that a call sends: `emails_of(suspension.lift, ana)`."""

    def call(function, *args, **kwargs):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return [(mail.to, mail.subject, mail.body) for mail in mailoutbox]

    return call


def test_a_suspension_is_emailed_with_its_reason_its_end_and_the_way_to_appeal(
    emails_of, ana, staff
):
    [(to, subject, body)] = emails_of(
        suspension.suspend, ana, until=DAY, reason="<Shouting> at people", by=staff
    )
    assert (to, subject) == (["ana@example.org"], "Your account is suspended")
    assert body == (
        "Hello @ana,\n\n"
        "the staff suspended your account on Spaces until 30 November 2100, 14:00 UTC. Until then "
        "you can't listen, speak, post or follow; then it opens again by itself.\n\n"
        "Why: <Shouting> at people\n\n"
        "If you think this is a mistake, sign in and appeal. You can do so once, and a person "
        "reads it:\n\n"
        "http://testserver/suspended/\n\n"
        "Spaces, at testserver"
    )


def test_the_email_about_a_permanent_suspension_names_no_date(emails_of, ana, staff):
    [(_, _, body)] = emails_of(suspension.suspend, ana, until=None, reason="Threats", by=staff)
    assert "permanently suspended your account" in body
    assert "Until" not in body


def test_lifting_a_suspension_is_emailed_but_replacing_it_is_not_called_lifting(
    emails_of, ana, staff
):
    emails_of(suspension.suspend, ana, until=DAY, reason="Threats", by=staff)
    again = emails_of(suspension.suspend, ana, until=None, reason="Worse threats", by=staff)
    assert [subject for _, subject, _ in again] == ["Your account is suspended"]
    [(_, subject, body)] = emails_of(suspension.lift, ana)
    assert (subject, "lifted the suspension" in body) == ("Your account is open again", True)
    assert emails_of(suspension.lift, ana) == []


@pytest.mark.parametrize("action", [WARN, CLEAR_PROFILE])
def test_a_warning_email_contains_the_whole_of_a_long_reason(emails_of, ana, staff, action):
    reason = "x" * 500
    case = open_case(ana, by=staff)
    [(to, subject, body)] = emails_of(decide, case, action=action, by=staff, reason=reason)
    assert (to, subject) == (["ana@example.org"], "A message from the staff")
    assert reason in body
    assert "http://testserver/notifications/" in body
    assert reason in Notification.objects.get(user=ana).text


def test_ending_a_space_and_removing_a_post_are_emailed_too(emails_of, staff, client):
    host = add_address(make_host("hana"))
    make_space(host, title="Shouting")
    post = posts.write(author=host, text="Something awful")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    case = open_case(host, by=staff)
    [(_, _, body)] = emails_of(post_decision, client, case, "end_space")
    assert "The staff ended your Space “Shouting”: Rude" in body
    case.about, case.ref = "post", str(post.pk)
    case.save()
    [(_, _, body)] = emails_of(post_decision, client, case, "remove_post")
    assert "The staff removed one of your posts: Rude" in body


def post_decision(client, case, action):
    page = f"/admin/safety/report/{case.pk}/change/"
    assert client.post(page, {"action": action, "reason": "Rude"}).status_code == 302


def test_every_decision_about_an_appeal_is_emailed(emails_of, ana, staff):
    found = suspension.suspend(ana, until=DAY, reason="Threats", by=staff)
    appeal = appeals.appeal(found, text="It was my brother.")
    [(_, subject, body)] = emails_of(decide, appeal, action=DISMISS, by=staff, reason="No")
    assert (subject, "The suspension stays in place until 30 November" in body) == (
        "Your appeal was reviewed",
        True,
    )
    [(_, subject, _)] = emails_of(decide, appeal, action=LIFT, by=staff, reason="Yes after all")
    assert subject == "Your account is open again"


def test_reporters_and_unverified_addresses_get_no_email(emails_of, staff):
    mona = add_address(make_user("mona"), verified=False)
    case = open_case(mona, by=add_address(staff))
    assert emails_of(decide, case, action=SUSPEND, by=staff, reason="Threats") == []


def test_a_verified_secondary_address_is_used(emails_of, staff):
    mona = add_address(make_user("mona"), verified=False)
    add_address(mona, "mona@elsewhere.example", primary=False)
    [(to, _, _)] = emails_of(suspension.suspend, mona, until=DAY, reason="Threats", by=staff)
    assert to == ["mona@elsewhere.example"]


def test_an_email_about_a_suspension_that_was_lifted_meanwhile_is_not_sent(
    emails_of, mailoutbox, ana, staff
):
    made = suspension.suspend(ana, until=DAY, reason="Threats", by=staff)
    suspension.lift(ana)
    emails.send("suspended", made.pk)
    assert mailoutbox == []
