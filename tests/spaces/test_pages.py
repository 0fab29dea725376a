import re

import pytest

from spaces.actions import chat, lifecycle, moderation, stage
from spaces.models import Removal, Space
from tests.factories import bring_up, make_host, make_space, make_user


def test_below_the_gate_the_page_says_how_far(client, db):
    client.force_login(make_user(followers=412))
    answer = client.get("/spaces/start/")
    assert answer.status_code == 403
    assert "412" in answer.text
    assert "of 600 followers" in answer.text


def test_below_the_gate_a_post_starts_nothing(client, db):
    client.force_login(make_user(followers=412))
    assert (
        client.post("/spaces/start/", {"title": "Sneaky", "speak_policy": "everyone"}).status_code
        == 403
    )
    assert Space.objects.count() == 0


def test_a_host_starts_and_lands_in_the_room(client, db):
    host = make_host()
    client.force_login(host)
    form = {"title": "Rain", "topics": ["music", "cities"], "speak_policy": "invited"}
    answer = client.post("/spaces/start/", form)
    space = Space.objects.get()
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
    assert (space.host, space.title, space.speak_policy) == (host, "Rain", "invited")


def test_a_wrong_form_keeps_what_was_written(client, db):
    client.force_login(make_host())
    answer = client.post("/spaces/start/", {"title": "x" * 71, "speak_policy": "everyone"})
    assert answer.status_code == 400
    assert "x" * 71 in answer.text


def test_a_second_start_leads_to_the_running_space(client, space, host):
    client.force_login(host)
    answer = client.post("/spaces/start/", {"title": "Another", "speak_policy": "everyone"})
    assert answer.status_code == 409
    assert space.get_absolute_url() in answer.text


def test_the_page_reads_without_a_script(client, space, listener, speaker):
    client.force_login(listener)
    client.post(f"{space.get_absolute_url()}chat/", {"text": "سلام <b>all</b>"})
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    for words in ("What cities sound like", "hana", "sami", "سلام &lt;b&gt;all&lt;/b&gt;"):
        assert words in page.text


def test_signed_out_visitors_read_the_preview_and_are_asked_to_sign_in(client, space):
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    assert "Sign in to listen" in page.text


def test_no_page_names_the_relay_or_who_may_use_it(client, space, listener, settings):
    settings.ICE_SERVERS = [{"urls": "turn:a.example", "username": "ours", "credential": "hush"}]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:b.example"], "a secret of the relay"
    for reader in (None, listener, space.host):
        if reader is not None:
            client.force_login(reader)
        page = client.get(space.get_absolute_url())
        assert page.status_code == 200
        for word in ("a.example", "b.example", "hush", "a secret", "ice_servers"):
            assert word not in page.text


def test_who_was_removed_reads_why_and_nothing_else(client, space, host, listener, speaker):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    client.force_login(listener)
    page = client.get(space.get_absolute_url())
    assert page.status_code == 403
    assert "The host removed you from this Space" in page.text
    assert "sami" not in page.text
    assert client.get(f"{space.get_absolute_url()}snapshot/").status_code == 403


def test_the_ended_page_says_who_spoke_and_never_who_listened(
    client, space, host, speaker, listener
):
    stage.step_down(space, user=speaker)
    lifecycle.end(space, by=host)
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    assert "This Space has ended" in page.text
    assert "sami" in page.text
    assert "lena" not in page.text


def test_no_such_space_is_a_404(client, db):
    assert client.get("/spaces/doesntexist/").status_code == 404


def test_a_page_that_missed_events_reads_them(client, space, speaker, listener):
    client.force_login(listener)
    stage.set_microphone(space, user=speaker, muted=False, by=speaker)
    answer = client.get(f"{space.get_absolute_url()}events/?since=2").json()
    frame = {"t": "microphone", "rev": 3, "who": speaker.key, "muted": False, "by": speaker.key}
    assert answer == {"events": [frame]}


def test_who_missed_a_deleted_line_does_not_read_its_words(client, space, host, listener):
    client.force_login(listener)
    message = chat.say(space, author=host, text="Buy my pills")
    chat.delete(space, by=host, message_id=message.pk)
    said, deleted = client.get(f"{space.get_absolute_url()}events/?since=1").json()["events"][-2:]
    assert (said["t"], said["id"], said["text"]) == ("message", message.pk, "")
    assert (deleted["t"], deleted["id"]) == ("message_deleted", message.pk)


def test_who_was_removed_does_not_read_the_space_after_its_end(client, space, host, listener):
    moderation.remove(space, by=host, user=listener)
    lifecycle.end(space, by=host)
    client.force_login(listener)
    for page in ("", "snapshot/", "events/?since=0"):
        assert client.get(f"{space.get_absolute_url()}{page}").status_code == 403


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 12])
def test_a_wrong_revision_is_refused(client, space, listener, since):
    client.force_login(listener)
    assert client.get(f"{space.get_absolute_url()}events/?since={since}").status_code == 400


def test_a_page_that_is_far_behind_gets_a_snapshot(client, space, speaker, listener):
    Space.objects.update(revision=500)
    client.force_login(listener)
    answer = client.get(f"{space.get_absolute_url()}events/?since=2").json()
    assert answer["snapshot"]["rev"] == 500


def test_home_costs_the_same_with_one_live_space_as_with_three(
    client, db, django_assert_num_queries
):
    make_space()
    with django_assert_num_queries(4):
        client.get("/")
    for _ in range(2):
        bring_up(make_space(), make_user())
    with django_assert_num_queries(4):
        page = client.get("/")
    assert page.text.count("What cities sound like") >= 3


def test_the_chat_ends_with_the_space(client, space, host, listener):
    chat.say(space, author=listener, text="Only for who was there")
    lifecycle.end(space, by=host)
    client.force_login(make_user())
    for page in ("snapshot/", "events/?since=0"):
        answer = client.get(f"{space.get_absolute_url()}{page}")
        assert (answer.status_code, "Only for" in answer.text) == (200, False)


def test_who_comes_back_to_an_old_line_reads_from_there(client, space, host, listener):
    said = [chat.say(space, author=host, text=f"Line {n:02}") for n in range(60)]
    chat.delete(space, by=host, message_id=said[7].pk)
    address = f"{space.get_absolute_url()}?until={said[5].pk}"
    client.force_login(listener)
    shown = re.findall(r'<li class="message" data-message="(\d+)"', client.get(address).text)
    assert shown == [str(line.pk) for line in said[5:]]
    assert "Line 07" not in client.get(address).text
    assert len(re.findall(r'data-message="\d', client.get(space.get_absolute_url()).text)) == 50
    client.logout()
    assert "Line 0" not in client.get(address).text
    lifecycle.end(space, by=host)
    client.force_login(listener)
    assert "Line 0" not in client.get(address).text
