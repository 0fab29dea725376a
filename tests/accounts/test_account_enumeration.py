"""Sign-in pages never reveal who has an account, neither by a response nor by the work behind it.

Work is counted, not timed: password hashes and queued e-mails.
"""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from config.celery import app
from tests.accounts.hashing import CountingHasher
from tests.factories import make_user, signed_in
from tests.fixtures.task_queue import forget_connections

PASSWORD = "a good password"
NEWCOMER = {"username": "newcomer", "name": "", "password1": "rain on slate roofs"}


@pytest.fixture(autouse=True)
def people(db: None, settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.CountingHasher"]
    make_account("ana", verified=True)
    make_account("una", verified=False)
    make_account("ina", verified=True, is_active=False)
    without_password = make_account("nell", verified=True)
    without_password.set_unusable_password()
    without_password.save()
    twins = [make_account("twin1", verified=False), make_account("twin2", verified=False)]
    User.objects.filter(pk__in=[twin.pk for twin in twins]).update(email="twins@example.org")
    CountingHasher.count = 0


def make_account(handle: str, *, verified: bool, **fields: Any) -> User:
    user = make_user(handle, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def reauthenticated(handle: str) -> Client:
    """A signed-in browser in which this person has just entered their password again."""
    client = signed_in(User.objects.get(handle=handle))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def normalized(answer: HttpResponse, *echoed: str) -> str:
    """The response without the echoed input, the CSRF token and the server time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    text = re.sub(r'name="server-time" content="[^"]*"', "", text)
    for value in echoed:
        text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}], ids=["page", "script"])
@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("nobody", ["ana", "ANA", "una", "ina", "nell"]),
        (
            "nobody@example.org",
            [f"{name}@example.org" for name in ("ana", "una", "ina", "nell", "twins")],
        ),
    ],
)
def test_a_wrong_password_does_not_reveal_whether_an_account_exists(unknown, known, headers):
    answers = set()
    for login in [unknown, *known]:
        CountingHasher.count = 0
        form = {"login": login, "password": "wrong"}
        answer = Client().post("/accounts/login/", form, headers=headers)
        answers.add((answer.status_code, CountingHasher.count, normalized(answer, login)))
    assert len(answers) == 1
    assert {count for _, count, _ in answers} == {1}


def test_the_right_password_is_hashed_once_too(client):
    client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert CountingHasher.count == 1
    assert client.get("/settings/").status_code == 200


def test_reauthentication_hashes_the_password_once():
    client = signed_in(User.objects.get(handle="ana"))
    CountingHasher.count = 0
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert (answer.status_code, CountingHasher.count) == (302, 1)


@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}], ids=["page", "script"])
def test_sign_up_does_not_reveal_whether_an_email_has_an_account(task_queue, headers):
    answers, mails = [], []
    for address in ("new@example.org", "ana@example.org", "una@example.org"):
        User.objects.filter(handle="newcomer").delete()
        CountingHasher.count = 0
        client = Client()
        form = {**NEWCOMER, "email": address}
        answer = client.post("/accounts/signup/", form, headers=headers)
        assert mail.outbox == []  # the response does not wait for the e-mail
        queued = task_queue.work()
        page = client.get("/accounts/confirm-email/")
        answers.append(
            (
                answer.status_code,
                normalized(answer, address),
                answer.headers.get("location"),
                normalized(page, address),
                CountingHasher.count,
                len(queued),
            )
        )
        mails += [(message.to, message.subject) for message in mail.outbox]
        mail.outbox.clear()
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][4], answers[0][5]) == (1, 1)
    assert mails == [
        (["new@example.org"], "Confirm your e-mail address"),
        (["ana@example.org"], "You already have an account"),
        (["una@example.org"], "You already have an account"),
    ]
    assert User.objects.filter(email="ana@example.org").count() == 1
    assert not User.objects.filter(handle="newcomer").exists()


@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}], ids=["page", "script"])
def test_password_reset_does_not_reveal_whether_an_email_has_an_account(task_queue, headers):
    answers = []
    for address in ("nobody@example.org", "ana@example.org", "ina@example.org"):
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": address}, headers=headers)
        assert mail.outbox == []
        queued = task_queue.work()
        page = client.get("/accounts/password/reset/done/")
        response = (
            answer.status_code,
            normalized(answer, address),
            normalized(page, address),
            queued,
        )
        answers.append((response, [message.to for message in mail.outbox]))
        mail.outbox.clear()
    assert answers[0][0] == answers[1][0] == answers[2][0]
    assert [to for _, to in answers] == [[], [["ana@example.org"]], []]


def test_queued_tasks_contain_no_link_that_opens_an_account(task_queue):
    Client().post("/accounts/signup/", {**NEWCOMER, "email": "new@example.org"})
    Client().post("/accounts/password/reset/", {"email": "ana@example.org"})
    reauthenticated("ana").post(
        "/accounts/email/", {"action_add": "", "email": "second@example.org"}
    )
    new, second = (
        EmailAddress.objects.get(email=f"{name}@example.org") for name in ("new", "second")
    )
    assert task_queue.take_all() == [
        ("accounts.tasks.send_confirmation", [new.pk]),
        ("accounts.tasks.send_password_reset", ["ana@example.org"]),
        ("accounts.tasks.send_confirmation", [second.pk]),
    ]


def test_adding_an_email_address_does_not_reveal_other_accounts(task_queue):
    answers = []
    for address in ("free@example.org", "una@example.org", "nell@example.org"):
        client = reauthenticated("ana")
        answer = client.post("/accounts/email/", {"action_add": "", "email": address})
        queued = task_queue.work()
        page = client.get("/accounts/email/")
        answers.append((answer.status_code, normalized(page, address), queued))
        assert [message.to for message in mail.outbox] == [[address]]
        mail.outbox.clear()
        EmailAddress.objects.filter(user__handle="ana", email=address).delete()
    assert answers[0] == answers[1] == answers[2]


def test_without_a_broker_the_email_is_sent_immediately(task_queue, client):
    app.conf.update(broker_url="redis://127.0.0.1:1/0", task_publish_retry=False)
    forget_connections()
    client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    app.conf.update(task_publish_retry=True)
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
