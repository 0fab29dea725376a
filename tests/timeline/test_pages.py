import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import blocking, follow
from spaces.actions import lifecycle
from tests.factories import make_host, make_space, make_user, signed_in
from timeline import posts
from timeline.models import Post


def shown(answer):
    return re.findall(r'<article class="post[^"]*" id="post-(\d+)"', answer.text)


def keys(*written):
    return [str(post.pk) for post in written]


def test_home_lists_what_i_follow_and_leads_on_to_more(as_ben, ana):
    written = [posts.write(author=ana, text=f"Line {n}") for n in range(25)]
    first = as_ben.get("/")
    assert shown(first) == keys(*written[:4:-1])
    address = re.search(r'id="more" href="([^"]+)"', first.text)[1]
    assert shown(as_ben.get(address)) == keys(*written[4::-1])


def test_the_end_of_a_list_asks_for_posts_alone(as_ben, ana):
    post = posts.write(author=ana, text="One")
    headers = {"HX-Request": "true", "HX-Target": "more"}
    answer = as_ben.get("/?before=999999", headers=headers)
    assert shown(answer) == keys(post)
    assert "<main" not in answer.text


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30, "²", "1.5"])
def test_a_strange_key_begins_at_the_beginning(as_ben, ana, before):
    post = posts.write(author=ana, text="One")
    assert shown(as_ben.get("/", {"before": before})) == keys(post)


def test_home_costs_the_same_with_one_post_as_with_fifty(
    as_ben, ana, ben, django_assert_num_queries
):
    def write(author):
        space = make_space(make_host())
        posts.like(posts.write(author=author, text="Hello @ben", space=space), user=ben)

    write(ana)
    as_ben.get("/")
    with CaptureQueriesContext(connection) as one:
        as_ben.get("/")
    for _ in range(49):
        author = make_user()
        follow.follow(follower=ben, followed=author)
        write(author)
    with django_assert_num_queries(len(one)):
        assert len(shown(as_ben.get("/"))) == 20


def test_an_empty_timeline_says_what_to_do_and_shows_once_what_is_live(as_ben):
    make_space()
    page = as_ben.get("/").text
    assert "Your timeline is quiet" in page
    assert page.count(">Live now</h2>") == 1


def test_a_post_has_a_page_with_its_replies(client, ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    assert shown(client.get(post.get_absolute_url())) == keys(post, reply)
    assert shown(client.get(reply.get_absolute_url())) == keys(post, reply)


def test_a_post_under_another_name_leads_to_its_own(client, ana):
    post = posts.write(author=ana, text="One")
    assert client.get(f"/@somebody/posts/{post.pk}/").url == post.get_absolute_url()


def test_across_a_block_a_post_is_not_there(as_ben, ana, ben):
    post = posts.write(author=ana, text="One")
    blocking.block(blocker=ana, blocked=ben)
    assert as_ben.get(post.get_absolute_url()).status_code == 404
    assert as_ben.post(f"/posts/{post.pk}/like/").status_code == 404


def test_a_profile_lists_its_posts_and_leads_to_the_older_ones(client, ana):
    written = [posts.write(author=ana, text=f"Line {n}") for n in range(22)]
    profile = client.get("/@ana/")
    assert shown(profile) == keys(*written[:1:-1])
    assert shown(client.get(f"/@ana/posts/?before={written[2].pk}")) == keys(*written[1::-1])


def test_writing_a_post_by_a_plain_form(as_ben, ben):
    data = {"text": "Sea\r\n\r\n\r\n\r\nand @ana"}
    assert as_ben.post("/compose/", data).url == "/"
    page = as_ben.get("/").text
    assert "Posted." in page
    assert 'Sea\n\nand <a href="/@ana/" dir="ltr">@ana</a></p>' in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": " \r\n "}, "Write something first."),
        ({"text": "a" * 281}, "A post has at most 280 characters: this one has 281."),
        ({"text": "Hi", "space": "nothere"}, "That Space is not there any more."),
        ({"text": "Hi", "reply_to": "999"}, "That post is not there any more."),
        ({"text": "Hi", "image": SimpleUploadedFile("x.png", b"no")}, "cannot be read"),
    ],
)
def test_what_is_refused_is_said_beside_what_was_written(as_ben, data, words):
    answer = as_ben.post("/compose/", data)
    assert (answer.status_code, Post.objects.count()) == (400, 0)
    assert words in answer.text
    assert f">{data['text']}</textarea>" in answer.text


def test_280_characters_are_counted_as_people_count_them(as_ben):
    as_ben.post("/compose/", {"text": "🌧\r\n" * 139 + "🌧🌧"})
    assert len(Post.objects.get().text) == 280


def test_a_reply_comes_back_to_its_post(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post("/compose/", {"text": "Two", "reply_to": post.pk})
    assert answer.url == post.get_absolute_url()
    assert "Two" in as_ben.get(answer.url).text


def test_a_space_is_shared_with_its_card_and_words_to_begin_with(as_ben):
    space = make_space()
    page = as_ben.get(f"/compose/?space={space.public_id}").text
    assert f"Listening to “{space.title}”. Come along." in page
    assert f'name="space" value="{space.public_id}"' in page
    as_ben.post("/compose/", {"text": "Come", "space": space.public_id})
    assert Post.objects.get().space == space
    assert (
        f'class="space-card on-gradient" href="{space.get_absolute_url()}"' in as_ben.get("/").text
    )
    lifecycle.end(space, by=space.host)
    ended = as_ben.get("/").text
    assert 'class="space-card' not in ended
    assert 'class="ended-card"' in ended


@pytest.mark.parametrize("space", ["nothere", "a\x00b", "../x"])
def test_sharing_what_is_no_space_is_an_empty_composer(as_ben, space):
    assert 'name="space"' not in as_ben.get("/compose/", {"space": space}).text


def test_liking_without_script_comes_back_to_the_list(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"referer": "http://testserver/"})
    assert answer.url == f"/#post-{post.pk}"
    assert 'aria-label="Like, 1" aria-pressed="true"' in as_ben.get("/").text
    elsewhere = {"referer": "https://elsewhere.example/"}
    answer = as_ben.post(f"/posts/{post.pk}/unlike/", headers=elsewhere)
    assert answer.url == post.get_absolute_url()


def test_liking_with_htmx_answers_with_the_button(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"HX-Request": "true"})
    assert answer.text.count("<form") == 1
    assert f'action="/posts/{post.pk}/unlike/"' in answer.text


def test_deleting_is_for_authors(as_ben, ana, ben):
    theirs, mine = (posts.write(author=author, text="One") for author in (ana, ben))
    page = as_ben.get("/").text
    assert f"/posts/{mine.pk}/delete/" in page
    assert f"/posts/{theirs.pk}/delete/" not in page
    as_ben.post(f"/posts/{theirs.pk}/delete/")
    assert as_ben.post(f"/posts/{mine.pk}/delete/").url == "/"
    assert list(Post.objects.all()) == [theirs]


@pytest.mark.parametrize("act", ["compose/", "posts/1/like/", "posts/1/unlike/", "posts/1/delete/"])
def test_whoever_is_signed_out_is_asked_to_sign_in(client, ana, act):
    posts.write(author=ana, text="One")
    assert client.post(f"/{act}").url == f"/accounts/login/?next=/{act}"


def test_a_forged_form_is_refused(ana):
    strict = signed_in(ana, enforce_csrf_checks=True)
    assert strict.post("/compose/", {"text": "Hi"}).status_code == 403
