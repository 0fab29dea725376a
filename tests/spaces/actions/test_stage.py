import pytest

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import invitations, lifecycle, stage
from spaces.models import SEATS, Invitation, Participant, Removal, Role, Space
from spaces.refusals import NotLive
from tests.factories import bring_up, make_space, make_user
from tests.races import at_once


def kinds(space: Space) -> list[str]:
    return [row.kind for row in space.journal.all()]


def test_who_accepts_an_invitation_comes_up_muted(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    invitations.accept(space, user=listener)
    seated = space.stage.get(user=listener)
    assert (seated.role, seated.muted, seated.seat) == (Role.SPEAKER, True, 3)
    assert Invitation.objects.count() == 0
    assert kinds(space) == ["stage_joined", "invited", "stage_joined"]


def test_inviting_twice_is_inviting_once(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    invitations.invite(space, by=host, user=listener)
    assert kinds(space) == ["stage_joined", "invited"]


def test_nobody_comes_up_without_an_invitation(space, listener):
    with pytest.raises(invitations.NoInvitation):
        invitations.accept(space, user=listener)
    assert not stage.on_stage(space, listener)


def test_a_declined_or_withdrawn_invitation_is_gone(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    invitations.decline(space, user=listener)
    with pytest.raises(invitations.NoInvitation):
        invitations.withdraw(space, by=host, user=listener)
    invitations.invite(space, by=host, user=listener)
    invitations.withdraw(space, by=host, user=listener)
    with pytest.raises(invitations.NoInvitation):
        invitations.accept(space, user=listener)
    assert [row.payload.get("outcome") for row in space.journal.filter(kind="uninvited")] == [
        "declined",
        "withdrawn",
    ]


def test_someone_on_stage_is_not_invited_again(space, host, speaker):
    with pytest.raises(stage.AlreadyOnStage):
        invitations.invite(space, by=host, user=speaker)


def test_someone_removed_is_not_invited(space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    with pytest.raises(Refusal) as refusal:
        invitations.invite(space, by=host, user=listener)
    assert refusal.value.code == "removed"


def test_open_invitations_are_bounded(space, host):
    for _ in range(invitations.OPEN_INVITATIONS):
        invitations.invite(space, by=host, user=make_user())
    with pytest.raises(Refusal) as refusal:
        invitations.invite(space, by=host, user=make_user())
    assert refusal.value.code == "too_many_invitations"


def test_a_full_stage_keeps_the_invitation_open(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    for _ in SEATS[Role.SPEAKER]:
        bring_up(space, make_user())
    with pytest.raises(stage.StageFull):
        invitations.accept(space, user=listener)
    assert Invitation.objects.get().user == listener


def test_who_steps_down_leaves_a_seat_and_a_trace(space, speaker):
    stage.step_down(space, user=speaker)
    assert not stage.on_stage(space, speaker)
    assert Participant.objects.get(user=speaker).left_at is not None
    bring_up(space, speaker)
    assert space.stage.on_stage().get(user=speaker).seat == 3


def test_the_host_does_not_step_down(space, host):
    with pytest.raises(stage.NotOnStage):
        stage.step_down(space, user=host)


def test_a_microphone_says_who_moved_it_and_twice_is_once(space, speaker):
    for _ in range(2):
        stage.set_microphone(space, user=speaker, muted=False, by=speaker)
    assert space.journal.last().payload == {"who": speaker.key, "muted": False, "by": speaker.key}
    assert kinds(space).count("microphone") == 1


def test_a_hosts_mute_is_told_of_who_is_muted_already(space, host, speaker):
    """Their system muted them, perhaps, and their page would unmute them once that is over."""
    stage.set_microphone(space, user=speaker, muted=True, by=host)
    assert space.journal.last().payload == {"who": speaker.key, "muted": True, "by": host.key}
    stage.mute_all(space, by=host)
    assert space.journal.last().payload == {"by": host.key}


def test_nobody_switches_on_the_microphone_of_another(space, host, speaker):
    with pytest.raises(Refusal) as refusal:
        stage.set_microphone(space, user=speaker, muted=False, by=host)
    assert refusal.value.code == "not_yours"
    assert space.stage.get(user=speaker).muted is True


def test_a_listener_has_no_microphone(space, listener):
    with pytest.raises(stage.NotOnStage):
        stage.set_microphone(space, user=listener, muted=False, by=listener)


def test_an_ended_space_has_no_stage_to_come_to(space, host, listener):
    lifecycle.end(space, by=host)
    with pytest.raises(NotLive):
        invitations.invite(space, by=host, user=listener)
    assert Invitation.objects.count() == 0


@pytest.mark.integration
@pytest.mark.parametrize(("role", "seats"), [(Role.SPEAKER, 10), (Role.COHOST, 2)])
def test_however_many_come_at_once_only_the_seats_are_taken(both_databases, role, seats):
    space = make_space()
    people = [make_user() for _ in range(seats + 3)]

    def come(number: int) -> User:
        return bring_up(Space.objects.get(), people[number], role)

    outcomes = at_once(len(people), come)
    full = [outcome for outcome in outcomes if isinstance(outcome, stage.StageFull)]
    assert len(full) == 3
    taken = space.stage.on_stage().filter(role=role).values_list("seat", flat=True)
    assert sorted(taken) == list(SEATS[role])
    space.refresh_from_db()
    assert [row.revision for row in space.journal.all()] == list(range(1, space.revision + 1))


@pytest.mark.integration
def test_of_two_answers_at_once_one_counts(both_databases):
    space = make_space()
    guest = make_user()
    invitations.invite(space, by=space.host, user=guest)
    answers = [invitations.accept, invitations.decline]
    outcomes = at_once(2, lambda number: answers[number](Space.objects.get(), user=guest))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoInvitation", "NoneType"]
