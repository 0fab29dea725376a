import re

import pytest

from spaces.actions import chat, lifecycle, removals, stage
from spaces.models import Removal, Space
from tests.factories import make_host, make_space, make_user, put_on_stage


def test_the_start_page_shows_how_many_followers_are_missing(client, db):
    client.force_login(make_user(followers=412))
    answer = client.get("/spaces/start/")
    assert answer.status_code == 403
    assert "412" in answer.text
    assert "of 600 followers" in answer.text


def test_a_person_with_too_few_followers_cannot_start_a_space(client, db):
    client.force_login(make_user(followers=412))
    assert (
        client.post("/spaces/start/", {"title": "Sneaky", "speak_policy": "everyone"}).status_code
        == 403
    )
    assert Space.objects.count() == 0


def test_starting_a_space_redirects_to_its_room(client, db):
    host = make_host()
    client.force_login(host)
    form = {"title": "Rain", "topics": ["music", "cities"], "speak_policy": "invited"}
    answer = client.post("/spaces/start/", form)
    space = Space.objects.get()
    assert (answer.status_code, answer["location"]) == (302, space.get_absolute_url())
    assert (space.host, space.title, space.speak_policy) == (host, "Rain", "invited")


def test_an_invalid_form_keeps_its_input(client, db):
    client.force_login(make_host())
    answer = client.post("/spaces/start/", {"title": "x" * 71, "speak_policy": "everyone"})
    assert answer.status_code == 400
    assert "x" * 71 in answer.text


def test_a_second_start_links_to_the_live_space(client, space, host):
    client.force_login(host)
    answer = client.post("/spaces/start/", {"title": "Another", "speak_policy": "everyone"})
    assert answer.status_code == 409
    assert space.get_absolute_url() in answer.text


def test_the_page_is_readable_without_javascript(client, space, listener, speaker):
    client.force_login(listener)
    client.post(f"{space.get_absolute_url()}chat/", {"text": "سلام <b>all</b>"})
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    for words in ("What cities sound like", "hana", "sami", "سلام &lt;b&gt;all&lt;/b&gt;"):
        assert words in page.text


def test_signed_out_visitors_get_the_preview_with_a_sign_in_link(client, space):
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    assert "Sign in to listen" in page.text


def test_pages_contain_no_relay_addresses_or_credentials(client, space, listener, settings):
    settings.ICE_SERVERS = [{"urls": "turn:a.example", "username": "ours", "credential": "hush"}]
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:b.example"], "a secret of the relay"
    for reader in (None, listener, space.host):
        if reader is not None:
            client.force_login(reader)
        page = client.get(space.get_absolute_url())
        assert page.status_code == 200
        for word in ("a.example", "b.example", "hush", "a secret", "ice_servers"):
            assert word not in page.text


def test_a_removed_person_sees_the_reason_and_nothing_else(client, space, host, listener, speaker):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    client.force_login(listener)
    page = client.get(space.get_absolute_url())
    assert page.status_code == 403
    assert "A host removed you from this Space" in page.text
    assert "sami" not in page.text
    assert client.get(f"{space.get_absolute_url()}snapshot/").status_code == 403


def test_the_ended_page_lists_speakers_but_no_listeners(client, space, host, speaker, listener):
    stage.step_down(space, user=speaker)
    lifecycle.end(space, by=host)
    page = client.get(space.get_absolute_url())
    assert page.status_code == 200
    assert "This Space has ended" in page.text
    assert "sami" in page.text
    assert "lena" not in page.text


def test_the_description_of_an_ended_space_does_not_offer_to_listen(client, space, host):
    def description():
        page = client.get(space.get_absolute_url()).text
        return re.findall(r'<meta name="description" content="([^"]*)"', page)

    title = "“What cities sound like” on Spaces."
    assert description() == [f"{title} Live now, hosted by hana. Listen in two taps."]
    lifecycle.end(space, by=host)
    assert description() == [f"{title} Hosted by hana. It ended after less than a minute."]


def test_an_unknown_space_is_a_404(client, db):
    assert client.get("/spaces/doesntexist/").status_code == 404


def test_a_page_can_fetch_missed_events(client, space, speaker, listener):
    client.force_login(listener)
    stage.set_microphone(space, user=speaker, muted=False, by=speaker)
    answer = client.get(f"{space.get_absolute_url()}events/?since=2").json()
    frame = {"t": "microphone", "rev": 3, "who": speaker.key, "muted": False, "by": speaker.key}
    assert answer == {"events": [frame]}


def test_missed_events_omit_the_text_of_deleted_messages(client, space, host, listener):
    client.force_login(listener)
    message = chat.send(space, author=host, text="Buy my pills")
    chat.delete(space, by=host, message_id=message.pk)
    written, deleted = client.get(f"{space.get_absolute_url()}events/?since=1").json()["events"][
        -2:
    ]
    assert (written["t"], written["id"], written["text"]) == ("message", message.pk, "")
    assert (deleted["t"], deleted["id"]) == ("message_deleted", message.pk)


def test_a_removed_person_cannot_read_the_space_after_its_end(client, space, host, listener):
    removals.remove(space, by=host, user=listener)
    lifecycle.end(space, by=host)
    client.force_login(listener)
    for page in ("", "snapshot/", "events/?since=0"):
        assert client.get(f"{space.get_absolute_url()}{page}").status_code == 403


@pytest.mark.parametrize("since", ["", "-1", "x", "9" * 12])
def test_an_invalid_revision_is_refused(client, space, listener, since):
    client.force_login(listener)
    assert client.get(f"{space.get_absolute_url()}events/?since={since}").status_code == 400


def test_a_page_that_missed_too_many_events_gets_a_snapshot(client, space, speaker, listener):
    Space.objects.update(revision=500)
    client.force_login(listener)
    answer = client.get(f"{space.get_absolute_url()}events/?since=2").json()
    assert answer["snapshot"]["rev"] == 500


def test_query_count_of_the_home_page_does_not_grow_with_live_spaces(
    client, db, django_assert_num_queries
):
    make_space()
    with django_assert_num_queries(4):
        client.get("/")
    for _ in range(2):
        put_on_stage(make_space(), make_user())
    with django_assert_num_queries(4):
        page = client.get("/")
    assert page.text.count("What cities sound like") >= 3


def test_the_chat_cannot_be_read_after_the_end(client, space, host, listener):
    chat.send(space, author=listener, text="Only for who was there")
    lifecycle.end(space, by=host)
    client.force_login(make_user())
    for page in ("snapshot/", "events/?since=0"):
        answer = client.get(f"{space.get_absolute_url()}{page}")
        assert (answer.status_code, "Only for" in answer.text) == (200, False)


def test_a_link_to_an_old_message_shows_the_chat_from_there(client, space, host, listener):
    messages = [chat.send(space, author=host, text=f"Line {n:02}") for n in range(60)]
    chat.delete(space, by=host, message_id=messages[7].pk)
    address = f"{space.get_absolute_url()}?until={messages[5].pk}"
    client.force_login(listener)
    shown = re.findall(r'<li class="message" data-message="(\d+)"', client.get(address).text)
    assert shown == [str(message.pk) for message in messages[5:]]
    assert "Line 07" not in client.get(address).text
    assert len(re.findall(r'data-message="\d', client.get(space.get_absolute_url()).text)) == 50
    client.logout()
    assert "Line 0" not in client.get(address).text
    lifecycle.end(space, by=host)
    client.force_login(listener)
    assert "Line 0" not in client.get(address).text
