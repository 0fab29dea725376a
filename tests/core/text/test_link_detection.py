"""Where addresses and handles stand in a text: Python and the pages find the same."""

import json
import subprocess
from pathlib import Path

import pytest

from core.text.link_detection import addresses_in
from core.text.links import linked
from core.text.mentions import mentions_in
from core.text.shown_addresses import shown
from tests.addresses import SHOWN
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
LINE = '<bdi dir="ltr">@ana</bdi> {}'
LINK = (
    '<a href="{}" target="_blank" rel="noopener nofollow ugc" dir="ltr">{}</a>'  # as the pages do
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_ends_where_a_reader_sees_it_end(text):
    found = list(addresses_in(text))
    assert [address for _, _, address in found] == ADDRESSES[text]
    assert [text[start:stop] for start, stop, _ in found] == ADDRESSES[text]


@pytest.mark.parametrize("text", MENTIONS)
def test_a_handle_is_found_in_any_script_and_no_email_address_is_one(text):
    found = list(mentions_in(text))
    assert [handle for _, _, handle in found] == MENTIONS[text]
    assert all(text[start:stop].lstrip("@＠") == handle for start, stop, handle in found)


@pytest.mark.parametrize("address", SHOWN)
def test_an_address_shows_the_host_that_it_leads_to(address):
    assert (shown(address), shown(address, limit=36)) == SHOWN[address]


def test_the_pages_find_and_show_the_same():
    node = ["node", "--input-type=module", "--eval", PROGRAM]
    asked = json.dumps([list(ADDRESSES), list(MENTIONS), list(SHOWN)])
    said = subprocess.run(node, input=asked, capture_output=True, text=True, check=True)
    addresses, handles, read = json.loads(said.stdout)
    assert dict(zip(ADDRESSES, addresses, strict=True)) == ADDRESSES
    assert dict(zip(MENTIONS, handles, strict=True)) == MENTIONS
    assert dict(zip(SHOWN, read, strict=True)) == {each: SHOWN[each][0] for each in SHOWN}


def test_a_line_of_chat_shows_handles_and_hosts_as_they_are():
    assert linked("@ana مرحبا") == LINE.format("مرحبا")
    link = LINK.format("https://exаmple.com/a", "https://xn--exmple-4nf.com/a")
    assert linked("https://exаmple.com/a") == link
    hidden = "https://accounts.example-login.session.aaaa@evil.example/"
    assert linked(hidden) == hidden  # no link: it leads elsewhere than it seems


def test_a_text_of_nothing_but_beginnings_is_read_once():
    assert linked("https://a(" * 3_000).count("<a ") == 3_000
    assert linked("https://a/(" * 3_000).count("<a ") == 1
