"""Chat, details, guests, pins, removals and the end of a Space."""

from spaces.actions import chat, guests, invitations, lifecycle, removals
from spaces.models import Role, Space, Topic
from spaces.room.snapshot import MESSAGES_ON_JOINING
from tests import factories
from tests.integration.prepared_actions.action import Action
from tests.integration.prepared_actions.invitations import open_invitation
from timeline import pins, posts
from timeline.models import Pin


def post_message(space: Space) -> Action:
    return lambda: chat.send(space, author=space.host, text="Good morning from the last ferry ⛴")


def post_one_message_more_than_a_snapshot_contains(space: Space) -> Action:
    for number in range(MESSAGES_ON_JOINING):
        chat.send(space, author=space.host, text=f"Line {number}")
    return lambda: chat.send(space, author=space.host, text="The newest")


def delete_a_message(space: Space) -> Action:
    message = chat.send(space, author=space.host, text="Not kind")
    chat.send(space, author=space.host, text="Kind")
    return lambda: chat.delete(space, by=space.host, message_id=message.pk)


def slow_the_chat(space: Space) -> Action:
    return lambda: chat.set_mode(space, paused=False, slow_mode=30, by=space.host)


def edit_details(space: Space) -> Action:
    topics = Topic.objects.filter(slug__in=["music", "cities"])
    return lambda: lifecycle.edit_details(space, by=space.host, title="Rivers", topics=topics)


def open_to_guests(space: Space) -> Action:
    return lambda: guests.set_open(space, is_open=True, by=space.host)


def close_to_guests(space: Space) -> Action:
    open_to_guests(space)()
    return lambda: guests.set_open(space, is_open=False, by=space.host)


def pin_a_post(space: Space) -> Action:
    first, second = (
        posts.write(author=factories.make_user(), text=text) for text in ("One", "Two")
    )
    pins.pin(space, post=first, by=space.host)
    return lambda: pins.pin(space, post=second, by=space.host)


def unpin_a_post(space: Space) -> Action:
    pin_a_post(space)()
    first, _ = Pin.objects.filter(space=space).order_by("pk").values_list("post_id", flat=True)
    return lambda: pins.unpin(space, post_id=first, by=space.host)


def remove(space: Space) -> Action:
    speaker = factories.put_on_stage(space, factories.make_user())
    invitations.invite(space, by=space.host, user=speaker, role=Role.COHOST)
    return lambda: removals.remove(space, user=speaker, by=space.host, reason="Shouting")


def remove_a_guest(space: Space) -> Action:
    return lambda: removals.remove_guest(space, key="gabc", by=space.host)


def readmit(space: Space) -> Action:
    person = factories.make_user()
    removals.remove(space, user=person, by=space.host)
    return lambda: removals.readmit(space, key=person.key, by=space.host)


def end(space: Space) -> Action:
    open_invitation(space)
    factories.put_on_stage(space, factories.make_user())
    return lambda: lifecycle.end(space, by=space.host)


ACTIONS = [
    post_message,
    post_one_message_more_than_a_snapshot_contains,
    delete_a_message,
    slow_the_chat,
    edit_details,
    open_to_guests,
    close_to_guests,
    pin_a_post,
    unpin_a_post,
    remove,
    remove_a_guest,
    readmit,
    end,
]
