"""The transcript of a Space: who reads it, its files, and how it is corrected, withdrawn and
deleted."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import blocking
from accounts.models import User
from captions import personal_data, retention
from captions.actions import captioners, changing, voices
from captions.models import Change, Line
from safety import suspension
from spaces.actions import lifecycle, removals
from spaces.models import RoomEvent, Space
from spaces.room.snapshot import build
from tests.factories import make_space, make_staff, make_user, signed_in

JSON = {"accept": "application/json"}
SECRET = "The bakery opens at four"


@pytest.fixture
def captioner(space: Space, host: User) -> User:
    person = make_user("cleo", name="Cleo")
    captioners.let_write(space, user=person, on=True, by=host)
    return person


@pytest.fixture
def said(space: Space, host: User, speaker: User, captioner: User) -> Line:
    """What the speaker said, between two lines of the host."""
    for person in (host, speaker):
        voices.choose(space, user=person, on=True)
    captioners.write(space, speaker=host, text="Good evening", by=captioner)
    line = captioners.write(space, speaker=speaker, text=SECRET, by=captioner)
    captioners.write(space, speaker=host, text="Thank you", by=captioner)
    return line


def post(user: User, space: Space, path: str, **data: object) -> tuple[int, str]:
    address = f"{space.get_absolute_url()}transcript/{path}"
    answer = signed_in(user).post(address, data, headers=JSON)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def page(user: User, space: Space, query: str = "") -> str:
    return signed_in(user).get(f"{space.get_absolute_url()}transcript/{query}").text


def file(user: User, space: Space, extension: str) -> str:
    return signed_in(user).get(f"{space.get_absolute_url()}transcript.{extension}").text


def everywhere(user: User, space: Space) -> str:
    """Everything that a reader can get of what was said in a Space."""
    reader = signed_in(user)
    address = space.get_absolute_url()
    parts = ["", "transcript/", "events/?since=0", "snapshot/", "captions/?before=99999999"]
    parts += [f"transcript.{extension}" for extension in ("txt", "vtt", "json")]
    read = "".join(reader.get(f"{address}{part}").text for part in parts)
    return read + json.dumps(list(space.journal.values_list("payload", flat=True)))


def end(space: Space) -> None:
    lifecycle.end(space, by=space.host)


def test_the_page_of_an_ended_space_leads_to_the_transcript(space, said, listener):
    end(space)
    assert (
        f"{space.get_absolute_url()}transcript/"
        in signed_in(listener).get(space.get_absolute_url()).text
    )
    read = page(listener, space)
    assert [text in read for text in ("Good evening", SECRET, "Thank you")] == [True] * 3


def test_an_ended_space_without_captions_has_no_transcript_on_its_page(space, host):
    end(space)
    assert "transcript/" not in signed_in(host).get(space.get_absolute_url()).text


def test_only_people_who_may_read_the_room_read_the_transcript(client, space, host, said, listener):
    removals.remove(space, user=listener, by=host)
    end(space)
    for reader in (client, signed_in(listener)):
        for part in ("transcript/", "transcript.txt", "transcript.vtt", "transcript.json"):
            answer = reader.get(f"{space.get_absolute_url()}{part}", follow=True)
            assert SECRET not in answer.text


def test_a_reader_searches_words_and_speakers(space, said, speaker, listener):
    found = page(listener, space, "?q=BAKERY")
    assert (SECRET in found, "Good evening" in found) == (True, False)
    found = page(listener, space, f"?speaker={speaker.key}")
    assert (SECRET in found, "Good evening" in found) == (True, False)
    found = page(listener, space, f"?from={said.pk}")
    assert (f">{SECRET}</p>" in found, ">Good evening</p>" in found) == (True, False)
    assert "Nothing found" in page(listener, space, "?q=harbour")


@pytest.mark.parametrize("query", ["?from=x", "?speaker=<b>", f"?q={'a' * 500}", "?from=-1"])
def test_an_invalid_search_shows_everything(space, said, listener, query):
    assert SECRET in page(listener, space, query)


def test_the_files_contain_every_line(space, said, speaker, listener):
    assert SECRET in file(listener, space, "txt")
    document = json.loads(file(listener, space, "json"))
    assert [line["text"] for line in document["lines"]] == ["Good evening", SECRET, "Thank you"]
    assert signed_in(listener).get(f"{space.get_absolute_url()}transcript.exe").status_code == 404


def test_webvtt_names_each_voice_and_escapes_texts_and_names(space, said, speaker, listener):
    User.objects.filter(pk=speaker.pk).update(name="Sami <b> & Co")
    Line.objects.filter(pk=said.pk).update(text="--> 1 < 2 & <v Ana>")
    cues = file(listener, space, "vtt").split("\n\n")
    assert cues[0] == "WEBVTT"
    timing, text = cues[2].splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}", timing)
    assert text == "<v Sami &lt;b&gt; &amp; Co>--&gt; 1 &lt; 2 &amp; &lt;v Ana&gt;"


def test_a_file_is_not_cached(space, said, listener):
    answer = signed_in(listener).get(f"{space.get_absolute_url()}transcript.txt")
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("ended", [False, True])
def test_speakers_correct_their_own_words(space, said, speaker, listener, ended):
    if ended:
        end(space)
    assert post(speaker, space, f"{said.pk}/edit/", text="The bakery opens at five") == (204, "")
    read = everywhere(listener, space)
    assert ("at five" in read, SECRET in read) == (True, False)
    assert Change.objects.count() == 0


@pytest.mark.parametrize("ended", [False, True])
def test_withdrawn_words_are_gone_everywhere(space, said, speaker, listener, ended):
    everywhere(listener, space)  # fills caches
    if ended:
        end(space)
    assert post(speaker, space, f"{said.pk}/delete/") == (204, "")
    read = everywhere(listener, space)
    assert (SECRET in read, "Good evening" in read) == (False, True)
    assert not RoomEvent.objects.filter(payload__text=SECRET).exists()


@pytest.mark.parametrize("ended", [False, True])
def test_a_speaker_withdraws_everything_at_once(space, host, said, listener, ended):
    if ended:
        end(space)
    assert post(host, space, "withdraw/") == (204, "")
    assert [line.text for line in space.lines.all()] == [SECRET]
    assert post(listener, space, "withdraw/") == (204, "")


@pytest.mark.parametrize("ended", [False, True])
def test_hosts_edit_and_delete_lines_and_only_hosts_read_the_old_texts(
    space, host, cohost, said, speaker, listener, ended
):
    if ended:
        end(space)
    assert post(cohost, space, f"{said.pk}/edit/", text="The bakery opens") == (204, "")
    assert post(host, space, f"{said.pk}/delete/") == (204, "")
    assert [change.old_text for change in Change.objects.all()] == ["The bakery opens", SECRET]
    assert SECRET in page(host, space)
    for reader in (speaker, listener):
        assert SECRET not in everywhere(reader, space)


def test_words_that_a_host_changed_can_still_be_withdrawn(space, host, said, speaker):
    changing.edit(space, line_id=said.pk, text="Something else", by=host)
    changing.withdraw_all(space, speaker=speaker)
    assert SECRET not in page(host, space)
    assert Change.objects.count() == 0


@pytest.mark.parametrize("ended", [False, True])
def test_other_people_cannot_change_lines(space, said, listener, captioner, ended):
    if ended:
        end(space)
    for person in (listener, captioner):
        assert post(person, space, f"{said.pk}/edit/", text="No") == (403, "not_your_line")
        assert post(person, space, f"{said.pk}/delete/") == (403, "not_your_line")
        assert post(person, space, "keep/", days="0") == (403, "not_allowed")
    assert space.lines.count() == 3


def test_a_removed_or_signed_out_person_cannot_change_lines(client, space, host, said, speaker):
    removals.remove(space, user=speaker, by=host)
    assert post(speaker, space, f"{said.pk}/edit/", text="No") == (403, "removed")
    address = f"{space.get_absolute_url()}transcript/{said.pk}/delete/"
    assert client.post(address, headers=JSON).json()["code"] == "signed_out"
    assert client.get(address).status_code == 405


def test_a_line_of_another_space_is_not_found(space, said, host):
    other = make_space()
    assert post(other.host, other, f"{said.pk}/delete/") == (404, "no_line")


@pytest.mark.parametrize("text", ["", " ", "a" * 1001])
def test_an_invalid_correction_is_refused(space, said, speaker, text):
    assert post(speaker, space, f"{said.pk}/edit/", text=text)[0] == 400


def test_words_across_a_block_and_of_suspended_people_are_hidden(space, said, speaker, listener):
    blocking.block(blocker=listener, blocked=speaker)
    assert SECRET not in page(listener, space) + file(listener, space, "txt")
    other = make_user()
    assert SECRET in page(other, space)
    suspension.suspend(speaker, until=None, reason="Spam", by=make_staff())
    assert SECRET not in page(other, space) + file(other, space, "vtt")


def test_a_transcript_is_deleted_after_thirty_days(space, said):
    end(space)
    now = timezone.now()
    started_at = now - timedelta(days=32)
    Space.objects.update(started_at=started_at, ended_at=now - timedelta(days=29))
    assert retention.sweep() == {"lines": 0}
    Space.objects.update(ended_at=now - timedelta(days=31))
    assert retention.sweep() == {"lines": 3}
    assert not RoomEvent.objects.filter(payload__text=SECRET).exists()


def test_a_transcript_of_a_live_space_is_not_deleted(space, said, host):
    changing.keep(space, days=0)
    assert retention.sweep() == {"lines": 0}
    end(space)
    assert retention.sweep() == {"lines": 3}


def test_hosts_choose_how_long_a_transcript_is_kept(settings, space, said, host):
    assert retention.days_kept(space) == 30
    assert post(host, space, "keep/", days="7") == (204, "")
    assert retention.days_kept(space) == 7
    assert post(host, space, "keep/", days="longest") == (204, "")
    assert retention.days_kept(space) is None
    settings.TRANSCRIPTS_MAX_DAYS = 14
    assert retention.days_kept(space) == 14
    end(space)
    assert post(host, space, "keep/", days="0") == (204, "")
    assert space.lines.count() == 0


def test_erasing_an_account_deletes_its_words_from_the_journal(space, said, speaker, host):
    changing.edit(space, line_id=said.pk, text="Edited words", by=host)
    personal_data.erase(speaker)
    texts = [row.payload.get("text") for row in space.journal.all()]
    assert not {SECRET, "Edited words"} & set(texts)
    assert build(space)["captions"]["lines"][0]["text"] == "Good evening"
