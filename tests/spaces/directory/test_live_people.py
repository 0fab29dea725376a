"""Who wears the ring, as whom, and what it costs."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template

from accounts.blocking import block, unblock
from notifications.inbox import notify
from spaces.actions import lifecycle, stage
from spaces.directory import live_index
from spaces.directory.live_people import Live, Seen, people_of
from tests.factories import bring_up, make_space, make_user

pytestmark = pytest.mark.django_db


def test_hosts_and_speakers_are_live_and_nobody_else(space, host, cohost, speaker, listener):
    here = space.public_id
    assert people_of(live_index.read()) == {
        host.key: Live(here, host.pk, "host"),
        cohost.key: Live(here, host.pk, "cohost"),
        speaker.key: Live(here, host.pk, "speaker"),
    }


def test_who_hosts_here_and_speaks_there_hosts(space, host):
    elsewhere = make_space()
    bring_up(elsewhere, host)
    assert people_of(live_index.read())[host.key].space_id == space.public_id


def test_leaving_the_stage_and_the_end_take_the_ring_off(space, host, speaker):
    stage.step_down(space, user=speaker)
    assert people_of(live_index.read()).keys() == {host.key}
    lifecycle.end(space, by=host)
    assert people_of(live_index.read()) == {}


def test_a_ring_says_who_does_what_and_leads_there(client, space, host, speaker):
    client.force_login(speaker)
    page = client.get(host.get_absolute_url())
    assert f'href="{space.get_absolute_url()}" aria-label="hana, hosting a live Space"' in page.text
    assert 'aria-label="sami, speaking in a live Space"' in page.text  # their own, in the nav


def test_a_block_takes_the_way_there_off_the_profile_and_not_the_ring(
    client, space, speaker, listener
):
    client.force_login(listener)
    address = speaker.get_absolute_url()
    assert "Speaking now" in client.get(address).text
    for blocker, blocked in ((listener, speaker), (speaker, listener)):
        block(blocker=blocker, blocked=blocked)
        page = client.get(address).text
        assert "Speaking now" not in page
        assert 'aria-label="sami, speaking in a live Space"' in page
        unblock(blocker=blocker, blocked=blocked)


def test_every_face_leads_to_the_space_in_which_it_is_live(client, space, speaker, listener):
    client.force_login(listener)
    notify(listener, kind="follow", text="Followed", url="/@sami/", actor=speaker)
    ringed = f'href="{space.get_absolute_url()}" aria-label="sami, speaking in a live Space"'
    assert ringed in client.get("/notifications/").text
    assert ringed in client.get("/@sami/block/").text
    block(blocker=listener, blocked=speaker)
    assert ringed in client.get("/settings/blocked/").text


def test_a_face_without_a_ring_leads_to_the_profile(client, listener):
    client.force_login(listener)
    page = client.get("/")
    assert f'href="{listener.get_absolute_url()}" aria-label="lena"' in page.text


def test_a_space_that_is_closed_to_me_rings_nobody_for_me(space, host, speaker, listener):
    block(blocker=host, blocked=listener)
    assert Seen(listener).get(host.key) is None
    assert Seen(listener).get(speaker.key) is None
    assert Seen(make_user()).get(speaker.key) is not None


@pytest.mark.parametrize("faces", [1, 50])
def test_a_page_asks_once_however_many_faces_it_has(space, rf, faces, django_assert_num_queries):
    request = rf.get("/")
    request.user = AnonymousUser()
    people = [space.host, *(make_user() for _ in range(faces - 1))]
    face = "{% for person in people %}{% include 'components/_avatar.html' %}{% endfor %}"
    with django_assert_num_queries(1):
        drawn = Template(face).render(RequestContext(request, {"people": people}))
    assert (drawn.count("data-face"), drawn.count("hosting a live Space")) == (faces, 1)


def test_what_was_read_is_kept_for_a_moment(settings, space, django_assert_num_queries):
    settings.LIVE_PEOPLE_KEPT = 60
    live_index.invalidate()
    with django_assert_num_queries(1):
        for _ in range(3):
            assert Seen(None).get(space.host.key)
    live_index.invalidate()
