"""Hostile input to captions and transcripts is refused with a reason, and the room goes on."""

import pytest

from accounts import blocking
from accounts.models import User
from captions.actions import captioners, changing, voices
from captions.models import Line
from safety import suspension
from spaces.actions import lifecycle, removals
from spaces.models import Space
from spaces.room.snapshot import build
from tests.factories import make_staff, make_user, signed_in

JSON = {"accept": "application/json"}
HUGE = "a" * 10_000_000


@pytest.fixture
def captioner(space: Space, host: User) -> User:
    person = make_user("cleo")
    captioners.let_write(space, user=person, on=True, by=host)
    return person


@pytest.fixture
def said(space: Space, speaker: User, captioner: User) -> Line:
    voices.choose(space, user=speaker, on=True)
    return captioners.write(space, speaker=speaker, text="Good evening", by=captioner)


def post(user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    answer = signed_in(user).post(f"{space.get_absolute_url()}{path}", data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def test_a_text_of_ten_megabytes_is_refused(space, said, speaker, captioner):
    written = post(captioner, space, "captions/write/", speaker=speaker.key, text=HUGE)
    edited = post(speaker, space, f"transcript/{said.pk}/edit/", text=HUGE)
    assert (written, edited) == ((413, "too_large"), (413, "too_large"))
    assert [line.text for line in space.lines.all()] == ["Good evening"]


@pytest.mark.parametrize("key", ["", "u999999", "g123", "u1' OR 1=1", "u" + "9" * 29, "\0", "u١"])
def test_a_caption_for_an_unknown_key_is_refused(space, said, captioner, key):
    status, code = post(captioner, space, "captions/write/", speaker=key, text="No")
    assert (status in (400, 403, 404), bool(code), space.lines.count()) == (True, True, 1)


def test_a_correction_cannot_change_the_direction_or_the_lines_around_it(space, said, speaker):
    text = "Good\u202e gninrom\u2066\nbye\u0000"
    assert post(speaker, space, f"transcript/{said.pk}/edit/", text=text)[0] in (204, 400)
    said.refresh_from_db()
    assert not set(said.text) & set("\u202e\u2066\n\0")


def test_markup_is_escaped_in_the_transcript_and_in_the_list_of_ended_spaces(
    space, host, said, listener
):
    markup = "<img src=x onerror=alert(1)> trams"
    changing.edit(space, line_id=said.pk, text=markup, by=host)
    lifecycle.end(space, by=host)
    reader = signed_in(listener)
    for address in (f"{space.get_absolute_url()}transcript/", "/spaces/?q=trams"):
        page = reader.get(address).text
        assert ("<img src=x" in page, "&lt;img src=x" in page) == (False, True)


@pytest.mark.parametrize("ended", [False, True])
def test_earlier_lines_are_hidden_across_a_block_and_while_the_speaker_is_suspended(
    space, host, said, speaker, listener, ended
):
    if ended:
        lifecycle.end(space, by=host)
    address = f"{space.get_absolute_url()}captions/?before={said.pk + 1}"
    reader = signed_in(listener)
    assert [line["text"] for line in reader.get(address).json()["lines"]] == ["Good evening"]
    blocking.block(blocker=speaker, blocked=listener)
    assert reader.get(address).json()["lines"] == []
    suspension.suspend(speaker, until=None, reason="Spam", by=make_staff())
    assert signed_in(make_user()).get(address).json()["lines"] == []


@pytest.mark.parametrize("ended", [False, True])
def test_a_speaker_who_was_removed_can_still_withdraw_everything(
    space, host, said, speaker, listener, ended
):
    removals.remove(space, user=speaker, by=host)
    if ended:
        lifecycle.end(space, by=host)
    address = f"{space.get_absolute_url()}transcript/"
    page = signed_in(speaker).get(address).text
    assert ("Withdraw all my lines" in page, "Good evening" in page) == (True, False)
    assert post(speaker, space, "transcript/withdraw/") == (204, "")
    assert space.lines.count() == 0
    assert build(space)["captions"]["lines"] == []
    assert signed_in(speaker).get(address).status_code == 302


def test_a_removed_person_who_did_not_speak_reads_nothing(space, host, said, listener):
    removals.remove(space, user=listener, by=host)
    answer = signed_in(listener).get(f"{space.get_absolute_url()}transcript/")
    assert answer.status_code == 302


def test_changes_and_downloads_are_limited(redis_server, space, said, speaker, listener):
    reader = signed_in(listener)
    address = f"{space.get_absolute_url()}transcript.txt"
    assert [reader.get(address, headers=JSON).status_code for _ in range(31)] == [200] * 30 + [429]
    writer = signed_in(speaker)
    edit = f"{space.get_absolute_url()}transcript/{said.pk}/edit/"
    codes = [writer.post(edit, {"text": f"{n}"}, headers=JSON).status_code for n in range(61)]
    assert codes == [204] * 60 + [429]
