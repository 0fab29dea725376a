from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from accounts import avatars
from core import rates
from notifications import inbox
from safety import evidence, reporting
from safety.models import Report
from spaces.actions import chat, lifecycle
from tests.factories import make_user, put_on_stage
from timeline import posts

pytestmark = pytest.mark.django_db


def submit_report(client, query, **data):
    return client.post(f"/report/?{query}", {"reason": "abuse", **data})


def test_reporting_a_person_stores_their_profile(as_ben, ana, ben):
    answer = submit_report(as_ben, "person=ana", text="Rude to everyone")
    assert "Thank you" in answer.text
    report = Report.objects.get()
    assert (report.reporter, report.subject, report.about, report.ref) == (
        ben,
        ana,
        "person",
        ana.key,
    )
    assert (report.reason, report.text, report.outcome) == ("abuse", "Rude to everyone", "open")
    assert report.evidence["facts"] == {"Handle": "@ana", "Name": "Ana", "Bio": "Trams"}


def test_the_reporter_is_thanked_in_a_notification(as_ben, ana, ben):
    submit_report(as_ben, "person=ana")
    notifications, _ = inbox.page(ben)
    assert [each.kind for each in notifications] == ["report"]
    assert "@ana" in notifications[0].text


def test_reporting_a_space_stores_its_stage_its_chat_and_its_last_minutes(
    as_ben, space, host, speaker, listener
):
    chat.send(space, author=listener, text="Something awful")
    deleted = chat.send(space, author=listener, text="Even worse")
    chat.delete(space, by=host, message_id=deleted.pk)
    assert submit_report(as_ben, f"space={space.public_id}").status_code == 200
    report = Report.objects.get()
    assert (report.subject, report.about, report.ref) == (host, "space", space.public_id)
    sections = report.evidence["sections"]
    assert [(line["who"], line["text"]) for line in sections["On the stage"]] == [
        ("@hana", "Host, muted"),
        ("@sami", "Speaker, muted"),
    ]
    messages = [line["text"] for line in sections["Chat"]]
    assert messages == ["Something awful", "Even worse (deleted)"]
    happened = [(line["who"], line["text"]) for line in sections["The last minutes"]]
    assert happened[-1] == ("@sami", "stage joined @sami")


def test_reporting_a_person_in_a_space_stores_both(as_ben, space, host):
    nina = put_on_stage(space, make_user("nina"))
    answer = submit_report(as_ben, f"person=nina&space={space.public_id}")
    report = Report.objects.get()
    assert (report.subject, report.about) == (nina, "person")
    assert set(report.evidence["sections"]) == {"On the stage", "Chat", "The last minutes"}
    assert report.evidence["facts"]["Handle"] == "@nina"
    assert space.get_absolute_url() in answer.text


def test_the_text_of_a_reported_post_is_kept_after_the_post_is_deleted(as_ben, ana):
    post = posts.write(author=ana, text="Something awful")
    submit_report(as_ben, f"post={post.pk}")
    posts.delete(post, by=ana)
    report = Report.objects.get()
    assert (report.about, report.evidence["facts"]["Text"]) == ("post", "Something awful")


def test_a_reported_picture_is_kept_after_its_owner_removes_it(
    as_ben, ana, django_capture_on_commit_callbacks
):
    avatars.set_picture(ana, ContentFile(b"a picture", "a.webp"))
    submit_report(as_ben, "person=ana")
    with django_capture_on_commit_callbacks(execute=True):
        avatars.remove_picture(ana)
    report = Report.objects.get()
    [name] = report.evidence["pictures"]
    assert evidence.picture(report.evidence, name) == b"a picture"


def test_reporting_a_person_twice_stores_one_copy_of_their_picture(as_ben, ana):
    avatars.set_picture(ana, ContentFile(b"a picture", "a.webp"))
    copies = Path(storages["evidence"].location)
    before = set(copies.glob("*"))
    for _ in range(2):
        submit_report(as_ben, "person=ana")
    assert len(set(copies.glob("*")) - before) == 1


def test_the_page_offers_reasons_and_explains_what_the_staff_see(as_ben, ana):
    page = as_ben.get("/report/?person=ana").text
    for words in ("Self-harm", "Violence", "Sexual", "Child safety", "Private", "Abusive", "Spam"):
        assert words in page
    assert "The staff will see what you report as it is now." in page
    assert "won’t learn who reported" in page


def test_a_reason_is_required(as_ben, ana):
    answer = as_ben.post("/report/?person=ana", {"text": "Hm"})
    assert (answer.status_code, Report.objects.count()) == (400, 0)
    assert "Choose a reason" in answer.text


def test_repeating_an_open_report_creates_no_second_report(as_ben, ana, ben):
    for _ in range(2):
        assert "Thank you" in submit_report(as_ben, "person=ana").text
    assert Report.objects.count() == 1


def test_people_cannot_report_themselves(as_ben, ben):
    assert "This is yours" in as_ben.get("/report/?person=ben").text
    assert "This is yours" in submit_report(as_ben, "person=ben").text
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "person=nobody",
        "space=nothere123",
        "post=1",
        "post=x",
        "post=²",
        "person=%00",
        "what=ana",
    ],
)
def test_something_that_does_not_exist_cannot_be_reported(as_ben, query):
    assert as_ben.get(f"/report/?{query}").status_code == 404


def test_reporting_requires_sign_in(ana):
    answer = Client().get("/report/?person=ana")
    assert answer.url == "/accounts/login/?next=/report/%3Fperson%3Dana"


def test_the_refusal_of_too_many_reports_says_when_to_try_again(
    as_ben, ana, monkeypatch, redis_server, settings
):
    monkeypatch.setattr(reporting, "RATE", "1/hour")
    submit_report(as_ben, "person=ana")
    answer = submit_report(as_ben, "person=ana")
    assert answer.status_code == 429
    assert "Try again in 60 minutes" in answer.text


def test_the_message_of_a_rate_limit_gives_seconds_or_minutes():
    assert rates.TooFast(8).message == "Too many requests. Try again in 8 s."
    assert rates.TooFast(600).message == "Too many requests. Try again in 10 minutes."


@pytest.mark.parametrize("ended", [False, True])
def test_signed_in_people_except_the_host_can_report_a_space(as_ben, space, host, ended):
    if ended:
        lifecycle.end(space, by=host)
    link = f'href="/report/?space={space.public_id}"'
    assert link in as_ben.get(space.get_absolute_url()).text
    as_ben.force_login(host)
    assert link not in as_ben.get(space.get_absolute_url()).text
    assert link not in Client().get(space.get_absolute_url()).text
