import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sockets import incoming
from spaces.room.frames import rules


def read(raw):
    return incoming.read(raw, rules().kinds, max_length=rules().max_length)


VALID = [
    {"t": "beat"},
    {"t": "react", "emoji": "💜"},
    {"t": "listen", "ref": 1},
    {"t": "answer", "ref": 2, "peer": "abc", "sdp": "v=0"},
    {"t": "speak", "ref": 3, "sdp": "v=0"},
    {"t": "adopt", "ref": 4, "peer": "abc"},
    {"t": "quality", "ref": 5, "peer": "abc", "quality": "saver"},
    {"t": "hangup", "peer": "abc"},
    {"t": "read_captions", "on": True},
]


@pytest.mark.parametrize("frame", VALID, ids=lambda frame: frame["t"])
def test_a_valid_frame_is_parsed(frame):
    assert read(json.dumps(frame)) == frame


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "binary"),
        ("", "malformed"),
        ("[]", "malformed"),
        ("{", "malformed"),
        ("[" * 50_000, "malformed"),
        ('{"t": 1}', "malformed"),
        ('{"t": "dance"}', "unknown"),
        ('{"t": "beat", "role": "host"}', "malformed"),
        ('{"t": "react", "emoji": "🍕"}', "malformed"),
        ('{"t": "react", "emoji": ["💜"]}', "malformed"),
        ('{"t": "listen"}', "malformed"),
        ('{"t": "quality", "ref": 1, "peer": "abc", "quality": "loud"}', "malformed"),
        ('{"t": "quality", "ref": 1, "peer": "abc", "quality": ["full"]}', "malformed"),
        ('{"t": "listen", "ref": true}', "malformed"),
        ('{"t": "read_captions", "on": 1}', "malformed"),
        ('{"t": "listen", "ref": -1}', "malformed"),
        (r'{"t": "\ud800"}', "malformed"),
        (r'{"t": "adopt", "ref": 1, "peer": "\ud800"}', "malformed"),
        (r'{"t": "speak", "ref": 1, "sdp": "v=0 \udc00\ud800"}', "malformed"),
        (r'{"t": "beat", "\ud800": 1}', "malformed"),
        ('{"t": "speak", "ref": 1, "sdp": ""}', "malformed"),
        (json.dumps({"t": "speak", "ref": 1, "sdp": "x" * 40_000}), "malformed"),
        (json.dumps({"t": "beat", "x": "y" * 70_000}), "too_large"),
    ],
)
def test_an_invalid_frame_is_refused_with_a_code(raw, code):
    with pytest.raises(incoming.BadFrame) as refusal:
        read(raw)
    assert refusal.value.code == code


def test_a_surrogate_pair_in_escapes_is_accepted():
    frame = read(r'{"t": "adopt", "ref": 1, "peer": "\ud83d\ude02"}')
    assert frame["peer"] == "😂"


@given(st.text(max_size=2000) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_random_text_is_refused(raw):
    with pytest.raises(incoming.BadFrame):
        read(raw)
