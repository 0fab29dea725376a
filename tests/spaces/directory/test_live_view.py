"""Which people have a ring around their photo, where rings lead, and how many queries they take."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template

from accounts.blocking import block, unblock
from notifications.inbox import notify
from spaces.actions import lifecycle, stage
from spaces.directory import live_index
from spaces.directory.live_index import Live
from spaces.directory.live_view import LiveView
from tests.factories import make_space, make_user, put_on_stage

pytestmark = pytest.mark.django_db


def test_only_hosts_and_speakers_are_live(space, host, cohost, speaker, listener):
    here = space.public_id
    assert live_index.read().people == {
        host.key: Live(here, host.pk, "host"),
        cohost.key: Live(here, host.pk, "cohost"),
        speaker.key: Live(here, host.pk, "speaker"),
    }


def test_hosting_takes_precedence_over_speaking_elsewhere(space, host):
    elsewhere = make_space()
    put_on_stage(elsewhere, host)
    assert live_index.read().people[host.key].space_id == space.public_id


def test_leaving_the_stage_and_the_end_of_a_space_remove_the_ring(space, host, speaker):
    stage.step_down(space, user=speaker)
    assert live_index.read().people.keys() == {host.key}
    lifecycle.end(space, by=host)
    assert live_index.read().people == {}


def test_a_ring_names_person_and_role_and_links_to_the_space(client, space, host, speaker):
    client.force_login(speaker)
    page = client.get(host.get_absolute_url())
    assert f'href="{space.get_absolute_url()}" aria-label="hana, hosting a live Space"' in page.text
    assert (
        'aria-label="sami, speaking in a live Space"' in page.text
    )  # their own photo, in the navigation


def test_a_block_removes_the_profiles_link_to_the_space_but_not_the_ring(
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


def test_photos_in_notifications_and_on_pages_about_blocks_link_to_the_live_space(
    client, space, speaker, listener
):
    client.force_login(listener)
    notify(listener, kind="follow", text="Followed", url="/@sami/", actor=speaker)
    ringed = f'href="{space.get_absolute_url()}" aria-label="sami, speaking in a live Space"'
    assert ringed in client.get("/notifications/").text
    assert ringed in client.get("/@sami/block/").text
    block(blocker=listener, blocked=speaker)
    assert ringed in client.get("/settings/blocked/").text


def test_a_photo_without_a_ring_links_to_the_profile(client, listener):
    client.force_login(listener)
    page = client.get("/")
    assert f'href="{listener.get_absolute_url()}" aria-label="lena"' in page.text


def test_a_reader_whom_a_host_blocks_sees_no_rings_from_the_space(space, host, speaker, listener):
    block(blocker=host, blocked=listener)
    assert LiveView(listener).get(host.key) is None
    assert LiveView(listener).get(speaker.key) is None
    assert LiveView(make_user()).get(speaker.key) is not None


@pytest.mark.parametrize("photos", [1, 50])
def test_query_count_does_not_grow_with_the_number_of_photos(
    space, rf, photos, django_assert_num_queries
):
    request = rf.get("/")
    request.user = AnonymousUser()
    people = [space.host, *(make_user() for _ in range(photos - 1))]
    photo = "{% load avatar_tags %}{% for person in people %}{% avatar person %}{% endfor %}"
    with django_assert_num_queries(1):
        drawn = Template(photo).render(RequestContext(request, {"people": people}))
    assert (drawn.count("data-face"), drawn.count("hosting a live Space")) == (photos, 1)


def test_the_live_index_is_cached(settings, space, django_assert_num_queries):
    settings.LIVE_PEOPLE_KEPT = 60
    live_index.invalidate()
    with django_assert_num_queries(1):
        for _ in range(3):
            assert LiveView(None).get(space.host.key)
    live_index.invalidate()
