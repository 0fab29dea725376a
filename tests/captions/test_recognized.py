"""What the audio node recognizes: whose voices, and what becomes of the words."""

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from accounts.models import User
from audio.events import CaptionLine, CaptionsState
from captions import recognized, recognizer_state
from captions.actions import voices
from captions.models import LINE_LENGTH, Line
from core.refusals import Refusal
from spaces.actions import lifecycle, stage
from spaces.models import Space
from spaces.room import audio_plan
from spaces.room.publish import group_of
from spaces.room.snapshot import build, snapshot

STARTED = 1_800_000_000.0  # seconds since 1970


@pytest.fixture(autouse=True)
def engine(settings):
    settings.CAPTIONS_ENGINE = "moonshine"


@pytest.fixture
def captioned(space: Space, speaker: User) -> User:
    voices.choose(space, user=speaker, on=True)
    return speaker


def line(space: Space, speaker: User, text: str = "Good evening.", **fields) -> CaptionLine:
    values = {"line": "1", "started": STARTED, "ended": STARTED + 2, "final": True} | fields
    return CaptionLine(room=space.public_id, person=speaker.key, text=text, **values)


def recognized_in(space: Space) -> frozenset[str]:
    return audio_plan.read({space.public_id: ()})[space.public_id].captioned


def test_the_audio_node_recognizes_only_people_who_chose_it(space, host, speaker):
    assert recognized_in(space) == frozenset()
    voices.choose(space, user=speaker, on=True)
    assert recognized_in(space) == {speaker.key}
    voices.choose(space, user=speaker, on=False)
    assert recognized_in(space) == frozenset()


def test_a_recognizer_is_used_even_if_the_browser_recognizes_speech(space, speaker):
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    assert build(space)["captions"]["voices"] == [{"who": speaker.key, "where": "server"}]


def test_without_a_recognizer_no_voice_is_recognized(settings, space, captioned):
    settings.CAPTIONS_ENGINE = ""
    assert recognized_in(space) == frozenset()


def test_a_final_line_is_stored_with_the_times_at_which_it_was_spoken(space, captioned):
    assert recognized._caption(line(space, captioned)) is None
    stored = Line.objects.get()
    assert (stored.text, stored.speaker, stored.source, stored.language) == (
        "Good evening.",
        captioned,
        "moonshine",
        "en",
    )
    assert (stored.started_at.timestamp(), stored.ended_at.timestamp()) == (STARTED, STARTED + 2)


def test_an_interim_text_is_announced_and_not_stored(space, captioned):
    interim = recognized._caption(line(space, captioned, "Good ev", final=False))
    assert interim is not None
    assert (interim.who, interim.text) == (captioned.key, "Good ev")
    assert Line.objects.count() == 0


def test_a_line_without_words_ends_the_interim_text(space, captioned):
    ended = recognized._caption(line(space, captioned, " "))
    assert ended is not None
    assert ended.text == ""


@pytest.mark.parametrize("final", [True, False])
def test_words_that_arrive_after_captions_were_turned_off_are_dropped(space, captioned, final):
    voices.choose(space, user=captioned, on=False)
    with pytest.raises(Refusal):
        recognized._caption(line(space, captioned, final=final))
    assert Line.objects.count() == 0


def test_the_last_words_of_a_person_who_left_the_stage_are_stored(space, captioned):
    stage.step_down(space, user=captioned)
    recognized._caption(line(space, captioned))
    assert Line.objects.count() == 1


def test_words_that_arrive_after_the_end_are_dropped(space, host, captioned):
    lifecycle.end(space, by=host)
    with pytest.raises(Refusal):
        recognized._caption(line(space, captioned))


def test_unknown_rooms_and_people_are_ignored(space, captioned):
    unknown = CaptionLine("nowhere", captioned.key, "1", "Hello", STARTED, STARTED, final=True)
    assert recognized._caption(unknown) is None
    nobody = CaptionLine(space.public_id, "u999999", "1", "Hello", STARTED, STARTED, final=True)
    assert recognized._caption(nobody) is None


def test_a_long_text_becomes_several_lines(space, captioned):
    words = " ".join(["evening"] * 300) + " " + "a" * (LINE_LENGTH + 1)
    recognized._caption(line(space, captioned, words))
    texts = [each.text for each in Line.objects.order_by("pk")]
    assert max(map(len, texts)) <= LINE_LENGTH
    assert "".join(texts).replace(" ", "") == words.replace(" ", "")


async def test_the_room_receives_the_state_of_the_recognizer():
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of("anywhere"), channel)
    await recognized.receive(CaptionsState("anywhere", "behind"))
    message = await layer.receive(channel)
    assert message["text"] == '{"t":"recognition","state":"behind"}'


def test_pages_that_open_later_find_the_state_of_the_recognizer(space, captioned):
    assert snapshot(space)["recognition"] == ""
    for state in ("starting", "down"):  # "down" is found although no event changed the snapshot
        async_to_sync(recognized.receive)(CaptionsState(space.public_id, state))
        assert snapshot(space)["recognition"] == state


def test_the_state_of_an_audio_host_that_died_is_forgotten(space, monkeypatch):
    monkeypatch.setattr(recognizer_state, "LIFETIME", 0)
    async_to_sync(recognized.receive)(CaptionsState(space.public_id, "behind"))
    assert snapshot(space)["recognition"] == ""


@pytest.mark.django_db(transaction=True)
async def test_refused_words_are_not_an_error_for_the_audio_node(settings):
    settings.CAPTIONS_ENGINE = ""
    await recognized.receive(CaptionLine("nowhere", "u1", "1", "Hello", 0.0, 1.0, final=True))
