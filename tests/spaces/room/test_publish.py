import json

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from spaces.actions import chat, invitations, stage
from spaces.actions.locks import lock_space
from spaces.room.events import Details, Durable, Ephemeral, Event, StageLeft
from spaces.room.publish import group_of, publish
from spaces.room.snapshot import build, durable, snapshot
from tests.factories import make_user, put_on_stage


def all_events(cls=Event):
    for child in cls.__subclasses__():
        yield from all_events(child) if child in (Durable, Ephemeral) else [child]


def test_there_are_exactly_these_kinds_of_events():
    assert sorted(event.kind for event in all_events()) == [
        "audience",
        "caption",
        "caption_edited",
        "captioner",
        "captions_adjusted",
        "captions_deleted",
        "captions_requested",
        "chat_mode",
        "details",
        "ended",
        "hand",
        "host_away",
        "host_changed",
        "interim_caption",
        "invited",
        "message",
        "message_deleted",
        "microphone",
        "microphones_locked",
        "moved",
        "music_mode",
        "muted_all",
        "open_to_guests",
        "pinned",
        "reactions",
        "readmitted",
        "recognition",
        "removed",
        "requested",
        "role_changed",
        "stage_away",
        "stage_joined",
        "stage_left",
        "talking",
        "uninvited",
        "unpinned",
        "unrequested",
        "voice_captions",
    ]


def test_an_undeclared_field_raises_an_error():
    with pytest.raises(TypeError):
        StageLeft(who="u1", by="u1", reason="tired")


def test_publishing_without_the_lock_of_the_space_raises_an_error(space):
    with pytest.raises(transaction.TransactionManagementError):
        publish(space, StageLeft(who="u1", by="u1"))


def test_an_event_in_a_rolled_back_transaction_is_not_published(
    space, django_capture_on_commit_callbacks
):
    before = space.revision
    with django_capture_on_commit_callbacks() as callbacks:
        try:
            with lock_space(space):
                publish(space, Details(title="No", topics=[]))
                raise KeyError
        except KeyError:
            pass
    space.refresh_from_db()
    assert (space.revision, space.journal.count(), callbacks) == (before, before, [])


def test_the_room_receives_the_journals_frame_on_commit(
    space, speaker, django_capture_on_commit_callbacks
):
    layer = get_channel_layer()
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(group_of(space.public_id), channel)
    with django_capture_on_commit_callbacks(execute=True):
        stage.set_microphone(space, user=speaker, muted=False, by=speaker)
    received = async_to_sync(layer.receive)(channel)
    frame = {"t": "microphone", "rev": 3, "who": speaker.key, "muted": False, "by": speaker.key}
    assert json.loads(received["text"]) == frame == space.journal.last().frame()
    assert (received["kind"], received["rev"]) == ("microphone", 3)


def test_revisions_have_no_gaps(space, speaker, listener):
    for _ in range(3):
        chat.send(space, author=listener, text="Hello")
    stage.step_down(space, user=speaker)
    assert [row.revision for row in space.journal.all()] == [1, 2, 3, 4, 5, 6]


def test_query_count_of_a_snapshot_does_not_grow_with_people(
    space, host, django_assert_num_queries
):
    with django_assert_num_queries(15):
        build(space)
    for _ in range(2):
        invitations.invite(space, by=host, user=make_user())
        chat.send(space, author=put_on_stage(space, make_user()), text="Here")
    with django_assert_num_queries(15):
        build(space)


def test_a_snapshot_is_cached_until_the_next_revision(space, listener, django_assert_num_queries):
    first = durable(space)
    with django_assert_num_queries(0):
        assert durable(space) == first
    chat.send(space, author=listener, text="New")
    assert durable(space) == build(space) != first


def test_a_new_space_has_this_snapshot(space, host):
    assert snapshot(space) | {"messages": []} == {
        "rev": 1,
        "space": {
            "id": space.public_id,
            "title": "What cities sound like",
            "topics": [],
            "state": "live",
            "host": host.key,
            "speak_policy": "everyone",
            "open_to_guests": False,
            "microphones_locked": False,
            "music_mode": False,
            "chat": {"paused": False, "slow_mode": 0},
            "host_away_ends_at": None,
            "started_at": f"{space.started_at:%Y-%m-%dT%H:%M:%S}."
            f"{space.started_at.microsecond // 1000:03d}Z",
            "ended_at": None,
        },
        "stage": [
            {
                "person": {
                    "id": host.key,
                    "handle": "hana",
                    "name": "hana",
                    "initials": "H",
                    "palette": host.palette,
                    "avatar": "",
                },
                "role": "host",
                "muted": True,
                "hand": False,
                "away_since": None,
            }
        ],
        "invited": [],
        "requests": [],
        "accepted": [],
        "messages": [],
        "pins": [],
        "captions": {
            "voices": [],
            "language": "",
            "words": [],
            "captioners": [],
            "requested": None,
            "lines": [],
        },
        "recognition": "",
        "audience": {"count": 0, "guests": 0, "people": []},
    }
