import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from accounts import blocking
from core.refusals import Refusal
from spaces.actions import lifecycle
from tests.factories import make_space, make_user
from timeline import posts
from timeline.models import Like, Post
from timeline.pictures import SIDE, reencode


def picture(width=40, height=30):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return reencode(ContentFile(out.getvalue(), name="../../evil.php"))


def notifications_of(user):
    return list(user.notifications.values_list("kind", "text", "url"))


def test_mentioned_people_are_saved_and_notified(ana, ben):
    post = posts.write(author=ana, text="Hello @BEN and @nobody_here and @ana")
    assert set(post.mentions.all()) == {ana, ben}
    words = "Ana mentioned you: “Hello @BEN and @nobody_here and @ana”"
    assert notifications_of(ben) == [("mention", words, f"/@ana/posts/{post.pk}/")]
    assert notifications_of(ana) == []


def test_nobody_can_be_mentioned_across_a_block(ana, ben):
    blocking.block(blocker=ben, blocked=ana)
    assert posts.write(author=ana, text="Hello @ben").mentions.count() == 0
    assert notifications_of(ben) == []


def test_the_first_space_in_the_text_becomes_the_card(ana):
    first, second = make_space(), make_space()
    text = (
        f"http://testserver{first.get_absolute_url()} http://testserver{second.get_absolute_url()}"
    )
    assert posts.write(author=ana, text=text).space == first


def test_a_reply_is_counted_and_the_author_of_the_post_is_notified_once(ana, ben):
    post = posts.write(author=ana, text="Who is up?")
    reply = posts.write(author=ben, text="Me, @ana", reply_to=post)
    post.refresh_from_db()
    assert (reply.reply_to, post.reply_count) == (post, 1)
    assert notifications_of(ana) == [
        ("reply", "Ben replied to you: “Me, @ana”", f"/@ben/posts/{reply.pk}/"),
    ]


def test_a_reply_to_a_reply_belongs_to_the_first_post(ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    assert posts.write(author=ana, text="Three", reply_to=reply).reply_to == post
    post.refresh_from_db()
    assert post.reply_count == 2


def test_a_deleted_post_cannot_be_answered(ana, ben):
    post = posts.write(author=ana, text="Gone in a moment")
    posts.delete(Post.objects.get(), by=ana)
    with pytest.raises(posts.Gone):
        posts.write(author=ben, text="Wait", reply_to=post)
    assert not Post.objects.exists()


def test_liking_twice_counts_once(ana, ben):
    post = posts.write(author=ana, text="Rain")
    assert [posts.like(post, user=ben), posts.like(post, user=ben)] == [True, False]
    post.refresh_from_db()
    assert (post.like_count, notifications_of(ana)[0][1]) == (1, "Ben likes your post: “Rain”")
    assert [posts.unlike(post, user=ben), posts.unlike(post, user=ben)] == [True, False]
    post.refresh_from_db()
    assert post.like_count == 0


def test_a_deleted_post_cannot_be_liked(ana, ben):
    post = posts.write(author=ana, text="Rain")
    posts.delete(Post.objects.get(), by=ana)
    with pytest.raises(posts.Gone):
        posts.like(post, user=ben)


def test_deleting_a_post_deletes_its_replies_likes_and_pictures(
    ana, ben, django_capture_on_commit_callbacks
):
    post = posts.write(author=ana, text="Look", picture=picture(), alt="A blue square")
    reply = posts.write(author=ben, text="Mine", picture=picture(), reply_to=post)
    posts.like(post, user=ben)
    before = [post.image.storage.exists(each.image.name) for each in (post, reply)]
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=ana)
    after = [post.image.storage.exists(each.image.name) for each in (post, reply)]
    assert (before, after) == ([True, True], [False, False])
    assert (Post.objects.count(), Like.objects.count()) == (0, 0)


def test_deleting_a_reply_lowers_the_reply_count(ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    posts.delete(reply, by=ben)
    post.refresh_from_db()
    assert post.reply_count == 0


def test_only_the_author_can_delete_a_post(ana, ben):
    post = posts.write(author=ana, text="Mine")
    for other in (ben, make_user(is_staff=True)):
        with pytest.raises(Refusal):
            posts.delete(post, by=other)
    assert Post.objects.get() == post


def test_a_picture_is_resized_and_gets_a_random_name(ana):
    post = posts.write(author=ana, text="Wide", picture=picture(3200, 800), alt="Sea")
    assert (post.image_width, post.image_height, post.alt) == (SIDE, SIDE // 4, "Sea")
    assert post.image.name.endswith(".webp") and "evil" not in post.image.name
    with post.image.open() as file, Image.open(file) as kept:
        assert (kept.format, kept.size) == ("WEBP", (SIDE, SIDE // 4))


def test_the_card_of_an_ended_space_remains(ana):
    space = make_space()
    post = posts.write(author=ana, text="It was good", space=space)
    lifecycle.end(space, by=space.host)
    assert Post.objects.get(pk=post.pk).space == space
