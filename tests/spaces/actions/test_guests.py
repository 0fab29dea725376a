"""Guests listen without an account where the host allows it, and can be removed."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import blocking
from safety import suspension
from spaces.actions import chat, guests, lifecycle, moderation_log, removals
from spaces.admission import refusal_of
from spaces.models import Guest, Removal, Role, Space
from spaces.permissions import MAY, Act, NotAllowed, require, role_of
from spaces.room import cool_down
from spaces.viewer import Viewer
from tests.factories import join_as_guest, make_host, make_user
from tests.spaces.commands import COMMANDS, JSON, post, try_all

GUEST = Viewer(guest="t0k3n")
ELSEWHERE = "203.0.113.9"


@pytest.fixture
def open_space(space: Space) -> Space:
    Space.objects.update(open_to_guests=True)
    space.refresh_from_db()
    return space


def join_through(client: Client, space: Space) -> str:
    """Press "Listen as a guest", and return the guest's key."""
    answer = client.post(f"{space.get_absolute_url()}guest/", headers=JSON)
    assert answer.status_code == 200
    return str(answer.json()["me"]["id"])


def test_a_guest_is_admitted_only_to_an_open_space_that_they_joined(open_space):
    closed = lifecycle.start(host=make_host(), title="For members")
    also_open = lifecycle.start(host=make_host(), title="By the link", open_to_guests=True)
    join_as_guest(closed)
    assert refusal_of(open_space, join_as_guest(open_space)) is None
    for refused in (
        refusal_of(closed, GUEST),
        refusal_of(also_open, GUEST),
        refusal_of(open_space, Viewer()),
    ):
        assert refused is not None
        assert refused.code == "signed_out"


def test_a_guest_can_only_listen(open_space):
    join_as_guest(open_space)
    assert role_of(open_space, GUEST) == Role.GUEST
    assert require(open_space, GUEST, Act.LISTEN) == Role.GUEST
    for act in set(Act) - MAY[Role.GUEST]:
        with pytest.raises(NotAllowed) as refusal:
            require(open_space, GUEST, act)
        assert refusal.value.message.endswith("sign in to write, react or speak.")


def test_commands_from_a_guest_are_refused_as_signed_out(client, open_space):
    join_through(client, open_space)
    session = client.cookies["sessionid"].value
    answers = try_all(None, open_space, COMMANDS, headers={"cookie": f"sessionid={session}"})
    assert set(answers.values()) == {(403, "signed_out")}
    assert open_space.messages.count() == 1  # the host's message


@pytest.mark.parametrize("refused_as", ["removed", "blocked", "suspended"])
def test_signing_out_does_not_let_a_refused_person_in_as_a_guest(client, open_space, refused_as):
    user = make_user("rue")
    if refused_as == "removed":
        removals.remove(open_space, user=user, by=open_space.host)
    elif refused_as == "blocked":
        blocking.block(blocker=open_space.host, blocked=user)
    else:
        suspension.suspend(user, until=None, reason="Spam", by=make_user("staff", is_staff=True))
    client.force_login(user)
    client.post("/accounts/logout/")
    answer = client.post(f"{open_space.get_absolute_url()}guest/", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, refused_as)


def test_one_browser_is_one_guest(client, open_space):
    assert join_through(client, open_space) == join_through(client, open_space)
    assert join_through(Client(), open_space) != join_through(client, open_space)


