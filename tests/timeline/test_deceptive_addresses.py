"""URLs that look like this site's but are not; Python and the pages treat them in the same way."""

import json
import subprocess
from pathlib import Path

import pytest
from django.template import Context, Template

from core.text.links import is_link, linked, own_path, path_on_this_site
from tests.address_cases import REDIRECT_TARGETS, SITE, URLS
from timeline import posts, previews
from timeline.wording import as_html, post_of, space_in, space_of

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "lib/addresses.js"
PROGRAM = f"""
import {{ readFileSync }} from "node:fs";
import {{ isLink, isPath, ownPath }} from {json.dumps(SCRIPT.as_uri())};
const [site, addresses, targets] = JSON.parse(readFileSync(0, "utf8"));
const read = addresses.map((address) => [isLink(address), ownPath(address, site)]);
const allowed = targets.map((target) => isPath(target) || ownPath(target, site) !== "");
process.stdout.write(JSON.stringify([read, allowed]));
"""


def test_python_reads_every_url_as_the_table_says():
    assert {each: (is_link(each), own_path(each)) for each in URLS} == URLS


def test_the_pages_read_every_url_as_python_does():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    stdin = json.dumps([SITE, list(URLS), list(REDIRECT_TARGETS)])
    result = subprocess.run(node, input=stdin, capture_output=True, text=True, check=True)
    read, allowed = json.loads(result.stdout)
    assert {each: tuple(how) for each, how in zip(URLS, read, strict=True)} == URLS
    assert dict(zip(REDIRECT_TARGETS, allowed, strict=True)) == REDIRECT_TARGETS


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/a"])
def test_a_deceptive_url_is_not_linked_as_a_url_of_this_site(path):
    for html in (as_html(f"see {SITE}{path} there", handles=[]), linked(f"see {SITE}{path} there")):
        assert f'href="{path}' not in html
        assert 'href="//' not in html
        assert 'href="/\\' not in html


@pytest.mark.parametrize(
    "trick", ["//spaces/AbC123/", "/\\spaces/AbC123/", "@evil.example/spaces/AbC123/"]
)
def test_a_deceptive_url_creates_no_card_pin_or_preview(db, space, trick):
    address = f"{SITE}{trick}".replace("AbC123", space.public_id)
    found = (space_in(address), space_of(address), post_of(address), path_on_this_site(address))
    assert found == ("",) * 4
    assert previews.of_link(address) is None


@pytest.mark.parametrize("target", REDIRECT_TARGETS)
def test_sign_in_and_sign_out_redirect_only_to_this_site(db, ana, client, target):
    place = {True: target, False: "/"}[REDIRECT_TARGETS[target]]
    client.force_login(ana)
    for address in ("/accounts/login/", "/accounts/signup/"):  # signed in already
        answer = client.get(address, {"next": target})
        assert (answer.status_code, answer["location"]) == (302, place), address
    answer = client.post("/accounts/logout/", {"next": target})
    assert (answer.status_code, answer["location"]) == (302, place)
    form = {"login": "ana", "password": "a good password", "next": target}
    answer = client.post("/accounts/login/", form)
    assert answer.status_code == 302
    assert answer["location"] in (place, "/accounts/confirm-email/")


@pytest.mark.parametrize("target", REDIRECT_TARGETS)
def test_buttons_redirect_only_to_pages_of_this_site(ana, as_ben, target):
    post = posts.write(author=ana, text="Trams")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"referer": target})
    came_from = {"http://testserver/spaces/": f"/spaces/#post-{post.pk}"}
    assert answer["location"] == came_from.get(target, post.get_absolute_url())


def test_text_that_is_not_a_url_stays_text_in_the_chat():
    line = Template("{% load links %}{{ text|linked }}")
    written = "<b>http://ana@testserver/</b> or https://example.org/a_(b), javascript:alert(1)"
    assert line.render(Context({"text": written})) == (
        "&lt;b&gt;http://ana@testserver/&lt;/b&gt; or "
        '<a href="https://example.org/a_(b)" target="_blank" rel="noopener nofollow ugc" dir="ltr">'
        "https://example.org/a_(b)</a>, javascript:alert(1)"
    )
