"""What an account-wide block does in Spaces."""

import pytest

from accounts import blocking
from core.refusals import Refusal
from spaces.actions import invitations, lifecycle, removals, stage, succession
from spaces.admission import refusal_of
from spaces.directory.discovery import find
from spaces.directory.live_view import LiveView
from spaces.models import Removal, Role, Space
from spaces.viewer import Viewer
from tests.factories import make_host, make_space, put_on_stage

BLOCKED = ("blocked", "You can't join this Space.")


def refusal_words(space, viewer):
    refusal = refusal_of(space, viewer)
    return refusal.code, refusal.message


@pytest.fixture
def block(django_capture_on_commit_callbacks):
    """`block(one, other)` also runs the on_commit callbacks."""

    def block(blocker, blocked):
        with django_capture_on_commit_callbacks(execute=True):
            blocking.block(blocker=blocker, blocked=blocked)

    return block


def test_a_person_blocked_by_the_host_is_refused_without_the_reason(space, host, listener):
    blocking.block(blocker=host, blocked=listener)
    assert refusal_words(space, Viewer(listener)) == BLOCKED
    blocking.unblock(blocker=host, blocked=listener)
    assert refusal_of(space, Viewer(listener)) is None


def test_only_a_block_by_the_host_keeps_a_person_out(space, host, speaker, listener):
    blocking.block(blocker=listener, blocked=host)
    blocking.block(blocker=speaker, blocked=listener)
    assert refusal_of(space, Viewer(listener)) is None


def test_lists_hide_spaces_from_both_sides_of_a_block(space, host, listener):
    for blocker, blocked in ((host, listener), (listener, host)):
        blocking.block(blocker=blocker, blocked=blocked)
        assert list(Space.objects.visible_to(listener)) == []
        assert find(LiveView(listener)).cards == []
        blocking.unblock(blocker=blocker, blocked=blocked)
    assert list(Space.objects.visible_to(listener)) == [space]


def test_hiding_spaces_needs_no_extra_query(space, listener, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(Space.objects.visible_to(listener))


def test_the_page_for_a_blocked_person_reveals_nothing(client, space, host, listener, speaker):
    blocking.block(blocker=host, blocked=listener)
    client.force_login(listener)
    page = client.get(space.get_absolute_url())
    assert page.status_code == 403
    assert "You can&#x27;t join this Space." in page.text
    for words in (space.title, host.name, speaker.name):
        assert words not in page.text
    assert client.get(f"{space.get_absolute_url()}snapshot/").status_code == 403
    assert client.get("/spaces/nosuchone1/").status_code == 404


def test_blocking_someone_in_a_live_space_removes_them_at_once(
    space, host, speaker, listener, block
):
    invitations.invite(space, by=host, user=listener)
    for user in (speaker, listener):
        block(host, user)
    assert [seat.user for seat in space.participants.on_stage()] == [host]
    assert space.invitations.count() == 0
    assert [row.kind for row in space.journal.all()].count("removed") == 2
    assert {removal.reason for removal in space.removals.all()} == {"Blocked by the host"}


def test_a_block_by_somebody_who_is_not_the_host_removes_nobody(
    space, host, cohost, speaker, block
):
    block(cohost, speaker)
    block(speaker, host)
    assert Removal.objects.count() == 0


def test_a_block_does_not_affect_ended_or_other_spaces(space, host, speaker, block):
    elsewhere = make_space(make_host("olga"))
    put_on_stage(elsewhere, speaker)
    lifecycle.end(space, by=host)
    block(host, speaker)
    assert Removal.objects.count() == 0
    assert stage.on_stage(elsewhere, speaker)


def test_unblocking_does_not_readmit_a_removed_person(space, host, speaker, block):
    block(host, speaker)
    blocking.unblock(blocker=host, blocked=speaker)
    assert refusal_of(space, Viewer(speaker)).code == "removed"
    removals.readmit(space, key=speaker.key, by=host)
    assert refusal_of(space, Viewer(speaker)) is None


def test_a_blocked_person_cannot_take_a_seat(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    blocking.block(blocker=host, blocked=listener)
    with pytest.raises(Refusal, match="can't join"):
        stage.take_seat(space, user=listener, role=Role.SPEAKER)


def test_people_blocked_by_the_new_host_are_removed(
    space, host, cohost, speaker, django_capture_on_commit_callbacks
):
    blocking.block(blocker=cohost, blocked=speaker)
    with django_capture_on_commit_callbacks(execute=True):
        succession.hand_over(space, by=host, to=cohost)
    assert refusal_words(space, Viewer(speaker)) == BLOCKED
    assert [seat.user for seat in space.participants.on_stage()] == [cohost]


def test_a_disconnected_host_can_return_although_the_substitute_blocks_them(space, host, cohost):
    blocking.block(blocker=cohost, blocked=host)
    Space.objects.filter(pk=space.pk).update(host=cohost, host_before=host)
    space.refresh_from_db()
    assert refusal_of(space, Viewer(host)) is None
