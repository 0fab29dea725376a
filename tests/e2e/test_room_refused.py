"""The page, the commands and the socket refuse people who lack the necessary rights."""

import json
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import expect

from tests.e2e.room_page import PATIENCE

HOST_COMMANDS = ["end/", "details/", "people/u1/invite/", "people/u1/uninvite/"]
POST = """async (path) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = {Accept: "application/json", "X-CSRFToken": token};
  const body = new URLSearchParams({title: "Mine now", text: "x"});
  const answer = await fetch(path, {method: "POST", headers, body});
  return [answer.status, (await answer.json()).code];
}"""
ASK = """(frame) => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/ws${location.pathname}`);
  socket.onmessage = ({data}) => {
    const {t, code} = JSON.parse(data);
    if (t === "hello") socket.send(frame);
    if (t === "reply" || t === "refused") resolve([t, code]);
  };
})"""


def test_a_person_with_too_few_followers_cannot_host(open_as, stack):
    dan = open_as("dan", f"{stack.url}/spaces/start/").page
    expect(dan.get_by_text("412").first).to_be_visible()
    assert dan.locator("[data-part=start-form]").count() == 0
    answer = dan.evaluate(
        """async () => {
          const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
          const body = new URLSearchParams({title: "Mine", speak_policy: "everyone"});
          const how = {method: "POST", headers: {"X-CSRFToken": token}, body};
          return (await fetch("/spaces/start/", how)).status;
        }"""
    )
    assert answer == 403
    mine = stack.shell("print(Space.objects.filter(host__handle='dan').count())")
    assert mine == "0"


def test_a_listener_does_not_have_the_rights_of_the_host(open_as, space_url):
    dan = open_as("dan", space_url).page
    for path in [*HOST_COMMANDS, "microphone/", "step-down/"]:
        assert dan.evaluate(POST, path) == [403, "not_allowed"], path
    assert dan.evaluate(POST, "invitation/accept/") == [409, "no_invitation"]
    offer = {"t": "speak", "ref": 1, "sdp": "v=0\r\n"}
    assert dan.evaluate(ASK, json.dumps(offer)) == ["reply", "not_allowed"]
    forged = {"t": "end", "ref": 1}
    assert dan.evaluate(ASK, json.dumps(forged)) == ["refused", "unknown"]
    expect(dan.get_by_role("button", name="Start listening")).to_be_visible()


def test_a_signed_out_visitor_sees_the_preview_but_cannot_join(chromium, space_url):
    page = chromium.open(space_url)
    expect(page.get_by_role("link", name="Sign in to listen")).to_be_visible()
    assert page.evaluate(ASK, "{}") == ["refused", "signed_out"]


def test_signing_out_in_another_tab_shows_a_link_to_sign_in(join_space, stack, space_url):
    eve = join_space("eve")
    tab = eve.page.context.new_page()
    tab.goto(f"{stack.url}/accounts/logout/")
    tab.locator("main").get_by_role("button", name="Sign out").click()
    link = eve.page.get_by_role("alert").get_by_role("link", name="Sign in")
    expect(link).to_be_visible(timeout=PATIENCE)
    link.click()
    back = urlencode({"next": urlsplit(space_url).path}, safe="")
    expect(eve.page).to_have_url(f"{stack.url}/accounts/login/?{back}")
