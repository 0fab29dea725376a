"""What seems to be an address of ours and is none: the same table for Python and for the pages."""

import json
import subprocess
from pathlib import Path

import pytest
from django.template import Context, Template

from core.text.links import is_link, linked, own_path, path_here
from tests.addresses import SITE, TARGETS, TRICKY
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


def test_python_reads_every_address_strictly():
    assert {each: (is_link(each), own_path(each)) for each in TRICKY} == TRICKY


def test_the_pages_read_every_address_as_python_does():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    asked = json.dumps([SITE, list(TRICKY), list(TARGETS)])
    said = subprocess.run(node, input=asked, capture_output=True, text=True, check=True)
    read, allowed = json.loads(said.stdout)
    assert {each: tuple(how) for each, how in zip(TRICKY, read, strict=True)} == TRICKY
    assert dict(zip(TARGETS, allowed, strict=True)) == TARGETS


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "///evil.example/a"])
def test_an_address_of_ours_that_leads_away_is_no_link_of_ours(path):
    for html in (as_html(f"see {SITE}{path} there", handles=[]), linked(f"see {SITE}{path} there")):
        assert f'href="{path}' not in html
        assert 'href="//' not in html
        assert 'href="/\\' not in html


@pytest.mark.parametrize(
    "trick", ["//spaces/AbC123/", "/\\spaces/AbC123/", "@evil.example/spaces/AbC123/"]
)
def test_no_card_pin_or_preview_comes_of_a_trick(db, space, trick):
    address = f"{SITE}{trick}".replace("AbC123", space.public_id)
    assert (space_in(address), space_of(address), post_of(address), path_here(address)) == ("",) * 4
    assert previews.of_link(address) is None


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_is_sent_elsewhere_after_signing_in_or_out(db, ana, client, target):
    place = {True: target, False: "/"}[TARGETS[target]]
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


@pytest.mark.parametrize("target", TARGETS)
def test_a_button_leads_back_to_pages_of_ours_alone(ana, as_ben, target):
    post = posts.write(author=ana, text="Trams")
    answer = as_ben.post(f"/posts/{post.pk}/like/", headers={"referer": target})
    came_from = {"http://testserver/spaces/": f"/spaces/#post-{post.pk}"}
    assert answer["location"] == came_from.get(target, post.get_absolute_url())


def test_what_is_no_address_in_the_chat_stays_text():
    line = Template("{% load links %}{{ text|linked }}")
    written = "<b>http://ana@testserver/</b> or https://example.org/a_(b), javascript:alert(1)"
    assert line.render(Context({"text": written})) == (
        "&lt;b&gt;http://ana@testserver/&lt;/b&gt; or "
        '<a href="https://example.org/a_(b)" target="_blank" rel="noopener nofollow ugc" dir="ltr">'
        "https://example.org/a_(b)</a>, javascript:alert(1)"
    )
