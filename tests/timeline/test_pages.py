import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import blocking, follow
from spaces.actions import lifecycle
from spaces.models import Space, State
from tests.factories import (
    make_host,
    make_scheduled_space,
    make_space,
    make_user,
    signed_in,
)
from timeline import posts
from timeline.models import Post
from timeline.suggestions import people_to_follow


def shown(answer):
    return re.findall(r'<article class="post[^"]*" id="post-(\d+)"', answer.text)


def keys(*written):
    return [str(post.pk) for post in written]


def test_home_lists_followed_posts_and_links_to_older_ones(as_ben, ana):
    written = [posts.write(author=ana, text=f"Line {n}") for n in range(25)]
    first = as_ben.get("/")
    assert shown(first) == keys(*written[:4:-1])
    address = re.search(r'id="more" href="([^"]+)"', first.text)[1]
    assert shown(as_ben.get(address)) == keys(*written[4::-1])


def test_an_htmx_request_gets_only_the_next_posts(as_ben, ana):
    post = posts.write(author=ana, text="One")
    headers = {"HX-Request": "true", "HX-Target": "more"}
    answer = as_ben.get("/?before=999999", headers=headers)
    assert shown(answer) == keys(post)
    assert "<main" not in answer.text


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30, "²", "1.5"])
def test_an_invalid_page_key_shows_the_first_page(as_ben, ana, before):
    post = posts.write(author=ana, text="One")
    assert shown(as_ben.get("/", {"before": before})) == keys(post)


def test_query_count_of_home_does_not_grow_with_the_number_of_posts(
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


def test_an_empty_timeline_says_what_to_do_and_lists_live_spaces_once(as_ben):
    make_space()
    page = as_ben.get("/").text
    assert "Your timeline is quiet" in page
    assert page.count(">Live now</h2>") == 1


def test_an_empty_timeline_offers_to_follow_hosts(as_ben, ben, django_assert_num_queries):
    live, planner = make_host("liv", follower_count=700), make_host("pia", follower_count=900)
    hidden, closed, suspended = make_host("hal"), make_host("cleo"), make_host("sue")
    followed = make_host("fay")
    for host in (live, hidden, closed, suspended, followed):
        make_space(host)
    follow.follow(follower=ben, followed=followed)
    make_scheduled_space(planner)
    blocking.block(blocker=hidden, blocked=ben)
    closed.is_active = False
    closed.save()
    suspended.suspended_until = timezone.now() + timedelta(days=1)
    suspended.save()
    page = as_ben.get("/").text
    assert re.findall(r'action="/@(\w+)/follow/"', page) == ["pia", "liv"]
    assert "People to follow" in page
    for _ in range(9):
        make_space()
    with django_assert_num_queries(3):
        assert len(people_to_follow(ben)) == 5


def test_an_empty_timeline_without_hosts_offers_nobody(as_ben):
    assert "People to follow" not in as_ben.get("/").text


def test_the_page_of_a_post_shows_its_replies(client, ana, ben):
    post = posts.write(author=ana, text="One")
    reply = posts.write(author=ben, text="Two", reply_to=post)
    assert shown(client.get(post.get_absolute_url())) == keys(post, reply)
    assert shown(client.get(reply.get_absolute_url())) == keys(post, reply)


def test_a_post_under_another_handle_redirects_to_its_own_url(client, ana):
    post = posts.write(author=ana, text="One")
    assert client.get(f"/@somebody/posts/{post.pk}/").url == post.get_absolute_url()


def test_a_post_cannot_be_found_across_a_block(as_ben, ana, ben):
    post = posts.write(author=ana, text="One")
    blocking.block(blocker=ana, blocked=ben)
    assert as_ben.get(post.get_absolute_url()).status_code == 404
    assert as_ben.post(f"/posts/{post.pk}/like/").status_code == 404


def test_a_profile_lists_its_posts_and_links_to_older_ones(client, ana):
    written = [posts.write(author=ana, text=f"Line {n}") for n in range(22)]
    profile = client.get("/@ana/")
    assert shown(profile) == keys(*written[:1:-1])
    assert shown(client.get(f"/@ana/posts/?before={written[2].pk}")) == keys(*written[1::-1])


def test_a_post_can_be_written_with_a_plain_form(as_ben, ben):
    data = {"text": "Sea\r\n\r\n\r\n\r\nand @ana"}
    assert as_ben.post("/compose/", data).url == "/"
    page = as_ben.get("/").text
    assert "Posted." in page
    assert 'Sea\n\nand <a href="/@ana/" dir="ltr">@ana</a></p>' in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": " \r\n "}, "Write something first."),
        ({"text": "a" * 281}, "A post has at most 280 characters, but this one has 281."),
        ({"text": "Hi", "space": "nothere"}, "That Space no longer exists."),
        ({"text": "Hi", "reply_to": "999"}, "That post no longer exists."),
        ({"text": "Hi", "image": SimpleUploadedFile("x.png", b"no")}, "cannot be read"),
    ],
)
def test_a_form_error_is_shown_beside_the_text_that_was_entered(as_ben, data, words):
    answer = as_ben.post("/compose/", data)
    assert (answer.status_code, Post.objects.count()) == (400, 0)
    assert words in answer.text
    assert f">{data['text']}</textarea>" in answer.text


