"""Actions about captions."""

from captions.actions import adjusting, captioners, changing, voices
from spaces.models import Space
from tests.factories import make_user, put_on_stage
from tests.integration.prepared_actions.action import Action


def turn_captions_on(space: Space) -> Action:
    for user in (space.host, put_on_stage(space, make_user())):
        voices.choose(space, user=user, on=True)
    speaker = put_on_stage(space, make_user())
    return lambda: voices.choose(space, user=speaker, on=True, has_recognition=True)


def turn_captions_off_and_on(space: Space) -> Action:
    people = [space.host, put_on_stage(space, make_user())]
    for user in people:
        voices.choose(space, user=user, on=True)
    return lambda: [voices.choose(space, user=people[0], on=on) for on in (False, True)]


def ask_for_captions(space: Space) -> Action:
    return lambda: voices.request(space, by=space.host)


def adjust_captions(space: Space) -> Action:
    voices.choose(space, user=space.host, on=True)
    adjusting.adjust(space, language="de", words=["Ähre"], by=space.host)
    return lambda: adjusting.adjust(space, language="fr", words=["Été", "Brie"], by=space.host)


def let_people_write_captions(space: Space) -> Action:
    first, second = make_user(), make_user()
    captioners.let_write(space, user=first, on=True, by=space.host)

    def act() -> None:
        captioners.let_write(space, user=second, on=True, by=space.host)
        captioners.let_write(space, user=first, on=False, by=space.host)
        captioners.let_write(space, user=first, on=True, by=space.host)

    return act


def write_captions(space: Space) -> Action:
    captioner = make_user()
    captioners.let_write(space, user=captioner, on=True, by=space.host)
    voices.choose(space, user=space.host, on=True)

    def write(text: str) -> None:
        captioners.write(space, speaker=space.host, text=text, by=captioner)

    for number in range(50):
        write(f"Line {number}")
    return lambda: [write(f"Later line {number}") for number in range(3)]


def correct_a_caption(space: Space) -> Action:
    write_captions(space)
    last = space.lines.latest("pk")
    return lambda: changing.edit(space, line_id=last.pk, text="Corrected", by=space.host)


def withdraw_captions(space: Space) -> Action:
    captioner = make_user()
    captioners.let_write(space, user=captioner, on=True, by=space.host)
    for user in (space.host, put_on_stage(space, make_user())):
        voices.choose(space, user=user, on=True)
        captioners.write(space, speaker=user, text="Good evening", by=captioner)
    return lambda: changing.withdraw_all(space, speaker=space.host)


ACTIONS = [
    turn_captions_on,
    turn_captions_off_and_on,
    ask_for_captions,
    adjust_captions,
    let_people_write_captions,
    write_captions,
    correct_a_caption,
    withdraw_captions,
]