def test_a_space_closed_to_guests_creates_no_guest(client, space):
    answer = client.post(f"{space.get_absolute_url()}guest/", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")
    assert "guest" not in client.session


def test_a_signed_in_person_does_not_become_a_guest(client, open_space, listener):
    client.force_login(listener)
    answer = client.post(f"{open_space.get_absolute_url()}guest/")
    assert (answer.status_code, "guest" in client.session) == (302, False)


def test_a_forged_post_creates_no_guest(open_space):
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{open_space.get_absolute_url()}guest/").status_code == 403


def test_a_guest_can_read_the_room(client, open_space, host):
    chat.send(open_space, author=host, text="Good evening")
    address = open_space.get_absolute_url()
    assert client.get(f"{address}snapshot/").status_code == 403
    join_through(client, open_space)
    assert client.get(f"{address}snapshot/").json()["messages"][0]["text"] == "Good evening"


def test_the_signed_out_preview_offers_guest_access_and_sign_in(client, open_space):
    page = client.get(open_space.get_absolute_url()).text
    assert "Listen as a guest" in page
    assert "/accounts/login/?next=" in page
    Space.objects.update(open_to_guests=False)
    page = client.get(open_space.get_absolute_url()).text
    assert "Listen as a guest" not in page
    assert "Sign in to listen" in page


def test_a_removed_guest_is_refused_in_that_browser_until_readmitted(client, open_space, host):
    key = join_through(client, open_space)
    hosts = Client()
    hosts.force_login(host)
    address = open_space.get_absolute_url()
    removed = hosts.post(f"{address}people/{key}/remove/", {"reason": "Noise"}, headers=JSON)
    assert removed.status_code == 204
    assert client.get(address).status_code == 403
    assert client.post(f"{address}guest/", headers=JSON).json()["code"] == "removed"
    assert client.get(f"{address}snapshot/").json()["code"] == "removed"
    listed = hosts.get(f"{address}removed/").json()["removed"]
    assert [(each["person"], each["reason"]) for each in listed] == [
        (guests.person_of(key), "Noise")
    ]
    assert hosts.get(f"{address}log/").json()["log"][0]["whom"] == guests.person_of(key)
    hosts.post(f"{address}people/{key}/readmit/", headers=JSON)
    assert client.get(f"{address}snapshot/").status_code == 200


def join(space: Space, address: str = "127.0.0.1", cookies: Client | None = None):
    """Press "Listen as a guest" with new cookies, unless some are given; return the response."""
    client = cookies or Client()
    path = f"{space.get_absolute_url()}guest/"
    return client.post(path, headers=JSON, REMOTE_ADDR=address)


def remove_guest_of(space: Space, joined: Any) -> None:
    removals.remove_guest(space, key=joined.json()["me"]["id"], by=space.host)


def test_clearing_cookies_does_not_let_a_removed_guest_back_in_during_the_cool_down(open_space):
    remove_guest_of(open_space, join(open_space))
    again = join(open_space)
    assert (again.status_code, again.json()["code"]) == (403, "cool_down")
    assert "Sign in to join now" in again.json()["message"]
    assert again["Retry-After"] == "600"
    assert Guest.objects.count() == 1
    Removal.objects.update(at=timezone.now() - cool_down.DURATION)
    assert join(open_space).status_code == 200


def test_the_cool_down_applies_to_one_network_and_one_space(open_space):
    other = lifecycle.start(host=make_host(), title="Next door", open_to_guests=True)
    remove_guest_of(open_space, join(open_space))
    assert join(other).status_code == 200
    assert join(open_space, ELSEWHERE).status_code == 200


@pytest.mark.parametrize(
    ("same", "address"), [(True, "2001:db8:7:7:aaaa::2"), (False, "2001:db8:7:8::1")]
)
def test_an_ipv6_network_is_a_64_bit_prefix(open_space, same, address):
    remove_guest_of(open_space, join(open_space, "2001:db8:7:7::1"))
    assert join(open_space, address).status_code == (403 if same else 200)


def test_the_cool_down_does_not_affect_guests_who_already_joined(open_space):
    neighbour = Client()
    join(open_space, cookies=neighbour)
    remove_guest_of(open_space, join(open_space))
    assert join(open_space, cookies=neighbour).status_code == 200
    assert neighbour.get(f"{open_space.get_absolute_url()}snapshot/").status_code == 200


def test_a_guest_of_another_space_is_subject_to_the_cool_down(open_space):
    other = lifecycle.start(host=make_host(), title="Next door", open_to_guests=True)
    spare = Client()
    join(other, cookies=spare)
    remove_guest_of(open_space, join(open_space))
    assert join(open_space, cookies=spare).json()["code"] == "cool_down"


def test_the_cool_down_ignores_the_network_where_a_removed_member_signed_in(client, open_space):
    """They may have moved: see tests/integration/test_cool_down.py for the networks that count."""
    member = make_user("rue")
    form = {"login": "rue", "password": "a good password"}
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    signed_in = client.post("/accounts/login/", form, REMOTE_ADDR=ELSEWHERE)
    assert signed_in.status_code == 302
    removals.remove(open_space, user=member, by=open_space.host)
    assert join(open_space, ELSEWHERE).status_code == 200


def test_readmitting_the_removed_guest_ends_the_cool_down(open_space):
    remove_guest_of(open_space, join(open_space))
    removals.readmit(open_space, key=open_space.removals.get().viewer_key, by=open_space.host)
    assert join(open_space).status_code == 200


def test_the_page_explains_the_cool_down_and_offers_sign_in(client, open_space):
    remove_guest_of(open_space, join(open_space))
    page = client.get(open_space.get_absolute_url())
    assert page.status_code == 200
    assert "join for 10 minutes. Sign in to join now." in page.text
    assert "Sign in to listen" in page.text
    assert "Listen as a guest" not in page.text


def test_a_guests_network_is_stored_as_a_keyed_hash_and_erased_at_the_end(open_space, settings):
    joined = join(open_space, ELSEWHERE)
    remove_guest_of(open_space, joined)
    seen = open_space.guests.get().network
    assert open_space.removals.get().networks == [seen]
    assert ELSEWHERE not in seen
    settings.SECRET_KEY = "another"
    assert cool_down.hash_of(open_space, ELSEWHERE) != seen
    lifecycle.end(open_space, by=open_space.host)
    assert (open_space.guests.get().network, open_space.removals.get().networks) == ("", [])


def test_removing_a_guest_twice_removes_once(open_space, host):
    for _ in range(2):
        removals.remove_guest(open_space, key="gone", by=host)
    assert open_space.removals.count() == 1
    assert open_space.journal.filter(kind="removed").count() == 1


def test_a_listener_cannot_remove_a_guest(client, open_space, listener):
    client.force_login(listener)
    answer = client.post(f"{open_space.get_absolute_url()}people/gabc/remove/", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_guest_cannot_be_brought_on_stage(client, open_space, host):
    client.force_login(host)
    for act in ("invite", "accept", "mute", "hand-over"):
        answer = client.post(f"{open_space.get_absolute_url()}people/gabc/{act}/", headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_person")


def test_a_host_can_open_a_space_to_guests_when_starting_it(client, db):
    client.force_login(make_host())
    form = {"title": "Rain", "speak_policy": "everyone", "open_to_guests": "on"}
    client.post("/spaces/start/", form)
    assert Space.objects.get().open_to_guests


def test_a_guest_always_has_the_same_anonymous_name():
    assert guests.person_of("gabc") == guests.person_of("gabc")
    assert guests.person_of("gabc")["name"].startswith("Guest ")
    assert guests.person_of("gabc") != guests.person_of("gabd")


def test_a_guest_who_signs_in_is_no_longer_a_guest(client, open_space):
    key = join_through(client, open_space)
    user = make_user()
    client.force_login(user)
    page = client.get(open_space.get_absolute_url()).text
    assert user.key in page
    assert key not in page


def test_hosts_can_open_a_live_space_to_guests_and_close_it(client, space, host, cohost):
    address = space.get_absolute_url()
    assert post(host, space, "open-to-guests/", {"open": "true"}).status_code == 204
    join_through(client, space)
    assert client.get(f"{address}snapshot/").json()["space"]["open_to_guests"]
    assert post(cohost, space, "open-to-guests/", {"open": "false"}).status_code == 204
    assert client.get(f"{address}snapshot/").json()["code"] == "signed_out"
    assert "Sign in to listen" in client.get(address).text


def test_each_change_of_open_to_guests_is_logged_once(space, host, cohost):
    for by, allowed in ((host, False), (host, True), (cohost, True), (cohost, False)):
        guests.set_open(space, is_open=allowed, by=by)
    assert [(row.kind, row.actor, row.payload["open"]) for row in moderation_log.latest(space)] == [
        ("open_to_guests", cohost, False),
        ("open_to_guests", host, True),
    ]


@pytest.mark.parametrize("value", ["", "on", "1"])
def test_an_invalid_value_for_open_is_refused(space, host, value):
    answer = post(host, space, "open-to-guests/", {"open": value})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_open")


def test_unchanged_details_publish_no_event(space, host):
    before = space.revision
    lifecycle.edit_details(space, by=host, title=space.title, topics=[])
    space.refresh_from_db()
    assert space.revision == before
