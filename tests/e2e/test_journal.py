"""What guards the wire: an old snapshot and the journal's events make the fresh snapshot.

Every verb runs for real against the database; the reducer is the shipped room-state.js, run where
it runs for people, in Chromium.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from spaces import chat, invitations, lifecycle, moderation, requests, stage, succession
from spaces.live.events import Durable
from spaces.live.snapshot import ACCEPTANCES, MESSAGES_ON_JOINING, build
from spaces.models import Role, Space, Topic
from tests import cast
from timeline import pins, posts
from timeline.models import Pin

ORIGIN = "https://spaces.test/"
REDUCER = Path(__file__).resolve().parents[2] / "static" / "js" / "room-state.js"
AUDIENCE = {"count": 1, "guests": 0, "people": []}  # Redis's word, not the journal's
APPLY = """async ([state, events]) => {
  const {apply} = await import("/room-state.js");
  return events.reduce(apply, state);
}"""


class Change(NamedTuple):
    verb: str
    old: dict[str, Any]
    events: list[dict[str, Any]]
    fresh: dict[str, Any]


def open_invitation(space: Space) -> User:
    guest = cast.make_user()
    invitations.invite(space, by=space.host, user=guest)
    return guest


def accept(space: Space) -> Callable[[], Any]:
    guest = open_invitation(space)
    return lambda: invitations.accept(space, user=guest)


def decline(space: Space) -> Callable[[], Any]:
    guest = open_invitation(space)
    return lambda: invitations.decline(space, user=guest)


def withdraw(space: Space) -> Callable[[], Any]:
    guest = open_invitation(space)
    return lambda: invitations.withdraw(space, by=space.host, user=guest)


def invite(space: Space) -> Callable[[], Any]:
    open_invitation(space)
    guest = cast.make_user()
    return lambda: invitations.invite(space, by=space.host, user=guest)


def take_a_cohost_s_seat(space: Space) -> Callable[[], Any]:
    guest = cast.make_user()
    return lambda: stage.take_seat(space, user=guest, role=Role.COHOST)


def step_down(space: Space) -> Callable[[], Any]:
    first, _second = (cast.bring_up(space, cast.make_user()) for _ in range(2))
    return lambda: stage.step_down(space, user=first)


def come_back(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    cast.bring_up(space, cast.make_user())
    stage.step_down(space, user=speaker)
    return lambda: stage.take_seat(space, user=speaker, role=Role.SPEAKER)


def unmute(space: Space) -> Callable[[], Any]:
    host = space.host
    return lambda: stage.set_microphone(space, user=host, muted=False, by=host)


def mute(space: Space) -> Callable[[], Any]:
    host = space.host
    stage.set_microphone(space, user=host, muted=False, by=host)
    return lambda: stage.set_microphone(space, user=host, muted=True, by=host)


def say(space: Space) -> Callable[[], Any]:
    return lambda: chat.say(space, author=space.host, text="Good morning from the last ferry ⛴")


def say_one_line_too_many(space: Space) -> Callable[[], Any]:
    for number in range(MESSAGES_ON_JOINING):
        chat.say(space, author=space.host, text=f"Line {number}")
    return lambda: chat.say(space, author=space.host, text="The newest")


def delete_a_line(space: Space) -> Callable[[], Any]:
    line = chat.say(space, author=space.host, text="Not kind")
    chat.say(space, author=space.host, text="Kind")
    return lambda: chat.delete(space, by=space.host, message_id=line.pk)


def edit_details(space: Space) -> Callable[[], Any]:
    topics = Topic.objects.filter(slug__in=["music", "cities"])
    return lambda: lifecycle.edit_details(space, by=space.host, title="Rivers", topics=topics)


def remove_a_guest(space: Space) -> Callable[[], Any]:
    return lambda: moderation.remove_guest(space, key="gabc", by=space.host)


def pin_a_post(space: Space) -> Callable[[], Any]:
    first, second = (posts.write(author=cast.make_user(), text=text) for text in ("One", "Two"))
    pins.pin(space, post=first, by=space.host)
    return lambda: pins.pin(space, post=second, by=space.host)


def unpin_a_post(space: Space) -> Callable[[], Any]:
    pin_a_post(space)()
    first, _ = Pin.objects.filter(space=space).order_by("pk").values_list("post_id", flat=True)
    return lambda: pins.unpin(space, post_id=first, by=space.host)


def end(space: Space) -> Callable[[], Any]:
    open_invitation(space)
    cast.bring_up(space, cast.make_user())
    return lambda: lifecycle.end(space, by=space.host)


def ask_to_speak(space: Space) -> Callable[[], Any]:
    requests.ask(space, user=cast.make_user())
    guest = cast.make_user()
    return lambda: requests.ask(space, user=guest, reason="I know the tram")


def accept_a_request(space: Space) -> Callable[[], Any]:
    guest = cast.make_user()
    requests.ask(space, user=guest)
    return lambda: requests.accept(space, user=guest, by=space.host)


def accept_one_request_too_many(space: Space) -> Callable[[], Any]:
    for _ in range(ACCEPTANCES):
        accept_a_request(space)()
    return accept_a_request(space)


def cancel_a_request(space: Space) -> Callable[[], Any]:
    guest = cast.make_user()
    requests.ask(space, user=guest)
    return lambda: requests.cancel(space, user=guest)


def come_up_while_waiting(space: Space) -> Callable[[], Any]:
    guest = open_invitation(space)
    requests.ask(space, user=guest)
    return lambda: invitations.accept(space, user=guest)


def invite_a_speaker_to_be_cohost(space: Space) -> Callable[[], Any]:
    guest = open_invitation(space)
    open_invitation(space)
    return lambda: invitations.invite(space, by=space.host, user=guest, role=Role.COHOST)


def become_cohost(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    invitations.invite(space, by=space.host, user=speaker, role=Role.COHOST)
    return lambda: invitations.accept(space, user=speaker)


def raise_a_hand(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    return lambda: stage.raise_hand(space, user=speaker, raised=True, by=speaker)


def mute_all(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    for user in (speaker, space.host):
        stage.set_microphone(space, user=user, muted=False, by=user)
    return lambda: stage.mute_all(space, by=space.host)


def lock_the_microphones(space: Space) -> Callable[[], Any]:
    return lambda: stage.lock_microphones(space, locked=True, by=space.host)


def move_to_the_listeners(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    return lambda: stage.move_to_listeners(space, user=speaker, by=space.host)


def remove(space: Space) -> Callable[[], Any]:
    speaker = cast.bring_up(space, cast.make_user())
    invitations.invite(space, by=space.host, user=speaker, role=Role.COHOST)
    return lambda: moderation.remove(space, user=speaker, by=space.host, reason="Shouting")


def readmit(space: Space) -> Callable[[], Any]:
    guest = cast.make_user()
    moderation.remove(space, user=guest, by=space.host)
    return lambda: moderation.readmit(space, key=guest.key, by=space.host)


def slow_the_chat(space: Space) -> Callable[[], Any]:
    return lambda: chat.set_mode(space, paused=False, slow_mode=30, by=space.host)


def hand_over(space: Space) -> Callable[[], Any]:
    cohost = cast.bring_up(space, cast.make_user(), Role.COHOST)
    return lambda: succession.hand_over(space, by=space.host, to=cohost)


def lose_the_host(space: Space) -> Callable[[], Any]:
    away = timezone.now() - succession.HANDOVER_AFTER
    Space.objects.filter(pk=space.pk).update(host_away_at=away)
    space.refresh_from_db()
    return lambda: succession.look_after(space, here=set())


def find_the_host_again(space: Space) -> Callable[[], Any]:
    lose_the_host(space)()
    return lambda: succession.look_after(space, here={space.host.key})


def take_over_from_the_host(space: Space) -> Callable[[], Any]:
    cohost = cast.bring_up(space, cast.make_user(), Role.COHOST)
    lose_the_host(space)()
    return lambda: succession.look_after(space, here={cohost.key})


def give_the_place_back(space: Space) -> Callable[[], Any]:
    host = space.host
    take_over_from_the_host(space)()
    space.refresh_from_db()
    return lambda: succession.look_after(space, here={host.key})


def everything_at_once(space: Space) -> Callable[[], Any]:
    verbs = [accept, step_down, unmute, delete_a_line, edit_details, invite, come_back]
    acts = [verb(space) for verb in verbs]
    return lambda: [act() for act in acts]


VERBS = [
    invite,
    withdraw,
    decline,
    accept,
    take_a_cohost_s_seat,
    step_down,
    come_back,
    unmute,
    mute,
    say,
    say_one_line_too_many,
    delete_a_line,
    edit_details,
    ask_to_speak,
    accept_a_request,
    accept_one_request_too_many,
    cancel_a_request,
    come_up_while_waiting,
    invite_a_speaker_to_be_cohost,
    become_cohost,
    raise_a_hand,
    mute_all,
    lock_the_microphones,
    move_to_the_listeners,
    remove,
    remove_a_guest,
    pin_a_post,
    unpin_a_post,
    readmit,
    slow_the_chat,
    hand_over,
    lose_the_host,
    find_the_host_again,
    take_over_from_the_host,
    give_the_place_back,
    end,
    everything_at_once,
]


@pytest.fixture
def reducer(chromium) -> Page:
    """A page that has the shipped reducer, and nothing else."""
    page = chromium.launch().new_page()
    page.route(ORIGIN, lambda route: route.fulfill(body="", content_type="text/html"))
    page.route(
        f"{ORIGIN}room-state.js",
        lambda route: route.fulfill(body=REDUCER.read_text(), content_type="text/javascript"),
    )
    page.goto(ORIGIN)
    return page


@pytest.fixture
def changes(db: None) -> list[Change]:
    """What each verb did to a live Space. Before any browser: its loop keeps Django out."""
    return [change_by(verb) for verb in VERBS]


def test_for_every_verb_old_snapshot_and_events_make_the_fresh_snapshot(changes, reducer):
    for verb, old, events, fresh in changes:
        assert events, verb
        assert reducer.evaluate(APPLY, [old, events]) == fresh, verb
        assert reducer.evaluate(APPLY, [fresh, events]) == fresh, "what is known changes nothing"
    kinds = {event["t"] for change in changes for event in change.events}
    assert kinds == {event.kind for event in Durable.__subclasses__()}


def test_ephemeral_events_replace_what_was_said_before(reducer):
    state = {"rev": 3, "audience": {"count": 0, "guests": 0, "people": []}}
    events = [
        {"t": "talking", "people": ["u1", "u2"]},
        {"t": "talking", "people": ["u2"]},
        {"t": "audience", "count": 2, "guests": 1, "people": []},
        {"t": "reactions", "counts": {"💜": 2}, "from": {}},
    ]
    assert reducer.evaluate(APPLY, [state, events]) == {
        "rev": 3,
        "audience": {"count": 2, "guests": 1, "people": []},
        "talking": ["u2"],
    }


def change_by(verb: Callable[[Space], Callable[[], Any]]) -> Change:
    space = cast.make_space()
    act = verb(space)
    old = snapshot(space)
    act()
    return Change(verb.__name__, old, missed(space, since=old["rev"]), snapshot(space))


def snapshot(space: Space) -> dict[str, Any]:
    return on_the_wire({**build(Space.objects.get(pk=space.pk)), "audience": AUDIENCE})


def missed(space: Space, *, since: int) -> list[dict[str, Any]]:
    rows = space.journal.filter(revision__gt=since).order_by("revision")
    return [on_the_wire(row.frame()) for row in rows]


def on_the_wire(document: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read
