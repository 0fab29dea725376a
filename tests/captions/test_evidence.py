"""Reports about lines of a transcript, and what staff can do about them."""

import pytest
from django.test import Client

from accounts import blocking
from accounts.models import User
from captions.actions import changing, lines, voices
from captions.models import Change, Line
from captions.sources import BROWSER
from core import shared_clock
from safety.models import Report
from spaces.actions import removals
from spaces.models import Space
from tests.factories import make_staff, make_user, signed_in

AWFUL = "Something awful about bakers"


@pytest.fixture
def said(space: Space, host: User, speaker: User) -> Line:
    """A line of the speaker, between two of the host."""
    voices.choose(space, user=host, on=True, has_recognition=True)
    voices.choose(space, user=speaker, on=True, has_recognition=True)
    say(space, host, "Good evening")
    line = say(space, speaker, AWFUL)
    say(space, host, "Please don’t")
    return line


def say(space: Space, person: User, text: str) -> Line:
    now = shared_clock.now()
    return lines.add(space, speaker=person, text=text, source=BROWSER, started_at=now, ended_at=now)


def report(client: Client, line: Line) -> int:
    return client.post(f"/report/?line={line.pk}", {"reason": "abuse"}).status_code


def decide(client: Client, about: Report) -> None:
    data = {"action": "remove_line", "reason": "Against our rules"}
    client.post(f"/admin/safety/report/{about.pk}/change/", data)


def test_a_report_contains_the_line_and_what_was_said_around_it(space, said, speaker, listener):
    assert report(signed_in(listener), said) == 200
    created = Report.objects.get()
    assert (created.subject, created.about, created.ref) == (speaker, "line", str(said.pk))
    assert created.evidence["facts"]["Text"] == AWFUL
    assert created.evidence["facts"]["Recognized or written by"] == "browser"
    around = created.evidence["sections"]["Before and after"]
    assert [(each["who"], each["text"]) for each in around] == [
        ("@hana", "Good evening"),
        ("@sami", AWFUL),
        ("@hana", "Please don’t"),
    ]


def test_staff_read_the_line_with_its_earlier_texts(space, said, host, listener):
    changing.edit(space, line_id=said.pk, text="Something about bakers", by=host)
    report(signed_in(listener), said)
    page = signed_in(make_staff()).get(f"/admin/safety/report/{Report.objects.get().pk}/change/")
    assert "Something about bakers" in page.text
    assert f"edited: {AWFUL}" in page.text


def test_the_evidence_stays_when_the_speaker_withdraws_the_line(space, said, speaker, listener):
    report(signed_in(listener), said)
    changing.withdraw_all(space, speaker=speaker)
    assert Report.objects.get().evidence["facts"]["Text"] == AWFUL


def test_people_cannot_report_their_own_lines(said, speaker):
    report(signed_in(speaker), said)
    assert Report.objects.count() == 0


def test_a_person_who_may_not_read_a_line_cannot_report_it(space, said, host, speaker, listener):
    blocking.block(blocker=listener, blocked=speaker)
    assert report(signed_in(listener), said) == 404
    removed = make_user()
    removals.remove(space, user=removed, by=host)
    assert report(signed_in(removed), said) == 404
    assert Report.objects.count() == 0


@pytest.mark.parametrize("ref", ["x", "-1", "0", "9" * 30, "١"])
def test_there_is_no_page_for_a_line_that_does_not_exist(said, listener, ref):
    assert signed_in(listener).get("/report/", {"line": ref}).status_code == 404


def test_staff_remove_a_line_with_its_earlier_texts(space, said, host, speaker, listener):
    changing.edit(space, line_id=said.pk, text="Something else", by=host)
    report(signed_in(listener), said)
    decide(signed_in(make_staff()), Report.objects.get())
    assert [line.text for line in space.lines.all()] == ["Good evening", "Please don’t"]
    assert Change.objects.count() == 0
    assert Report.objects.get().outcome == "removed"
    assert not space.journal.filter(payload__text__in=[AWFUL, "Something else"]).exists()


def test_the_transcript_offers_to_report_the_words_of_others(client, space, said, listener):
    address = f"{space.get_absolute_url()}transcript/"
    assert f"/report/?line={said.pk}" in signed_in(listener).get(address).text
    assert f"/report/?line={said.pk}" not in signed_in(said.speaker).get(address).text
