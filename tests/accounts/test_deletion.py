"""Account deletion: the account closes at once and is erased later, unless its owner comes back."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts import avatars, blocking, deletion, deletion_token, follow, handles
from accounts.models import Block, Follow, User
from accounts.personal_data import deleted_handle
from core.refusals import Refusal
from notifications.models import Notification
from spaces.actions import chat, lifecycle
from spaces.models import Message, Participant, RoomEvent, Space
from tests.factories import follow_counts, make_host, make_space, make_user, put_on_stage, signed_in
from tests.safety.moderation import file_report
from timeline import pins, posts
from timeline.models import Post
from timeline.pictures import Picture

PASSWORD = "a good password"
DELETE = "/settings/delete/"


@pytest.fixture
def reauthenticated(as_ana):
    as_ana.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return as_ana


def sign_in(client):
    return client.post("/accounts/login/", {"login": "ana", "password": PASSWORD})


def request_deletion(user, capture_on_commit):
    with capture_on_commit(execute=True):
        return deletion.request(user)


def make_due(user):
    User.objects.filter(pk=user.pk).update(deletes_at=timezone.now() - timedelta(seconds=1))


def erase(user, capture_on_commit):
    request_deletion(user, capture_on_commit)
    make_due(user)
    with capture_on_commit(execute=True):
        deletion.erase_due()
    user.refresh_from_db()


# --- closing ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_requires_sign_in_and_the_right_handle(as_ana, reauthenticated):
    assert Client().get(DELETE).status_code == 302
    wrong = reauthenticated.post(DELETE, {"handle": "@ben"})
    assert (wrong.status_code, "That is not your handle" in wrong.content.decode()) == (400, True)
    assert User.objects.get(handle="ana").is_active is True


@pytest.mark.django_db
def test_deletion_requires_recent_reauthentication(as_ana):
    assert as_ana.get(DELETE).url.split("?")[0] == "/accounts/reauthenticate/"


@pytest.mark.django_db
def test_the_account_closes_at_once_on_every_device(
    ana, reauthenticated, mailoutbox, django_capture_on_commit_callbacks
):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    phone = signed_in(ana)
    phone.get("/")
    post = posts.write(author=ana, text="Still there?")
    with django_capture_on_commit_callbacks(execute=True):
        answer = reauthenticated.post(DELETE, {"handle": "@Ana"}, follow=True)
    assert "will be deleted on" in answer.content.decode()
    assert phone.get("/settings/").status_code == 302  # signed out
    assert Client().get("/@ana/").status_code == 404
    assert Client().get(post.get_absolute_url()).status_code == 404
    [mail] = mailoutbox
    ana.refresh_from_db()
    assert mail.subject == "Your account will be deleted"
    assert deletion_token.read(mail.body.split("/settings/keep/")[1].split("/")[0]) == ana
    assert timedelta(days=13) < ana.deletes_at - timezone.now() <= timedelta(days=14)


@pytest.mark.django_db
def test_a_deletion_request_ends_the_hosted_space_and_frees_a_seat_on_a_stage(
    ana, speaker, space, django_capture_on_commit_callbacks
):
    hosted = make_space(make_host("hanna"))
    request_deletion(hosted.host, django_capture_on_commit_callbacks)
    request_deletion(speaker, django_capture_on_commit_callbacks)
    hosted.refresh_from_db()
    assert hosted.is_ended is True
    assert Participant.objects.on_stage().filter(user=speaker).count() == 0


@pytest.mark.django_db
def test_closing_an_account_in_the_admin_ends_the_hosted_space(
    as_staff, django_capture_on_commit_callbacks
):
    hosted = make_space(make_host("hanna"))
    form = {"handle": "hanna", "name": "Hanna", "email": "hanna@example.org", "bio": ""}
    with django_capture_on_commit_callbacks(execute=True):
        as_staff.post(f"/admin/accounts/user/{hosted.host.pk}/change/", form)  # active: unticked
    hosted.refresh_from_db()
    assert hosted.is_ended is True


@pytest.mark.django_db
def test_staff_accounts_cannot_be_deleted(staff):
    with pytest.raises(Refusal, match="Staff accounts can't be deleted"):
        deletion.request(staff)
    staff.refresh_from_db()
    assert (staff.is_active, staff.deletes_at) == (True, None)


@pytest.mark.django_db
def test_a_suspended_person_can_still_export_and_delete(ana, reauthenticated, staff):
    User.objects.filter(pk=ana.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert reauthenticated.get("/settings/data/").status_code == 200
    assert reauthenticated.get(DELETE).status_code == 200
    assert reauthenticated.get("/settings/").url == "/suspended/"


# --- reopening -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_signing_in_before_the_date_offers_to_keep_the_account(
    ana, client, django_capture_on_commit_callbacks
):
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    posts.write(author=ana, text="Still there?")
    request_deletion(ana, django_capture_on_commit_callbacks)
    answer = sign_in(client)
    assert answer.url.startswith("/settings/keep/")
    page = client.get(answer.url)
    assert "You asked us to delete" in page.content.decode()
    assert User.objects.get(pk=ana.pk).is_active is False  # opening the page changes nothing
    page_after = client.post(answer.url, follow=True)
    assert "Your account is open again" in page_after.content.decode()
    assert sign_in(client).url == "/"
    assert "Still there?" in Client().get("/@ana/").content.decode()


@pytest.mark.django_db
def test_a_keep_link_is_valid_for_one_deletion_only(
    ana, client, django_capture_on_commit_callbacks
):
    request_deletion(ana, django_capture_on_commit_callbacks)
    old = deletion_token.create(ana)
    assert deletion.cancel(ana) is True
    for token in (old, "forged"):
        answer = client.get(f"/settings/keep/{token}/")
        assert (answer.status_code, "This link no longer works" in answer.text) == (404, True)
    request_deletion(User.objects.get(pk=ana.pk), django_capture_on_commit_callbacks)
    assert deletion_token.read(old) is None


@pytest.mark.django_db
def test_signing_in_does_not_reopen_an_inactive_account(ana, client):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert sign_in(client).url == "/accounts/inactive/"


@pytest.mark.django_db
def test_an_account_that_staff_reopened_is_not_erased(
    ana, as_staff, django_capture_on_commit_callbacks
):
    request_deletion(ana, django_capture_on_commit_callbacks)
    form = {"handle": "ana", "name": "Ana", "email": ana.email, "bio": "", "is_active": "on"}
    as_staff.post(f"/admin/accounts/user/{ana.pk}/change/", form)
    ana.refresh_from_db()
    assert (ana.is_active, ana.deletes_at) == (True, None)


# --- erasing ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_is_erased_before_its_date(ana, django_capture_on_commit_callbacks):
    request_deletion(ana, django_capture_on_commit_callbacks)
    deletion.erase_due()
    ana.refresh_from_db()
    assert (ana.handle, ana.deleted_at) == ("ana", None)


def test_personal_data_is_erased_and_what_others_need_is_kept(
    both_databases, django_capture_on_commit_callbacks
):
    ana, ben = make_host("ana"), make_user("ben")
    User.objects.filter(pk=ana.pk).update(follower_count=0)
    follow.follow(follower=ana, followed=ben)
    follow.follow(follower=ben, followed=ana)
    blocking.block(blocker=make_user("carl"), blocked=ana)
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    avatars.set_picture(ana, Picture.of(Image.new("RGB", (40, 40), "blue"), quality=80).file)
    avatar_name = ana.picture.name
    pictured = posts.write(
        author=ana, text="Secret words", picture=Picture.of(Image.new("RGB", (9, 9)), quality=80)
    )
    bens = posts.write(author=ben, text="Hello @ana")
    posts.like(bens, user=ana)
    posts.write(author=ana, text="Secret reply", reply_to=bens)
    report = file_report(ben, post=str(pictured.pk))
    User.objects.filter(pk=ana.pk).update(follower_count=600)
    space = make_space(User.objects.get(pk=ana.pk), title="Trams")
    User.objects.filter(pk=ana.pk).update(follower_count=1)
    put_on_stage(space, ben)
    chat.send(space, author=ana, text="Secret line")
    chat.send(space, author=ben, text="Ben's line")
    pins.pin(space, post=pictured, by=ben)
    lifecycle.end(space, by=ana)

    request_deletion(ana, django_capture_on_commit_callbacks)
    make_due(ana)
    deletion.erase_due()
    ana.refresh_from_db()

    assert (ana.name, ana.email, ana.bio, ana.handle.startswith("deleted_")) == (
        "Deleted account",
        "",
        "",
        True,
    )
    assert (ana.is_active, ana.has_usable_password(), ana.deletes_at) == (False, False, None)
    assert ana.deleted_at is not None
    assert [default_storage.exists(name) for name in (avatar_name, pictured.image.name)] == [
        False,
        False,
    ]
    assert list(Post.objects.values_list("text", flat=True)) == ["Hello @ana"]
    bens.refresh_from_db()
    assert (bens.like_count, bens.reply_count) == (0, 0)
    assert follow_counts(ben) == (0, 0)
    assert (Follow.objects.count(), Block.objects.count()) == (0, 0)
    assert Notification.objects.filter(actor=ana).count() == 0
    assert EmailAddress.objects.filter(user=ana).count() == 0
    assert list(Message.objects.values_list("text", flat=True)) == ["Ben's line"]
    journal = json.dumps(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert ("Secret" in journal, '"Ana"' in journal, "Ben's line" in journal) == (
        False,
        False,
        True,
    )
    # What others need:
    assert Space.objects.get(pk=space.pk).title == "Trams"
    page = signed_in(ben).get(space.get_absolute_url()).content.decode()
    assert ("Deleted account" in page, "@ana<" in page) == (True, False)
    report.refresh_from_db()
    assert (report.subject, report.evidence != {}) == (ana, True)


@pytest.mark.django_db
def test_the_handle_and_the_email_address_can_be_used_again(
    ana, django_capture_on_commit_callbacks
):
    address = {"email": "ana@example.org", "verified": True}
    EmailAddress.objects.create(user=ana, **address)
    erase(ana, django_capture_on_commit_callbacks)
    newcomer = make_user("ana")
    EmailAddress.objects.create(user=newcomer, **address)  # a verified address is unique
    assert (newcomer.handle, newcomer.email) == ("ana", "ana@example.org")


def test_handles_for_deleted_accounts_are_reserved():
    with pytest.raises(ValidationError, match="taken"):
        handles.refuse_reserved("Deleted_1x")


@pytest.mark.django_db
def test_one_account_that_cannot_be_erased_does_not_stop_the_next(
    ana, ben, django_capture_on_commit_callbacks
):
    for user in (ana, ben):
        request_deletion(user, django_capture_on_commit_callbacks)
        make_due(user)
    make_user(deleted_handle(ana))  # reserved at sign-up, but a command may create it
    deletion.erase_due()
    ana.refresh_from_db()
    ben.refresh_from_db()
    assert (ana.handle, ana.deleted_at) == ("ana", None)
    assert ben.deleted_at is not None
