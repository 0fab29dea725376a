"""What a page does with the words that a person is saying, before they are final."""

from tests.reducer import replay

ANA = {"who": "u1", "where": "server"}
ROOM = {"rev": 4, "captions": {"voices": [ANA], "lines": []}}
SAYING = {"t": "interim_caption", "who": "u1", "start": "2026-12-01T10:00:00Z", "text": "Good ev"}
OFF = {"t": "voice_captions", "rev": 5, "who": "u1", "on": False, "where": ""}
ON = {"t": "voice_captions", "rev": 6, **ANA, "on": True}


def interims(*events: dict) -> dict:
    (state,) = replay((ROOM, list(events)))
    return state.get("interims", {})


def test_a_page_keeps_what_a_captioned_person_is_saying():
    assert interims(SAYING) == {"u1": {"start": SAYING["start"], "text": "Good ev"}}


def test_an_interim_text_vanishes_when_its_speaker_turns_captions_off_and_does_not_come_back():
    assert interims(SAYING, OFF) == {}
    assert interims(SAYING, OFF, ON) == {}


def test_an_interim_text_that_was_under_way_when_captions_were_turned_off_is_ignored():
    assert interims(OFF, SAYING) == {}
    assert interims(OFF, SAYING, ON) == {}
