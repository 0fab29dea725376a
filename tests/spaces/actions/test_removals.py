import pytest

from core.refusals import Refusal
from spaces.actions import invitations, moderation_log, removals, requests, stage
from spaces.admission import refusal_of
from spaces.room.snapshot import build
from spaces.viewer import Viewer


def test_a_removal_ends_the_seat_the_request_and_the_invitation(space, host, speaker, listener):
    requests.ask(space, user=listener)
    invitations.invite(space, by=host, user=listener)
    for user in (speaker, listener):
        removals.remove(space, user=user, by=host, reason="Shouting")
        removals.remove(space, user=user, by=host)
        assert refusal_of(space, Viewer(user)) is not None
    remaining = build(space)
    assert (
        [seat["role"] for seat in remaining["stage"]],
        remaining["requests"],
        remaining["invited"],
    ) == (
        ["host"],
        [],
        [],
    )
    assert [row.kind for row in space.journal.all()].count("removed") == 2


def test_the_reason_for_a_removal_is_in_the_log_but_not_sent_to_the_room(space, host, speaker):
    removals.remove(space, user=speaker, by=host, reason="Shouting")
    assert "Shouting" not in str(space.journal.last().frame())
    assert moderation_log.latest(space)[0].note == "Shouting"


def test_a_readmitted_person_is_admitted_but_not_put_on_stage(space, host, speaker):
    removals.remove(space, user=speaker, by=host)
    removals.readmit(space, key=speaker.key, by=host)
    assert refusal_of(space, Viewer(speaker)) is None
    assert not stage.on_stage(space, speaker)


def test_hosts_cannot_be_removed_and_people_cannot_remove_themselves(space, host, cohost):
    for user, code in ((host, "host_stays"), (cohost, "not_yourself")):
        with pytest.raises(Refusal) as refusal:
            removals.remove(space, user=user, by=cohost)
        assert refusal.value.code == code
