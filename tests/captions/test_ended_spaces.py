"""Ended Spaces are found by what was said in them, with the same results on both databases."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import blocking
from accounts.models import User
from captions import personal_data, search_index
from captions.actions import changing
from captions.ended_spaces import SHOWN, find
from captions.models import Line
from captions.search_index import matching
from safety import suspension
from spaces.actions import lifecycle, removals
from spaces.models import Space
from spaces.viewer import Viewer
from tests.factories import make_host, make_space, make_staff, make_user, signed_in

TEXT = "Die Straßenbahn in Łódź, café & хлеб: हिन्दी"


@pytest.fixture
def reader(both_databases) -> User:
    return make_user("lena")


@pytest.fixture
def said(reader: User) -> Line:
    """A line in an ended Space."""
    space = make_space(make_host("hana"))
    line = say(space, space.host, TEXT)
    lifecycle.end(space, by=space.host)
    return line


def say(space: Space, speaker: User, text: str) -> Line:
    now = timezone.now()
    return Line.objects.create(
        space=space, speaker=speaker, text=text, started_at=now, ended_at=now
    )


def found(reader: User | None, words: str) -> list[str]:
    return [each.line.text for each in find(Viewer(reader), words)]


def is_indexed(words: str) -> bool:
    return matching(Line.objects.all(), words).exists()


@pytest.mark.parametrize(
    "words", ["STRAẞENBAHN", "straße", "lodz", "Łódź", "cafe", "хле", "हिन्दी", "cafe die", "café &"]
)
def test_words_are_found_without_regard_to_case_accents_and_order(reader, said, words):
    assert found(reader, words) == [TEXT]


@pytest.mark.parametrize(
    "words", ["", "!", "d", "d i", '"', "strasse", "bahn", "tram", "die tram", "NEAR(die in)", "a*"]
)
def test_other_words_are_not_found(reader, said, words):
    assert found(reader, words) == []


def test_withdrawn_edited_and_erased_words_are_gone_at_once(reader, said):
    space, host = said.space, said.speaker
    changing.edit(space, line_id=said.pk, text="Corrected", by=host)
    assert (is_indexed("lodz"), is_indexed("corrected")) == (False, True)
    changing.delete(space, line_id=said.pk, by=host)
    assert not is_indexed("corrected")
    say(space, host, "Withdrawn")
    changing.withdraw_all(space, speaker=host)
    assert not is_indexed("withdrawn")
    say(space, host, "Erased")
    personal_data.erase(host)
    assert not is_indexed("erased")
    say(space, host, "Swept")
    changing.delete_transcripts([space.pk])
    assert not is_indexed("swept")


def test_deleted_words_are_removed_from_the_files_of_sqlite(space, host):
    say(space, host, TEXT)
    search_index.purge()
    assert is_in_the_files("lodz")
    Line.objects.all().delete()
    search_index.purge()
    assert not is_in_the_files("lodz")


def is_in_the_files(word: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT group_concat(hex(block)) FROM captions_line_words_data")
        return word.encode().hex().upper() in cursor.fetchone()[0]


def test_sqlite_gets_its_triggers_again_after_a_migration_that_recreated_the_table(space, host):
    say(space, host, TEXT)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER captions_line_deleted")
    Line.objects.all().delete()
    assert rows_in_fts5("lodz") == 1
    call_command("migrate", verbosity=0)
    assert rows_in_fts5("lodz") == 0
    say(space, host, "Again")
    Line.objects.all().delete()
    assert rows_in_fts5("again") == 0


def rows_in_fts5(word: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM captions_line_words(%s)", [word])
        return int(cursor.fetchone()[0])


def test_a_search_uses_the_index(reader, said):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a small table is read as a whole otherwise
            cursor.execute("SET enable_seqscan = off")
        plan = matching(Line.objects.all(), "lodz").explain()
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
    assert "captions_line_words" in plan


def test_only_transcripts_that_the_viewer_may_read_are_found(reader, said):
    assert found(reader, "lodz") == [TEXT]
    assert found(None, "lodz") == []
    space = make_space(make_host())
    say(space, space.host, "Łódź again")
    assert found(reader, "lodz") == [TEXT]  # a live Space is found by its title instead
    removals.remove(space, user=reader, by=space.host)
    lifecycle.end(space, by=space.host)
    assert found(reader, "lodz") == [TEXT]
    assert found(make_user(), "lodz") == ["Łódź again", TEXT]


def test_spaces_across_a_block_and_of_suspended_hosts_are_not_found(reader, said):
    other = make_user()
    blocking.block(blocker=said.speaker, blocked=reader)
    assert (found(reader, "lodz"), found(other, "lodz")) == ([], [TEXT])
    suspension.suspend(said.speaker, until=None, reason="Spam", by=make_staff())
    assert found(other, "lodz") == []


def test_words_of_a_speaker_across_a_block_are_not_found(reader, said):
    speaker = make_user()
    say(said.space, speaker, "Secret")
    assert found(reader, "secret") == ["Secret"]
    blocking.block(blocker=reader, blocked=speaker)
    assert found(reader, "secret") == []


def test_each_of_the_latest_spaces_is_shown_once_with_its_number_of_lines(reader):
    for number in range(SHOWN + 1):
        space = make_space(make_host(), title=f"Space {number}")
        for _ in range(2):
            say(space, space.host, f"Trams in {number}")
        lifecycle.end(space, by=space.host)
    past = find(Viewer(reader), "trams")
    assert [each.space.title for each in past] == [f"Space {n}" for n in range(SHOWN, 0, -1)]
    assert {each.count for each in past} == {2}


def test_the_page_of_spaces_shows_ended_spaces_and_links_to_their_transcripts(reader, said, client):
    page = signed_in(reader).get("/spaces/?q=lodz").text
    assert f'href="/spaces/{said.space.public_id}/transcript/?q=lodz"' in page
    assert "ended-spaces" not in client.get("/spaces/?q=lodz").text
    assert "ended-spaces" not in signed_in(reader).get("/spaces/").text
    transcript = signed_in(reader).get(f"/spaces/{said.space.public_id}/transcript/?q=lodz").text
    assert "café &amp; хлеб" in transcript
