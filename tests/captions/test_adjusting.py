"""Hosts choose the language of a Space's captions, and words that correct recognized text."""

import pytest

from accounts.models import User
from audio.events import CaptionLine
from captions import recognized
from captions.actions import adjusting, voices
from captions.frames import CaptionFrames
from captions.models import Line
from spaces.actions import lifecycle
from spaces.models import RoomEvent, Space
from spaces.room import audio_plan
from spaces.room.snapshot import build
from spaces.viewer import Viewer
from tests.spaces.commands import post

PATH = "captions/adjust/"
STARTED = 1_800_000_000.0  # seconds since 1970


@pytest.fixture(autouse=True)
def engine(settings):
    settings.CAPTIONS_ENGINE, settings.CAPTIONS_LANGUAGES = "moonshine", []


def adjust(space: Space, language: str = "", words: tuple[str, ...] = ()) -> None:
    adjusting.adjust(space, language=language, words=words, by=space.host)


def where(space: Space) -> dict[str, str]:
    return {each["who"]: each["where"] for each in build(space)["captions"]["voices"]}


def plan_of(space: Space):
    return audio_plan.read({space.public_id: ()})[space.public_id]


def say(space: Space, speaker: User, text: str, *, final: bool = True, language: str = ""):
    line = CaptionLine(
        space.public_id, speaker.key, "1", text, STARTED, STARTED + 1, final, language
    )
    return recognized._caption(line)


def test_a_host_chooses_a_language_and_words(space, host, cohost):
    data = {"language": "de", "words": "Ähre, Zoë Müller\n GraphQL,,Ähre"}
    assert post(cohost, space, PATH, data).status_code == 204
    chosen = build(space)["captions"]
    words = ["Ähre", "Zoë Müller", "GraphQL"]
    assert (chosen["language"], chosen["words"]) == ("de", words)
    event = RoomEvent.objects.get(kind="captions_adjusted")
    assert event.payload == {"language": "de", "words": words, "by": cohost.key}
    assert post(host, space, PATH, data).status_code == 204
    assert RoomEvent.objects.filter(kind="captions_adjusted").count() == 1  # nothing changed


def test_only_hosts_may_choose(space, speaker, listener):
    for user in (speaker, listener):
        assert post(user, space, PATH, {"language": "de"}).status_code == 403


@pytest.mark.parametrize(
    "data",
    [
        {"language": "xx"},
        {"language": "english"},
        {"words": ",".join(f"word{number}" for number in range(51))},
        {"words": "a" * 41},
        {"words": "a, " * 5_000},
    ],
)
def test_other_languages_and_too_many_or_long_words_are_refused(space, host, data):
    assert post(host, space, PATH, data).status_code == 400
    assert build(space)["captions"]["words"] == []


def test_a_recognizer_that_does_not_know_the_language_is_not_used(space, speaker):
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    assert where(space) == {speaker.key: "server"}
    adjust(space, "de")
    # Nobody recognizes the voice until the speaker's browser offers to do so.
    assert where(space) == {speaker.key: ""}
    assert plan_of(space).captioned == frozenset()
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    assert where(space) == {speaker.key: "device"}
    adjust(space, "en")
    assert where(space) == {speaker.key: "server"}


def test_the_audio_node_learns_the_language(settings, space, speaker):
    settings.CAPTIONS_ENGINE = "faster-whisper"
    voices.choose(space, user=speaker, on=True)
    assert (plan_of(space).captioned, plan_of(space).language) == ({speaker.key}, "")
    adjust(space, "de")
    assert (plan_of(space).captioned, plan_of(space).language) == ({speaker.key}, "de")


def test_a_model_for_some_languages_is_used_only_for_them(settings, space, speaker):
    settings.CAPTIONS_ENGINE, settings.CAPTIONS_LANGUAGES = "faster-whisper", ["en", "de"]
    voices.choose(space, user=speaker, on=True)
    for language, expected in (("de", "server"), ("fr", ""), ("", "server")):
        adjust(space, language)
        assert where(space) == {speaker.key: expected}


def test_the_language_that_a_recognizer_found_is_stored(settings, space, speaker):
    settings.CAPTIONS_ENGINE = "faster-whisper"
    voices.choose(space, user=speaker, on=True)
    say(space, speaker, "Guten Abend", language="de")
    assert Line.objects.get().language == "de"


def test_names_title_and_words_correct_recognized_text(space, host, speaker):
    speaker.name = "Priyanka Ramanujan"
    speaker.save()
    voices.choose(space, user=speaker, on=True)
    lifecycle.edit_details(space, by=host, title="Kubernetes for gardeners", topics=[])
    adjust(space, words=("GraphQL",))
    said, meant = "Prianka on cubernetes and graphql", "Priyanka on Kubernetes and GraphQL"
    interim = say(space, speaker, said, final=False)
    assert interim is not None and interim.text == meant
    say(space, speaker, said)
    assert Line.objects.get().text == meant


def test_text_from_a_browser_is_corrected_too(settings, space, speaker):
    settings.CAPTIONS_ENGINE = ""
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    adjust(space, words=("Kubernetes",))
    frames = CaptionFrames(space, Viewer(speaker))
    frames._caption(
        {"utterance": 1, "text": "We use cubernetes", "final": True, "language": "en-GB"}
    )
    assert Line.objects.get().text == "We use Kubernetes"
