"""What the staff decide is mailed to whom it concerns, at the address that they proved."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from accounts import emails
from notifications.models import Notification
from safety import appeals, suspension
from safety.decisions import decide
from safety.moderation_actions import CLEAR_PROFILE, DISMISS, LIFT, SUSPEND, WARN
from tests.factories import make_host, make_space, make_user
from tests.safety.desk import open_case
from timeline import posts

pytestmark = pytest.mark.django_db
DAY = datetime(2100, 11, 30, 14, tzinfo=UTC)


@pytest.fixture
def ana(ana):
    return with_address(ana)


def with_address(person, email="", **facts):
    facts = {"verified": True, "primary": True, **facts}
    EmailAddress.objects.create(user=person, email=email or person.email, **facts)
    return person


@pytest.fixture
def mailed(mailoutbox, django_capture_on_commit_callbacks):
    """What is mailed by an act: `mailed(suspension.lift, ana)`."""

    def act(verb, *args, **kwargs):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        return [(mail.to, mail.subject, mail.body) for mail in mailoutbox]

    return act


def test_a_suspension_says_why_until_when_and_how_to_appeal(mailed, ana, staff):
    [(to, subject, body)] = mailed(
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


def test_a_permanent_one_names_no_day(mailed, ana, staff):
    [(_, _, body)] = mailed(suspension.suspend, ana, until=None, reason="Threats", by=staff)
    assert "permanently suspended your account" in body
    assert "Until" not in body


def test_a_lifted_one_is_told_and_one_that_is_replaced_is_not(mailed, ana, staff):
    mailed(suspension.suspend, ana, until=DAY, reason="Threats", by=staff)
    again = mailed(suspension.suspend, ana, until=None, reason="Worse threats", by=staff)
    assert [subject for _, subject, _ in again] == ["Your account is suspended"]
    [(_, subject, body)] = mailed(suspension.lift, ana)
    assert (subject, "lifted the suspension" in body) == ("Your account is open again", True)
    assert mailed(suspension.lift, ana) == []


@pytest.mark.parametrize("action", [WARN, CLEAR_PROFILE])
def test_a_warning_is_mailed_with_the_whole_of_a_long_reason(mailed, ana, staff, action):
    reason = "x" * 500
    case = open_case(ana, by=staff)
    [(to, subject, body)] = mailed(decide, case, action=action, by=staff, reason=reason)
    assert (to, subject) == (["ana@example.org"], "A message from the staff")
    assert reason in body
    assert "http://testserver/notifications/" in body
    assert reason in Notification.objects.get(user=ana).text


def test_so_is_what_other_apps_take_away(mailed, staff, client):
    host = with_address(make_host("hana"))
    make_space(host, title="Shouting")
    post = posts.write(author=host, text="Something awful")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    case = open_case(host, by=staff)
    [(_, _, body)] = mailed(post_decision, client, case, "end_space")
    assert "The staff ended your Space “Shouting”: Rude" in body
    case.about, case.ref = "post", str(post.pk)
    case.save()
    [(_, _, body)] = mailed(post_decision, client, case, "remove_post")
    assert "The staff removed a post of yours: Rude" in body


def post_decision(client, case, action):
    page = f"/admin/safety/report/{case.pk}/change/"
    assert client.post(page, {"action": action, "reason": "Rude"}).status_code == 302


def test_an_appeal_is_answered_by_mail_once_whichever_way(mailed, ana, staff):
    found = suspension.suspend(ana, until=DAY, reason="Threats", by=staff)
    appeal = appeals.appeal(found, text="It was my brother.")
    [(_, subject, body)] = mailed(decide, appeal, action=DISMISS, by=staff, reason="No")
    assert (subject, "The suspension stays in place until 30 November" in body) == (
        "Your appeal was reviewed",
        True,
    )
    [(_, subject, _)] = mailed(decide, appeal, action=LIFT, by=staff, reason="Yes after all")
    assert subject == "Your account is open again"


def test_who_reported_gets_no_mail_nor_does_an_address_that_nobody_proved(mailed, staff):
    mona = with_address(make_user("mona"), verified=False)
    case = open_case(mona, by=with_address(staff))
    assert mailed(decide, case, action=SUSPEND, by=staff, reason="Threats") == []


def test_a_second_address_that_is_proven_serves(mailed, staff):
    mona = with_address(make_user("mona"), verified=False)
    with_address(mona, "mona@elsewhere.example", primary=False)
    [(to, _, _)] = mailed(suspension.suspend, mona, until=DAY, reason="Threats", by=staff)
    assert to == ["mona@elsewhere.example"]


def test_what_was_taken_back_before_the_worker_came_is_not_sent(mailed, mailoutbox, ana, staff):
    made = suspension.suspend(ana, until=DAY, reason="Threats", by=staff)
    suspension.lift(ana)
    emails.send("suspended", made.pk)
    assert mailoutbox == []
