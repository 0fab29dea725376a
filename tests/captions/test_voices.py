"""Each person chooses whether their voice is captioned, and the choice is remembered. Hosts can
only ask for it."""

import pytest

from accounts.models import User
from captions.actions import voices
from captions.models import Preference
from core.refusals import Refusal
from spaces.actions import lifecycle, removals, stage
from spaces.actions.stage import NotOnStage
from spaces.models import Space
from spaces.room.snapshot import build
from tests.factories import make_host, make_space, make_user, put_on_stage, signed_in

JSON = {"accept": "application/json"}


def post(user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    answer = signed_in(user).post(f"{space.get_absolute_url()}{path}", data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def captioned(space: Space) -> list[tuple[str, str]]:
    return [(each["who"], each["where"]) for each in build(space)["captions"]["voices"]]


def test_nobody_is_captioned_until_they_choose_it(space, host, speaker):
    assert captioned(space) == []


def test_a_speaker_turns_the_captions_of_their_voice_on_and_off(space, speaker):
    assert post(speaker, space, "captions/voice/", on="true") == (204, "")
    assert captioned(space) == [(speaker.key, "")]
    event = space.journal.latest("revision")
    assert (event.kind, event.payload["who"], event.payload["on"]) == (
        "voice_captions",
        speaker.key,
        True,
    )
    assert post(speaker, space, "captions/voice/", on="false") == (204, "")
    assert captioned(space) == []


def test_a_browser_that_recognizes_speech_is_the_source(space, speaker):
    data = {"on": "true", "has_recognition": "true"}
    assert post(speaker, space, "captions/voice/", **data) == (204, "")
    assert captioned(space) == [(speaker.key, "device")]


def test_choosing_the_same_again_changes_nothing(space, speaker):
    voices.choose(space, user=speaker, on=True)
    revision = space.revision
    voices.choose(space, user=speaker, on=True)
    assert space.revision == revision


def test_a_listener_cannot_turn_captions_on_but_can_turn_them_off(space, speaker, listener):
    with pytest.raises(NotOnStage):
        voices.choose(space, user=listener, on=True)
    voices.choose(space, user=speaker, on=True)
    stage.step_down(space, user=speaker)
    voices.choose(space, user=speaker, on=False)
    assert captioned(space) == []


def test_a_value_that_is_neither_on_nor_off_is_refused(space, speaker):
    assert post(speaker, space, "captions/voice/", on="maybe")[0] == 400
    assert captioned(space) == []


def test_the_choice_is_remembered_for_the_next_space(
    space, speaker, django_capture_on_commit_callbacks
):
    voices.choose(space, user=speaker, on=True)
    later = make_space(make_host())
    with django_capture_on_commit_callbacks(execute=True):
        put_on_stage(later, speaker)
    assert captioned(later) == [(speaker.key, "")]


def test_the_choice_of_a_host_applies_when_they_start_the_next_space(
    space, host, django_capture_on_commit_callbacks
):
    voices.choose(space, user=host, on=True)
    lifecycle.end(space, by=host)
    with django_capture_on_commit_callbacks(execute=True):
        later = make_space(host)
    assert captioned(later) == [(host.key, "")]


def test_a_choice_against_captions_is_remembered_too(
    space, speaker, django_capture_on_commit_callbacks
):
    voices.choose(space, user=speaker, on=True)
    voices.choose(space, user=speaker, on=False)
    later = make_space(make_host())
    with django_capture_on_commit_callbacks(execute=True):
        put_on_stage(later, speaker)
    assert captioned(later) == []
    assert not Preference.objects.get(user=speaker).caption_my_voice


def test_a_person_who_turned_captions_off_is_not_captioned_when_they_return_to_the_stage(
    space, speaker, django_capture_on_commit_callbacks
):
    voices.choose(space, user=speaker, on=True)
    voices.choose(space, user=speaker, on=False)
    Preference.objects.update(caption_my_voice=True)  # chosen meanwhile in another Space
    stage.step_down(space, user=speaker)
    with django_capture_on_commit_callbacks(execute=True):
        put_on_stage(space, speaker)
    assert captioned(space) == []


def test_a_request_of_a_host_captions_nobody(space, cohost, speaker):
    assert post(cohost, space, "captions/ask/") == (204, "")
    asked = build(space)["captions"]["requested"]
    assert asked["by"] == cohost.key
    assert space.journal.latest("revision").payload == asked
    assert captioned(space) == []


def test_speakers_and_listeners_cannot_ask_everyone(space, speaker, listener):
    for person in (speaker, listener):
        assert post(person, space, "captions/ask/") == (403, "not_allowed")


def test_the_hosts_log_shows_who_asked(space, host):
    voices.request(space, by=host)
    log = signed_in(host).get(f"{space.get_absolute_url()}log/").json()["log"]
    assert [(line["kind"], line["by"]["handle"]) for line in log] == [
        ("captions_requested", host.handle)
    ]


def test_removed_and_signed_out_people_cannot_choose(client, space, host, speaker):
    removals.remove(space, user=speaker, by=host)
    assert post(speaker, space, "captions/voice/", on="true") == (403, "removed")
    address = f"{space.get_absolute_url()}captions/voice/"
    assert client.post(address, {"on": "true"}, headers=JSON).json()["code"] == "signed_out"
    assert client.get(address).status_code == 405


def test_nothing_can_be_chosen_after_the_end(space, host, speaker):
    lifecycle.end(space, by=host)
    assert post(speaker, space, "captions/voice/", on="true") == (409, "not_live")
    with pytest.raises(Refusal):
        voices.request(space, by=host)


def test_an_invited_person_is_not_captioned_before_they_are_on_the_stage(space):
    later = make_user()
    Preference.objects.create(user=later, caption_my_voice=True)
    voices.apply_preferences(space)
    assert captioned(space) == []
