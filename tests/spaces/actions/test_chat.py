import pytest

from core.rates import TooFast
from core.refusals import Refusal
from spaces.actions import chat, lifecycle
from spaces.models import Message
from spaces.permissions import NotAllowed
from spaces.refusals import NotLive
from spaces.room.snapshot import build
from tests.factories import make_space, make_user


def test_a_message_is_published_to_the_room(space, listener):
    message = chat.send(space, author=listener, text="Good morning")
    event = space.journal.last().frame()
    assert (event["t"], event["id"], event["text"]) == ("message", message.pk, "Good morning")
    assert event["person"]["handle"] == "lena"


def test_the_text_of_a_deleted_message_is_hidden_but_kept(space, host, listener):
    message = chat.send(space, author=listener, text="Buy my pills")
    chat.delete(space, by=host, message_id=message.pk)
    chat.delete(space, by=host, message_id=message.pk)
    assert build(space)["messages"][0]["text"] == ""
    assert Message.objects.get().text == "Buy my pills"
    assert [row.kind for row in space.journal.all()][1:] == ["message", "message_deleted"]


def test_people_can_delete_their_own_messages_but_not_those_of_others(space, host, listener):
    own = chat.send(space, author=listener, text="My address is …")
    other = chat.send(space, author=host, text="Welcome")
    chat.delete(space, by=listener, message_id=own.pk)
    with pytest.raises(NotAllowed):
        chat.delete(space, by=listener, message_id=other.pk)
    assert [line["text"] for line in build(space)["messages"]] == ["", "Welcome"]
    event = space.journal.last().frame()
    assert (event["t"], event["who"], event["by"]) == (
        "message_deleted",
        listener.key,
        listener.key,
    )


def test_a_message_of_another_space_cannot_be_deleted_here(space, host, listener):
    message = chat.send(make_space(), author=listener, text="Elsewhere")
    with pytest.raises(Refusal) as refusal:
        chat.delete(space, by=host, message_id=message.pk)
    assert refusal.value.status == 404
    assert Message.objects.get().deleted_at is None


def test_a_snapshot_contains_the_last_fifty_messages(space, listener):
    for number in range(52):
        chat.send(space, author=listener, text=str(number))
    assert [message["text"] for message in build(space)["messages"]] == [
        str(n) for n in range(2, 52)
    ]


def test_an_ended_space_accepts_no_messages(space, host, listener):
    lifecycle.end(space, by=host)
    with pytest.raises(NotLive):
        chat.send(space, author=listener, text="Hello?")
    assert Message.objects.count() == 0


def test_slow_mode_makes_people_wait_between_messages(space, host, listener):
    chat.set_mode(space, paused=False, slow_mode=30, by=host)
    chat.send(space, author=listener, text="One")
    with pytest.raises(TooFast) as refusal:
        chat.send(space, author=listener, text="Two")
    assert 25 <= refusal.value.seconds <= 30
    chat.send(space, author=make_user(), text="Somebody else")


def test_only_hosts_can_write_in_a_paused_chat(space, host, listener):
    chat.set_mode(space, paused=True, slow_mode=0, by=host)
    with pytest.raises(chat.ChatPaused):
        chat.send(space, author=listener, text="Hello?")
    chat.send(space, author=host, text="We go on in a minute")
