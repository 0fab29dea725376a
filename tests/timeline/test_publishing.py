"""A post with a picture is visible only to its author until the worker has re-encoded it."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts import follow
from accounts.models import User
from core import once, pictures
from core.refusals import Refusal
from spaces.models import Space
from tests.factories import make_host, make_space, make_user, signed_in
from timeline import pins, posts, publishing
from timeline.evidence import find
from timeline.models import Post
from timeline.models.post import PostState


@pytest.fixture(autouse=True)
def delete_uploads():
    yield
    for name in stored_uploads():
        storages["uploads"].delete(name)


@pytest.fixture
def ana(both_databases):
    return make_user("ana", name="Ana")


@pytest.fixture
def ben(ana):
    ben = make_user("ben", name="Ben")
    follow.follow(follower=ben, followed=ana)
    return ben


def image(width=60, height=40):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return SimpleUploadedFile("../../evil.php", out.getvalue(), "image/png")


def broken():
    """A picture with a valid header and no content."""
    return SimpleUploadedFile("sea.png", image().read()[:40], "image/png")


def stored_uploads():
    storage = storages["uploads"]
    return storage.listdir("")[1] if storage.exists("") else []


def write(author, **options):
    return posts.write(author=author, **{"text": "Sea, @ben", "upload": image(), **options})


def pages_of(post):
    """The pages that show a post."""
    return ["/", post.get_absolute_url(), f"/@{post.author.handle}/"]


def shows(client, address, post):
    return f'id="post-{post.pk}"' in client.get(address, follow=True).text


def test_a_post_is_hidden_from_others_until_its_picture_is_ready(ana, ben):
    post = write(ana, alt="A blue square")
    as_ana, as_ben = signed_in(ana), signed_in(ben)
    assert [shows(as_ana, page_address, post) for page_address in pages_of(post)] == [True] * 3
    assert [shows(as_ben, page_address, post) for page_address in pages_of(post)] == [False] * 3
    assert "Your picture is being prepared" in as_ana.get("/").text
    assert as_ben.post(f"/posts/{post.pk}/like/").status_code == 404
    assert find(ben, str(post.pk)) is None
    assert not ben.notifications.exists()
    publishing.prepare_waiting()
    assert [shows(as_ben, page_address, post) for page_address in pages_of(post)] == [True] * 3
    assert 'alt="A blue square"' in as_ben.get("/").text
    texts = list(ben.notifications.values_list("text", flat=True))
    assert texts == ["Ana mentioned you: “Sea, @ben”"]
    assert stored_uploads() == []
    post.refresh_from_db()
    assert (post.state, post.image_width, post.upload) == (PostState.PUBLISHED, 60, "")


@pytest.mark.parametrize("change", ["suspended", "closed"])
def test_a_post_notifies_nobody_if_the_account_of_its_author_is_suspended_or_closed_meanwhile(
    ana, ben, change
):
    question = posts.write(author=ben, text="Who sees the sea?")
    post = write(ana, reply_to=question)
    tomorrow = timezone.now() + timezone.timedelta(days=1)
    restriction = {"suspended": {"suspended_until": tomorrow}, "closed": {"is_active": False}}
    User.objects.filter(pk=ana.pk).update(**restriction[change])
    publishing.prepare_waiting()
    post.refresh_from_db()
    assert (post.is_published, stored_uploads()) == (True, [])
    assert not ben.notifications.exists()
    assert not shows(signed_in(ben), question.get_absolute_url(), post)


def test_a_post_is_published_only_once(ana, ben):
    post = write(ana)
    publishing.prepare_waiting()
    assert publishing.prepare_waiting() == 0
    assert not posts.publish(post)
    assert ben.notifications.count() == 1


def test_a_broken_picture_is_reported_to_the_author_and_the_text_is_kept(ana, ben):
    post = write(ana, upload=broken(), alt="Sea")
    publishing.prepare_waiting()
    as_ana = signed_in(ana)
    page = as_ana.get(post.get_absolute_url()).text
    assert "cannot be read as a JPEG" in page and "Sea, " in page
    assert "isn't published yet" in ana.notifications.get().text
    assert not shows(signed_in(ben), "/", post)
    assert stored_uploads() == []
    answer = as_ana.post(f"/posts/{post.pk}/publish/", follow=True)
    assert "Posted without the picture." in answer.text
    assert shows(signed_in(ben), "/", post)
    post.refresh_from_db()
    assert (post.alt, post.failure) == ("", "")


def test_nobody_can_publish_a_post_before_its_picture_has_failed(ana, ben):
    post = write(ana)
    assert signed_in(ben).post(f"/posts/{post.pk}/publish/").status_code == 404
    assert signed_in(ben).get(f"/posts/{post.pk}/preparing/").status_code == 404
    script = {"accept": "application/json"}
    assert signed_in(ana).post(f"/posts/{post.pk}/publish/", headers=script).status_code == 409
    assert Post.objects.get().is_preparing


def test_the_author_sees_the_progress_of_the_preparation(ana, ben):
    post = write(ana)
    as_ana, address = signed_in(ana), f"/posts/{post.pk}/preparing/?wait=2"
    assert 'hx-trigger="load delay:4s"' in as_ana.get(address).text
    publishing.prepare_waiting()
    page = as_ana.get(address).text
    assert "hx-trigger" not in page.partition("</header>")[0] and "<img" in page


def test_a_reply_is_not_counted_before_it_is_published(ana, ben):
    post = posts.write(author=ana, text="Who sees the sea?")
    reply = write(ben, text="I do", reply_to=post)
    post.refresh_from_db()
    assert (post.reply_count, ana.notifications.count()) == (0, 0)
    publishing.prepare_waiting()
    post.refresh_from_db()
    assert (post.reply_count, ana.notifications.filter(kind="reply").count()) == (1, 1)
    posts.delete(Post.objects.get(pk=reply.pk), by=ben)
    post.refresh_from_db()
    assert post.reply_count == 0


@pytest.mark.parametrize("upload", [image, broken])
def test_deleting_a_post_during_the_preparation_leaves_nothing(ana, ben, upload):
    post = posts.write(author=ana, text="Who sees the sea?")
    reply = write(ben, text="I do", reply_to=post, upload=upload())
    posts.delete(reply, by=ben)
    post.refresh_from_db()
    assert (post.reply_count, stored_uploads(), publishing.prepare_waiting()) == (0, [], 0)


def test_the_parent_post_can_be_deleted_during_the_preparation(ana, ben):
    post = posts.write(author=ana, text="Who sees the sea?")
    write(ben, text="I do", reply_to=post)
    posts.delete(post, by=ana)
    assert (publishing.prepare_waiting(), stored_uploads(), Post.objects.count()) == (0, [], 0)


def test_an_unpublished_post_cannot_be_pinned_or_answered(ana, ben):
    post, space = write(ana), make_space(make_host())
    with pytest.raises(Refusal) as refused:
        pins.pin(space, post=post, by=space.host)
    assert refused.value.code == "not_published"
    answer = signed_in(ana).post("/compose/", {"text": "Me", "reply_to": post.pk})
    assert "That post no longer exists." in answer.text
    assert Space.objects.get().pins.count() == 0


def test_a_post_waits_while_another_picture_is_decoded(ana, ben):
    post = write(ana)
    with pictures._one_at_a_time(0):
        publishing.prepare_waiting()
    assert Post.objects.get(pk=post.pk).claimed_until is None
    assert publishing.prepare_waiting() == 1
    assert Post.objects.get(pk=post.pk).is_published


def test_a_post_that_a_dead_worker_had_claimed_is_prepared_again(ana, ben):
    post = write(ana)
    assert publishing._claim() == post
    assert publishing._claim() is None
    Post.objects.update(claimed_until=timezone.now())
    assert publishing.prepare_waiting() == 1


def test_a_lost_upload_counts_as_a_failure(ana, ben):
    post = write(ana)
    storages["uploads"].delete(post.upload)
    publishing.prepare_waiting()
    post.refresh_from_db()
    assert (post.state, post.failure) == (PostState.FAILED, publishing.OUR_FAULT)


def test_other_users_of_the_machine_cannot_read_uploads(ana):
    post = write(ana)
    assert "evil" not in post.upload
    path = Path(storages["uploads"].path(post.upload))
    assert path.read_bytes() == image().read()
    modes = [oct(each.stat().st_mode & 0o777) for each in (path, path.parent)]
    assert modes == ["0o600", "0o700"]


def test_a_form_with_a_picture_publishes_without_further_steps(ana, ben):
    data = {"text": "Sea", "image": image(), "alt": "A blue square"}
    as_ana = signed_in(ana)
    assert as_ana.post("/compose/", data).url == "/"
    page = as_ana.get("/").text
    assert "We&#x27;re preparing your picture. Your post will appear in a moment." in page
    # Without a broker the task runs immediately.
    assert 'alt="A blue square"' in signed_in(ben).get("/").text


def test_sending_a_form_with_a_picture_twice_says_that_the_picture_is_being_prepared(ana):
    as_ana, name = signed_in(ana), once.new_name()
    for _ in range(2):
        data = {"text": "Sea", "image": image(), "once": name}
        assert "preparing your picture" in as_ana.post("/compose/", data, follow=True).text
    assert Post.objects.count() == 1


def test_the_web_process_decodes_no_pictures(ana, monkeypatch):
    monkeypatch.setattr(pictures, "CHILD", "/nowhere")
    monkeypatch.setattr("timeline.tasks.prepare_pictures.delay", lambda: None)
    assert signed_in(ana).post("/compose/", {"text": "Sea", "image": image()}).status_code == 302
    answer = signed_in(ana).post("/compose/", {"text": "Sea", "image": image(4000, 4001)})
    assert "more than 16 megapixels" in answer.text
    assert Post.objects.get().is_preparing
