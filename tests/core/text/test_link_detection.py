"""Links and handles in a text: Python and the pages find the same ones."""

import json
import subprocess
from pathlib import Path

import pytest

from core.text.link_detection import urls_in
from core.text.links import linked
from core.text.mentions import mentions_in
from core.text.shown_addresses import shown
from tests.address_cases import DISPLAYED
from tests.link_cases import ADDRESSES, MENTIONS

TEXT = (Path(__file__).resolve().parents[3] / "static" / "js" / "text").as_uri()
PROGRAM = f"""
import {{ readFileSync }} from "node:fs";
import {{ addressesIn }} from "{TEXT}/link-detection.js";
import {{ mentionsIn }} from "{TEXT}/mentions.js";
import {{ shownAddress }} from "{TEXT}/shown-address.js";
const [texts, named, addresses] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify([
  texts.map((text) => addressesIn(text).map(({{ start, end }}) => text.slice(start, end))),
  named.map((text) => mentionsIn(text).map(({{ handle }}) => handle)),
  addresses.map(shownAddress),
]));
"""
CHAT_LINE = '<bdi dir="ltr">@ana</bdi> {}'
LINK = (
    '<a href="{}" target="_blank" rel="noopener nofollow ugc" dir="ltr">{}</a>'  # as on the pages
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_a_url_ends_where_a_reader_would_end_it(text):
    found = list(urls_in(text))
    assert [address for _, _, address in found] == ADDRESSES[text]
    assert [text[start:stop] for start, stop, _ in found] == ADDRESSES[text]


@pytest.mark.parametrize("text", MENTIONS)
def test_handles_are_found_in_any_script_but_not_in_email_addresses(text):
    found = list(mentions_in(text))
    assert [handle for _, _, handle in found] == MENTIONS[text]
    assert all(text[start:stop].lstrip("@＠") == handle for start, stop, handle in found)


@pytest.mark.parametrize("address", DISPLAYED)
def test_a_link_shows_the_host_that_it_leads_to(address):
    assert (shown(address), shown(address, limit=36)) == DISPLAYED[address]


def test_python_and_the_pages_find_and_show_the_same_links():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    stdin = json.dumps([list(ADDRESSES), list(MENTIONS), list(DISPLAYED)])
    result = subprocess.run(node, input=stdin, capture_output=True, text=True, check=True)
    addresses, handles, displayed = json.loads(result.stdout)
    assert dict(zip(ADDRESSES, addresses, strict=True)) == ADDRESSES
    assert dict(zip(MENTIONS, handles, strict=True)) == MENTIONS
    assert dict(zip(DISPLAYED, displayed, strict=True)) == {
        each: DISPLAYED[each][0] for each in DISPLAYED
    }


def test_chat_messages_isolate_handles_and_show_the_real_host():
    assert linked("@ana مرحبا") == CHAT_LINE.format("مرحبا")
    link = LINK.format("https://exаmple.com/a", "https://xn--exmple-4nf.com/a")
    assert linked("https://exаmple.com/a") == link
    hidden = "https://accounts.example-login.session.aaaa@evil.example/"
    assert linked(hidden) == hidden  # no link: it leads elsewhere than it seems


def test_thousands_of_unfinished_links_are_read_in_one_pass():
    assert linked("https://a(" * 3_000).count("<a ") == 3_000
    assert linked("https://a/(" * 3_000).count("<a ") == 1
