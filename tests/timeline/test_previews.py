"""How links to us look elsewhere: Open Graph's tags and oEmbed say the same."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings

from accounts import previews as people
from core.times import lasted
from spaces.actions import lifecycle
from spaces.models import Removal
from tests.factories import make_user
from timeline import posts
from timeline.wording import space_in

HERE = settings.BASE_URL
TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[a-z:]+)" content="([^"]*)"')


def tags(page: str) -> dict[str, str]:
    return dict(TAG.findall(page))


def asked(client, path: str, **options: object):
    query = "".join(f"&{name}={value}" for name, value in options.items())
    return client.get(f"/oembed/?url={quote(HERE + path, safe='')}{query}")


def test_a_live_space_says_so_wherever_its_link_stands(client, space):
    path = space.get_absolute_url()
    page = client.get(path).text
    said = tags(page)
    assert said["og:title"] == "What cities sound like"
    assert said["og:description"] == "Live now, hosted by hana. Listen in two taps."
    assert said["og:url"] == HERE + path
    assert said["og:image"].startswith(f"{HERE}/static/img/card")
    assert said["twitter:card"] == "summary_large_image"
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
        "thumbnail_url": said["og:image"],
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }


def test_an_ended_space_says_how_long_it_was(client, space, host):
    lifecycle.end(space, by=host)
    said = tags(client.get(space.get_absolute_url()).text)
    assert said["og:description"] == "Hosted by hana. It ended after less than a minute."


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
def test_a_duration_in_words(seconds, words):
    assert lasted(timedelta(seconds=seconds)) == words


def test_who_was_removed_gets_no_tags(client, space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    client.force_login(listener)
    assert "og:title" not in tags(client.get(space.get_absolute_url()).text)


def test_a_profile_and_a_post_have_their_own(client, db):
    ana = make_user("ana", name="Ana <3", bio="Rain, trams, doors")
    post = posts.write(author=ana, text='A "quoted" line')
    profile = tags(client.get(ana.get_absolute_url()).text)
    assert (profile["og:title"], profile["og:type"]) == ("Ana &lt;3 (@ana)", "profile")
    assert profile["og:description"] == "Rain, trams, doors"
    said = tags(client.get(post.get_absolute_url()).text)
    assert said["og:description"] == "A &quot;quoted&quot; line"
    for thing in (ana, post):
        answer = asked(client, thing.get_absolute_url()).json()
        assert (answer["title"], answer["author_url"]) == ("Ana <3 (@ana)", f"{HERE}/@ana/")


def test_a_face_that_a_person_chose_is_their_picture(db):
    ana = make_user("ana", picture="avatars/a.webp")
    assert people.of_person(ana).picture.url == f"{HERE}/media/avatars/a.webp"


def test_a_thumbnail_that_is_too_large_is_left_out(client, space):
    answer = asked(client, space.get_absolute_url(), maxwidth=300).json()
    assert "thumbnail_url" not in answer
    assert answer["title"] == "What cities sound like"


def test_another_format_is_not_implemented(client, space):
    assert asked(client, space.get_absolute_url(), format="xml").status_code == 501


OTHERS = ["/", "/settings/", "/spaces/no/", "/@nobody/", "/@nobody/posts/1/", "/@a%00b/", "/admin/"]


@pytest.mark.parametrize("path", OTHERS)
def test_of_other_pages_nothing_is_said(client, db, path):
    assert asked(client, path).status_code == 404


@pytest.mark.parametrize("url", ["", "http://[", "https://evil.example/spaces/a/", "javascript:1"])
def test_of_other_sites_nothing_is_said(client, db, url):
    assert client.get("/oembed/", {"url": url}).status_code == 404


@pytest.fixture
def public_site(settings):
    settings.BASE_URL = "https://spaces.example"
    settings.ALLOWED_ORIGINS = ["https://spaces.example"]
    settings.ALLOWED_HOSTS = ["spaces.example", "www.spaces.example", "testserver"]


PASTED = [  # addresses that people copy, all of which lead to the page
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


def things(space):
    ana = make_user("ana")
    pages = (space, ana, posts.write(author=ana, text="Trams"))
    return [page.get_absolute_url().removesuffix("/") for page in pages]


@pytest.mark.parametrize("address", PASTED)
def test_every_address_that_leads_to_a_page_is_answered(client, space, public_site, address):
    for path in things(space):
        answer = client.get("/oembed/", {"url": address.format(path)}, secure=True)
        assert answer.status_code == 200, path


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_that_leads_elsewhere_is_not(client, space, public_site, address):
    for path in things(space):
        answer = client.get("/oembed/", {"url": address.format(path)}, secure=True)
        assert answer.status_code == 404, path


def test_a_site_for_every_host_is_not_every_site(client, space, public_site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    [path, *_] = things(space)
    asked = {"url": f"https://evil.example{path}/"}
    assert client.get("/oembed/", asked, secure=True).status_code == 404


@pytest.mark.parametrize("address", PASTED)
def test_a_card_comes_of_every_address_of_a_space(space, public_site, address):
    path = space.get_absolute_url().removesuffix("/")
    assert space_in(f"Come: {address.format(path).strip()}") == space.public_id
