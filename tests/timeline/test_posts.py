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
from timeline.pictures import SIDE, redraw


def picture(width=40, height=30):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return redraw(ContentFile(out.getvalue(), name="../../evil.php"))


def told(user):
    return list(user.notifications.values_list("kind", "text", "url"))


def test_who_is_named_is_linked_and_told(ana, ben):
    post = posts.write(author=ana, text="Hello @BEN and @nobody_here and @ana")
    assert set(post.mentions.all()) == {ana, ben}
    words = "Ana mentioned you: “Hello @BEN and @nobody_here and @ana”"
    assert told(ben) == [("mention", words, f"/@ana/posts/{post.pk}/")]
    assert told(ana) == []


def test_nobody_is_named_across_a_block(ana, ben):
    blocking.block(blocker=ben, blocked=ana)
    assert posts.write(author=ana, text="Hello @ben").mentions.count() == 0
    assert told(ben) == []


def test_the_first_space_in_the_text_is_the_card(ana):
    first, second = make_space(), make_space()
    text = (
        f"http://testserver{first.get_absolute_url()} http://testserver{second.get_absolute_url()}"
    )
    assert posts.write(author=ana, text=text).space == first


def test_a_reply_is_counted_and_its_author_told_once(ana, ben):
    post = posts.write(author=ana, text="Who is up?")
    reply = posts.write(author=ben, text="Me, @ana", reply_to=post)
    post.refresh_from_db()
    assert (reply.reply_to, post.reply_count) == (post, 1)
    assert told(ana) == [
        ("reply", "Ben replied to you: “Me, @ana”", f"/@ben/posts/{reply.pk}/"),
    ]


def test_a_reply_to_a_reply_answers_the_post_above(ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    assert posts.write(author=ana, text="Three", reply_to=reply).reply_to == post
    post.refresh_from_db()
    assert post.reply_count == 2


def test_nobody_answers_what_is_gone(ana, ben):
    post = posts.write(author=ana, text="Gone in a moment")
    posts.delete(Post.objects.get(), by=ana)
    with pytest.raises(posts.Gone):
        posts.write(author=ben, text="Wait", reply_to=post)
    assert not Post.objects.exists()


def test_liking_twice_counts_once(ana, ben):
    post = posts.write(author=ana, text="Rain")
    assert [posts.like(post, user=ben), posts.like(post, user=ben)] == [True, False]
    post.refresh_from_db()
    assert (post.like_count, told(ana)[0][1]) == (1, "Ben likes your post: “Rain”")
    assert [posts.unlike(post, user=ben), posts.unlike(post, user=ben)] == [True, False]
    post.refresh_from_db()
    assert post.like_count == 0


def test_nobody_likes_what_is_gone(ana, ben):
    post = posts.write(author=ana, text="Rain")
    posts.delete(Post.objects.get(), by=ana)
    with pytest.raises(posts.Gone):
        posts.like(post, user=ben)


def test_deleting_takes_replies_likes_and_pictures(ana, ben, django_capture_on_commit_callbacks):
    post = posts.write(author=ana, text="Look", picture=picture(), alt="A blue square")
    reply = posts.write(author=ben, text="Mine", picture=picture(), reply_to=post)
    posts.like(post, user=ben)
    kept = [post.image.storage.exists(each.image.name) for each in (post, reply)]
    with django_capture_on_commit_callbacks(execute=True):
        posts.delete(post, by=ana)
    left = [post.image.storage.exists(each.image.name) for each in (post, reply)]
    assert (kept, left) == ([True, True], [False, False])
    assert (Post.objects.count(), Like.objects.count()) == (0, 0)


def test_deleting_a_reply_is_taken_off_the_count(ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    posts.delete(reply, by=ben)
    post.refresh_from_db()
    assert post.reply_count == 0


def test_who_did_not_write_it_cannot_delete_it_and_staff_decide_on_a_report(ana, ben):
    post = posts.write(author=ana, text="Mine")
    for other in (ben, make_user(is_staff=True)):
        with pytest.raises(Refusal):
            posts.delete(post, by=other)
    assert Post.objects.get() == post


def test_a_picture_is_ours_shrunk_and_named_by_nobody(ana):
    post = posts.write(author=ana, text="Wide", picture=picture(3200, 800), alt="Sea")
    assert (post.image_width, post.image_height, post.alt) == (SIDE, SIDE // 4, "Sea")
    assert post.image.name.endswith(".webp") and "evil" not in post.image.name
    with post.image.open() as file, Image.open(file) as kept:
        assert (kept.format, kept.size) == ("WEBP", (SIDE, SIDE // 4))


def test_the_card_of_an_ended_space_stays(ana):
    space = make_space()
    post = posts.write(author=ana, text="It was good", space=space)
    lifecycle.end(space, by=space.host)
    assert Post.objects.get(pk=post.pk).space == space
