"""Previews of our links on other sites: Open Graph tags and oEmbed have the same content."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings

from accounts import previews as people
from core.times import duration_in_words
from spaces.actions import lifecycle
from spaces.models import Removal
from tests.factories import make_user
from timeline import posts
from timeline.wording import space_in

HERE = settings.BASE_URL
TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[a-z:]+)" content="([^"]*)"')


def tags(page: str) -> dict[str, str]:
    return dict(TAG.findall(page))


def oembed(client, path: str, **options: object):
    query = "".join(f"&{name}={value}" for name, value in options.items())
    return client.get(f"/oembed/?url={quote(HERE + path, safe='')}{query}")


def test_a_live_space_has_the_same_preview_in_tags_and_in_oembed(client, space):
    path = space.get_absolute_url()
    page = client.get(path).text
    found = tags(page)
    assert found["og:title"] == "What cities sound like"
    assert found["og:description"] == "Live now, hosted by hana. Listen in two taps."
    assert found["og:url"] == HERE + path
    assert found["og:image"].startswith(f"{HERE}/static/img/card")
    assert found["twitter:card"] == "summary_large_image"
    (address,) = re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)
    answer = client.get(address.replace("&amp;", "&").removeprefix(HERE)).json()
    assert answer == {
        "version": "1.0",
        "type": "link",
        "title": "What cities sound like",
        "provider_name": "Spaces",
        "provider_url": HERE,
        "cache_age": 60,
        "author_name": "hana",
        "author_url": f"{HERE}/@hana/",
        "thumbnail_url": found["og:image"],
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }


def test_the_preview_of_an_ended_space_says_how_long_it_was(client, space, host):
    lifecycle.end(space, by=host)
    found = tags(client.get(space.get_absolute_url()).text)
    assert found["og:description"] == "Hosted by hana. It ended after less than a minute."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "less than a minute"),
        (60, "1 minute"),
        (42 * 60, "42 minutes"),
        (3600, "1 hour"),
        (2 * 3600 + 5 * 60, "2 hours and 5 minutes"),
    ],
)
def test_a_duration_is_written_in_words(seconds, words):
    assert duration_in_words(timedelta(seconds=seconds)) == words


def test_a_removed_person_gets_no_tags(client, space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    client.force_login(listener)
    assert "og:title" not in tags(client.get(space.get_absolute_url()).text)


def test_profiles_and_posts_have_their_own_previews(client, db):
    ana = make_user("ana", name="Ana <3", bio="Rain, trams, doors")
    post = posts.write(author=ana, text='A "quoted" line')
    profile = tags(client.get(ana.get_absolute_url()).text)
    assert (profile["og:title"], profile["og:type"]) == ("Ana &lt;3 (@ana)", "profile")
    assert profile["og:description"] == "Rain, trams, doors"
    found = tags(client.get(post.get_absolute_url()).text)
    assert found["og:description"] == "A &quot;quoted&quot; line"
    for thing in (ana, post):
        answer = oembed(client, thing.get_absolute_url()).json()
        assert (answer["title"], answer["author_url"]) == ("Ana <3 (@ana)", f"{HERE}/@ana/")


def test_an_avatar_is_the_picture_of_the_preview(db):
    ana = make_user("ana", picture="avatars/a.webp")
    assert people.of_person(ana).picture.url == f"{HERE}/media/avatars/a.webp"


def test_a_thumbnail_above_the_requested_width_is_left_out(client, space):
    answer = oembed(client, space.get_absolute_url(), maxwidth=300).json()
    assert "thumbnail_url" not in answer
    assert answer["title"] == "What cities sound like"


def test_other_formats_are_not_implemented(client, space):
    assert oembed(client, space.get_absolute_url(), format="xml").status_code == 501


OTHER_PAGES = [
    "/",
    "/settings/",
    "/spaces/no/",
    "/@nobody/",
    "/@nobody/posts/1/",
    "/@a%00b/",
    "/admin/",
]


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_other_pages_have_no_oembed(client, db, path):
    assert oembed(client, path).status_code == 404


@pytest.mark.parametrize("url", ["", "http://[", "https://evil.example/spaces/a/", "javascript:1"])
def test_other_sites_have_no_oembed(client, db, url):
    assert client.get("/oembed/", {"url": url}).status_code == 404


@pytest.fixture
def public_site(settings):
    settings.BASE_URL = "https://spaces.example"
    settings.ALLOWED_ORIGINS = ["https://spaces.example"]
    settings.ALLOWED_HOSTS = ["spaces.example", "www.spaces.example", "testserver"]


PASTED = [  # URLs that people copy, all of which lead to the page
    "https://spaces.example{}/",
    "https://spaces.example{}",
    "http://spaces.example{}",
    "HTTP://Spaces.Example{}/",
    "https://www.spaces.example{}/",
    "http://www.spaces.example{}",
    "https://spaces.example:443{}/",
    "http://spaces.example:80{}/",
    "https://spaces.example.{}/",
    "https://spaces.example{}/?utm_source=newsletter&utm_medium=email",
    "https://spaces.example{}?fbclid=1#chat",
    "https://spaces.example{}/#chat",
    "  https://spaces.example{}/\n",
]
ELSEWHERE = [
    "https://evil.example{}/",
    "https://spaces.example.evil.example{}/",
    "https://evil.spaces.example{}/",
    "https://spaces.example@evil.example{}/",
    "https://spaces.example:8443{}/",
    "https://spaces.example/{}/",
    "https://spaces.example\\{}/",
    "ftp://spaces.example{}/",
    "//spaces.example{}/",
    "{}/",
]


def page_paths(space):
    ana = make_user("ana")
    pages = (space, ana, posts.write(author=ana, text="Trams"))
    return [page.get_absolute_url().removesuffix("/") for page in pages]


@pytest.mark.parametrize("address", PASTED)
def test_every_url_that_leads_to_a_page_has_oembed(client, space, public_site, address):
    for path in page_paths(space):
        answer = client.get("/oembed/", {"url": address.format(path)}, secure=True)
        assert answer.status_code == 200, path


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_url_that_leads_elsewhere_has_no_oembed(client, space, public_site, address):
    for path in page_paths(space):
        answer = client.get("/oembed/", {"url": address.format(path)}, secure=True)
        assert answer.status_code == 404, path


def test_allowing_every_host_does_not_include_other_sites(client, space, public_site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    [path, *_] = page_paths(space)
    query = {"url": f"https://evil.example{path}/"}
    assert client.get("/oembed/", query, secure=True).status_code == 404


@pytest.mark.parametrize("address", PASTED)
def test_every_url_of_a_space_becomes_a_card(space, public_site, address):
    path = space.get_absolute_url().removesuffix("/")
    assert space_in(f"Come: {address.format(path).strip()}") == space.public_id
