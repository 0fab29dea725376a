"""An independent parser reads the WebVTT file of a transcript as it was written."""

import html
from datetime import timedelta

import pytest
import webvtt
from webvtt.models import Caption

from accounts.models import User
from captions.models import Line
from spaces.models import Space
from tests.factories import signed_in

TEXTS = [
    "Good evening.",
    "NOTE this is not a comment",
    "WEBVTT",
    "STYLE",
    "00:00:01.000 --> 00:00:02.000",
    "<v Ana>I am not Ana</v> <b>bold</b> <00:01.000>",
    "A & B &amp; &lt;C&gt; &#x202E;",
    "مساء الخير، هل تسمعونني؟",
    "한국어 हिन्दी 😀👩‍👩‍👧",
    "{\\an8} 7",
    "a" * 1000,
]


def cues(reader: User, space: Space) -> list[Caption]:
    answer = signed_in(reader).get(f"{space.get_absolute_url()}transcript.vtt")
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    return list(webvtt.from_string(answer.content.decode()))


def say(space: Space, person: User, text: str, second: float, *, lasts: float = 2) -> None:
    start = space.started_at + timedelta(seconds=second)
    end = start + timedelta(seconds=lasts)
    Line.objects.create(space=space, speaker=person, text=text, started_at=start, ended_at=end)


def test_every_cue_has_its_text_and_its_voice(space, speaker, listener):
    for second, text in enumerate(TEXTS):
        say(space, speaker, text, second)
    read = [(html.unescape(cue.voice), html.unescape(cue.text)) for cue in cues(listener, space)]
    assert read == [("sami", text) for text in TEXTS]


@pytest.mark.parametrize("name", ["<v Ana>", "A & B", "--> 1", "علي", "&lt;", "A.B C"])
def test_a_name_cannot_change_the_file(space, speaker, listener, name):
    User.objects.filter(pk=speaker.pk).update(name=name)
    say(space, speaker, "Hello", 0)
    assert [(html.unescape(cue.voice), cue.text) for cue in cues(listener, space)] == [
        (name, "Hello")
    ]


def test_cues_are_in_the_order_of_their_starts_and_last_at_least_a_second(
    space, host, speaker, listener
):
    say(space, host, "Later", 65.25, lasts=0)
    say(space, speaker, "Earlier", 61, lasts=10)
    say(space, host, "Last", 3 * 3600, lasts=0.2)
    assert [(cue.start, cue.end, cue.text) for cue in cues(listener, space)] == [
        ("00:01:01.000", "00:01:11.000", "Earlier"),
        ("00:01:05.250", "00:01:06.250", "Later"),
        ("03:00:00.000", "03:00:01.000", "Last"),
    ]


def test_a_transcript_without_lines_is_a_valid_file(space, listener):
    assert cues(listener, space) == []