def test_emoji_and_line_ends_count_as_one_character(as_ben):
    as_ben.post("/compose/", {"text": "🌧\r\n" * 139 + "🌧🌧"})
    assert len(Post.objects.get().text) == 280


def test_a_reply_redirects_to_its_post(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post("/compose/", {"text": "Two", "reply_to": post.pk})
    assert answer.url == post.get_absolute_url()
    assert "Two" in as_ben.get(answer.url).text


def test_a_card_says_when_its_space_starts_or_that_it_was_cancelled(client, ana):
    space = make_scheduled_space(ana, title="Rain")
    posts.write(author=ana, text="Soon", space=space)
    page = client.get("/@ana/").text
    assert re.search(r"Starts\s+<time [^>]*>(today|tomorrow) \d\d:\d\d UTC</time>", page)
    for state in ("live", "ended", "cancelled"):
        assert f'<template data-state="{state}">' in page
    Space.objects.filter(pk=space.pk).update(state=State.CANCELLED)
    page = client.get("/@ana/").text
    assert ("Cancelled" in page, "<template" in page, "Starts" in page) == (True, False, False)


def test_a_shared_space_is_shown_as_a_card_with_a_suggested_text(as_ben):
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
def test_sharing_an_invalid_space_opens_an_empty_composer(as_ben, space):
    assert 'name="space"' not in as_ben.get("/compose/", {"space": space}).text


def test_liking_without_javascript_redirects_to_the_list(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"referer": "http://testserver/"})
    assert answer.url == f"/#post-{post.pk}"
    page = " ".join(as_ben.get("/").text.split())
    assert 'aria-label="Like, 1" aria-pressed="true"' in page
    elsewhere = {"referer": "https://elsewhere.example/"}
    answer = as_ben.post(f"/posts/{post.pk}/unlike/", headers=elsewhere)
    assert answer.url == post.get_absolute_url()


def test_liking_with_htmx_returns_only_the_button(as_ben, ana):
    post = posts.write(author=ana, text="One")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"HX-Request": "true"})
    assert answer.text.count("<form") == 1
    assert f'action="/posts/{post.pk}/unlike/"' in answer.text


def test_only_authors_can_delete_their_posts(as_ben, ana, ben):
    theirs, mine = (posts.write(author=author, text="One") for author in (ana, ben))
    page = as_ben.get("/").text
    assert f"/posts/{mine.pk}/delete/" in page
    assert f"/posts/{theirs.pk}/delete/" not in page
    as_ben.post(f"/posts/{theirs.pk}/delete/")
    assert as_ben.post(f"/posts/{mine.pk}/delete/").url == "/"
    assert list(Post.objects.all()) == [theirs]


@pytest.mark.parametrize("act", ["compose/", "posts/1/like/", "posts/1/unlike/", "posts/1/delete/"])
def test_writing_liking_and_deleting_require_sign_in(client, ana, act):
    posts.write(author=ana, text="One")
    assert client.post(f"/{act}").url == f"/accounts/login/?next=/{act}"


def test_a_form_without_a_csrf_token_is_refused(ana):
    strict = signed_in(ana, enforce_csrf_checks=True)
    assert strict.post("/compose/", {"text": "Hi"}).status_code == 403
