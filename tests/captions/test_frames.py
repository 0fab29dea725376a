"""What a speaker's page may send of the text that their browser has recognized."""

import json
from typing import Any

import pytest

from accounts.models import User
from captions.actions import voices
from captions.events import InterimCaption
from captions.frames import CaptionFrames
from captions.models import LINE_LENGTH, Line
from core.refusals import Refusal
from core.sockets.incoming import BadFrame, read
from spaces.actions import lifecycle, removals, stage
from spaces.models import Space
from spaces.room.frames import rules
from spaces.viewer import Viewer


@pytest.fixture
def captioned(space: Space, speaker: User) -> User:
    """A speaker whose browser recognizes what they say."""
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    return speaker


def frame(text: str = "Hello", **fields: Any) -> dict[str, Any]:
    whole = {"t": "caption", "utterance": 1, "text": text, "final": True, "language": "en-GB"}
    return whole | fields


def say(space: Space, user: User | None, **fields: Any) -> InterimCaption | None:
    """Handle one frame, as the socket does in a thread."""
    return CaptionFrames(space, Viewer(user))._caption(frame(**fields))


def refusal_of(space: Space, user: User | None, **fields: Any) -> str:
    with pytest.raises(Refusal) as refused:
        say(space, user, **fields)
    return refused.value.code


def test_a_final_text_is_a_line_of_the_sockets_own_person(space, captioned):
    assert say(space, captioned, text="Good evening.") is None
    line = Line.objects.get()
    assert (line.speaker, line.text, line.source, line.language) == (
        captioned,
        "Good evening.",
        "browser",
        "en-GB",
    )


def test_an_interim_text_is_announced_and_not_stored(space, captioned):
    interim = say(space, captioned, text="Good ev", final=False)
    assert interim is not None
    assert (interim.who, interim.text) == (captioned.key, "Good ev")
    assert Line.objects.count() == 0


def test_the_interim_and_the_final_text_of_an_utterance_have_the_same_start(space, captioned):
    frames = CaptionFrames(space, Viewer(captioned))
    interim = frames._caption(frame("Good ev", final=False))
    frames._caption(frame("Good evening."))
    assert interim is not None
    assert space.journal.latest("revision").payload["start"] == interim.start
    following = frames._caption(frame("And", utterance=2, final=False))
    assert following is not None
    assert following.start > interim.start


def test_an_empty_final_text_ends_the_interim_text(space, captioned):
    ended = say(space, captioned, text=" ")
    assert ended is not None
    assert (ended.text, Line.objects.count()) == ("", 0)


@pytest.mark.parametrize("final", [True, False])
def test_a_person_who_is_not_captioned_by_their_browser_is_refused(space, host, speaker, final):
    assert refusal_of(space, speaker, final=final) == "not_captioned"
    voices.choose(space, user=speaker, on=True)  # only captioners write what this person says
    assert refusal_of(space, speaker, final=final) == "not_captioned"


@pytest.mark.parametrize("final", [True, False])
def test_after_the_captions_were_turned_off_nothing_more_is_captioned(space, captioned, final):
    voices.choose(space, user=captioned, on=False)
    assert refusal_of(space, captioned, final=final) == "not_captioned"


@pytest.mark.parametrize("final", [True, False])
def test_a_person_who_left_the_stage_is_refused(space, captioned, final):
    stage.step_down(space, user=captioned)
    assert refusal_of(space, captioned, final=final) == "not_captioned"


@pytest.mark.parametrize("final", [True, False])
def test_a_removed_person_is_refused(space, host, captioned, final):
    removals.remove(space, user=captioned, by=host)
    assert refusal_of(space, captioned, final=final) == "removed"


@pytest.mark.parametrize("final", [True, False])
def test_nothing_is_captioned_after_the_end(space, host, captioned, final):
    lifecycle.end(space, by=host)
    assert refusal_of(space, captioned, final=final) == "not_live"


def test_guests_and_strangers_are_refused(space):
    assert refusal_of(space, None) == "not_allowed"


def test_final_texts_are_limited(redis_server, space, captioned):
    for number in range(20):
        say(space, captioned, text=f"Line {number}")
    assert refusal_of(space, captioned) == "too_fast"


async def test_interim_texts_above_the_rate_are_dropped_unread():
    frames = CaptionFrames(Space(), Viewer())  # a stranger: each frame is refused unless dropped
    refused = 0
    for number in range(50):
        try:
            await frames.handle(frame(str(number), final=False))
        except Refusal:
            refused += 1
    assert refused == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "a" * (LINE_LENGTH + 1)},
        {"text": None},
        {"who": "u1"},
        {"utterance": -1},
        {"utterance": True},
        {"utterance": 2**31},
        {"final": "true"},
        {"language": "<b>"},
        {"language": "a" * 21},
    ],
)
def test_invalid_frames_are_refused(fields):
    with pytest.raises(BadFrame):
        read(json.dumps(frame() | fields), rules().kinds, max_length=rules().max_length)


def test_a_text_of_ten_megabytes_is_refused_unread():
    with pytest.raises(BadFrame) as refused:
        read(json.dumps(frame("a" * 10_000_000)), rules().kinds, max_length=rules().max_length)
    assert refused.value.code == "too_large"
