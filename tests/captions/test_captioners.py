"""People who write captions: who may write, for whom, and what a text may contain."""

import pytest

from accounts.models import User
from captions import personal_data
from captions.actions import captioners, voices
from captions.models import LINE_LENGTH, Line
from core.refusals import Refusal
from spaces.actions import lifecycle, removals, stage
from spaces.models import Space
from spaces.room.snapshot import build
from tests.factories import make_user, signed_in

JSON = {"accept": "application/json"}
RIGHT_TO_LEFT_OVERRIDE = "\u202e"


@pytest.fixture
def captioner(space: Space, host: User) -> User:
    person = make_user("cleo", name="Cleo")
    captioners.let_write(space, user=person, on=True, by=host)
    return person


@pytest.fixture
def captioned(space: Space, speaker: User) -> User:
    """A speaker who chose that their voice is captioned."""
    voices.choose(space, user=speaker, on=True)
    return speaker


def post(user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    answer = signed_in(user).post(f"{space.get_absolute_url()}{path}", data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def write(user: User, space: Space, speaker: User, text: str) -> tuple[int, str]:
    return post(user, space, "captions/write/", speaker=speaker.key, text=text)


def texts(space: Space) -> list[str]:
    return [line["text"] for line in build(space)["captions"]["lines"]]


def test_a_captioner_writes_what_a_speaker_says(space, captioner, captioned):
    assert write(captioner, space, captioned, "Good evening, everyone.") == (204, "")
    (line,) = build(space)["captions"]["lines"]
    assert {name: line[name] for name in ("text", "where", "by", "edited")} == {
        "text": "Good evening, everyone.",
        "where": "captioner",
        "by": "Cleo",
        "edited": False,
    }
    assert line["person"]["id"] == captioned.key
    event = space.journal.latest("revision").frame()
    assert {name: event[name] for name in line} == line


def test_hosts_choose_captioners_and_others_do_not(space, host, cohost, speaker, listener):
    path = f"people/{listener.key}/captioner/"
    for person in (speaker, listener):
        assert post(person, space, path, on="true") == (403, "not_allowed")
    assert post(cohost, space, path, on="true") == (204, "")
    assert [each["id"] for each in build(space)["captions"]["captioners"]] == [listener.key]
    assert post(host, space, path, on="false") == (204, "")
    assert build(space)["captions"]["captioners"] == []


def test_only_captioners_write(space, host, captioned, listener):
    for person in (host, captioned, listener):
        assert write(person, space, captioned, "Hello") == (403, "not_captioner")
    assert texts(space) == []


def test_a_captioner_whose_right_was_taken_back_cannot_write(space, host, captioner, captioned):
    captioners.let_write(space, user=captioner, on=False, by=host)
    assert write(captioner, space, captioned, "Hello") == (403, "not_captioner")


def test_nobody_is_captioned_without_their_choice(space, captioner, speaker, captioned, cohost):
    assert write(captioner, space, cohost, "Hello") == (403, "not_captioned")
    voices.choose(space, user=captioned, on=False)
    assert write(captioner, space, captioned, "Hello") == (403, "not_captioned")
    assert texts(space) == []


def test_nobody_is_captioned_after_they_left_the_stage(space, captioner, captioned):
    stage.step_down(space, user=captioned)
    assert write(captioner, space, captioned, "Hello") == (403, "not_captioned")


def test_a_removed_captioner_cannot_write(space, host, captioner, captioned):
    removals.remove(space, user=captioner, by=host)
    assert write(captioner, space, captioned, "Hello") == (403, "removed")


def test_a_person_who_is_not_admitted_cannot_become_a_captioner(space, host, listener):
    removals.remove(space, user=listener, by=host)
    assert post(host, space, f"people/{listener.key}/captioner/", on="true") == (403, "removed")


def test_nothing_can_be_written_after_the_end(space, host, captioner, captioned):
    lifecycle.end(space, by=host)
    assert write(captioner, space, captioned, "Hello") == (409, "not_live")
    with pytest.raises(Refusal):
        captioners.write(space, speaker=captioned, text="Hello", by=captioner)


def test_the_number_of_captioners_is_limited(space, host):
    for _ in range(captioners.MAX_CAPTIONERS):
        captioners.let_write(space, user=make_user(), on=True, by=host)
    with pytest.raises(Refusal):
        captioners.let_write(space, user=make_user(), on=True, by=host)


def test_letting_a_captioner_write_again_changes_nothing(space, host, captioner):
    revision = space.revision
    captioners.let_write(space, user=captioner, on=True, by=host)
    assert space.revision == revision


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\n\t"])
def test_a_text_without_a_visible_character_is_refused(space, captioner, captioned, text):
    assert write(captioner, space, captioned, text)[0] == 400


def test_a_text_that_is_too_long_is_refused(space, captioner, captioned):
    assert write(captioner, space, captioned, "a" * (LINE_LENGTH + 1))[0] == 400
    assert write(captioner, space, captioned, "a" * LINE_LENGTH) == (204, "")


def test_a_text_cannot_change_the_direction_or_the_lines_around_it(space, captioner, captioned):
    write(captioner, space, captioned, f"one{RIGHT_TO_LEFT_OVERRIDE}\r\n\x00two")
    assert texts(space) == ["one two"]


def test_markup_in_captions_is_escaped_on_the_page(space, host, captioner, captioned):
    write(captioner, space, captioned, "</script><script>alert(1)</script>")
    page = signed_in(host).get(space.get_absolute_url()).text
    assert "<script>alert(1)" not in page
    assert texts(space) == ["</script><script>alert(1)</script>"]


def test_writing_is_limited(redis_server, space, captioner, captioned):
    answers = [write(captioner, space, captioned, f"Line {number}") for number in range(21)]
    assert answers == [(204, "")] * 20 + [(429, "too_fast")]


def test_latecomers_can_read_what_they_missed(space, captioner, captioned, listener):
    for number in range(120):
        captioners.write(space, speaker=captioned, text=f"Line {number}", by=captioner)
    reader = signed_in(listener)
    address = f"{space.get_absolute_url()}captions/"
    shown = reader.get(f"{space.get_absolute_url()}snapshot/").json()["captions"]["lines"]
    read = [line["text"] for line in shown]
    more = True
    while more:
        earlier = reader.get(f"{address}?before={shown[0]['id']}").json()
        shown, more = [*earlier["lines"], *shown], earlier["more"]
        read = [line["text"] for line in earlier["lines"]] + read
    assert read == [f"Line {number}" for number in range(120)]


def test_only_people_who_may_read_the_room_read_captions(
    client, space, host, captioner, captioned, listener
):
    captioners.write(space, speaker=captioned, text="Hello", by=captioner)
    address = f"{space.get_absolute_url()}captions/?before=999"
    assert client.get(address).status_code == 403
    assert "Hello" not in client.get(space.get_absolute_url()).text
    removals.remove(space, user=listener, by=host)
    assert signed_in(listener).get(address).status_code == 403


@pytest.mark.parametrize("before", ["", "x", "-1", "²", "9" * 30])
def test_an_invalid_id_is_refused(space, listener, before):
    address = f"{space.get_absolute_url()}captions/"
    answer = signed_in(listener).get(address, {"before": before})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_before")


def test_erasing_an_account_deletes_its_words(space, captioner, captioned):
    captioners.write(space, speaker=captioned, text="Hello", by=captioner)
    personal_data.erase(captioner)
    assert [(line.text, line.captioner) for line in Line.objects.all()] == [("Hello", None)]
    personal_data.erase(captioned)
    assert Line.objects.count() == 0
