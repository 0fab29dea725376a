import pytest

from accounts.models import User
from core.refusals import Refusal
from spaces.actions import invitations, lifecycle, stage
from spaces.models import SEATS, Invitation, Participant, Removal, Role, Space
from spaces.refusals import NotLive
from spaces.room.snapshot import build
from tests.concurrency import run_concurrently
from tests.factories import make_space, make_user, put_on_stage


def kinds(space: Space) -> list[str]:
    return [row.kind for row in space.journal.all()]


def muted(space):
    return {seat["person"]["handle"]: seat["muted"] for seat in build(space)["stage"]}


def unmute(space, *people):
    for user in people:
        stage.set_microphone(space, user=user, muted=False, by=user)


def test_accepting_an_invitation_puts_a_person_on_stage_muted(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    invitations.accept(space, user=listener)
    seated = space.participants.get(user=listener)
    assert (seated.role, seated.muted, seated.seat) == (Role.SPEAKER, True, 3)
    assert Invitation.objects.count() == 0
    assert kinds(space) == ["stage_joined", "invited", "stage_joined"]


def test_inviting_twice_invites_once(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    invitations.invite(space, by=host, user=listener)
    assert kinds(space) == ["stage_joined", "invited"]


def test_joining_the_stage_needs_an_invitation(space, listener):
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


def test_a_person_on_stage_cannot_be_invited_again(space, host, speaker):
    with pytest.raises(stage.AlreadyOnStage):
        invitations.invite(space, by=host, user=speaker)


def test_a_removed_person_cannot_be_invited(space, host, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    with pytest.raises(Refusal) as refusal:
        invitations.invite(space, by=host, user=listener)
    assert refusal.value.code == "removed"


def test_the_number_of_open_invitations_is_limited(space, host):
    for _ in range(invitations.MAX_OPEN_INVITATIONS):
        invitations.invite(space, by=host, user=make_user())
    with pytest.raises(Refusal) as refusal:
        invitations.invite(space, by=host, user=make_user())
    assert refusal.value.code == "too_many_invitations"


def test_a_full_stage_keeps_the_invitation_open(space, host, listener):
    invitations.invite(space, by=host, user=listener)
    for _ in SEATS[Role.SPEAKER]:
        put_on_stage(space, make_user())
    with pytest.raises(stage.StageFull):
        invitations.accept(space, user=listener)
    assert Invitation.objects.get().user == listener


def test_stepping_down_frees_the_seat_and_records_the_time(space, speaker):
    stage.step_down(space, user=speaker)
    assert not stage.on_stage(space, speaker)
    assert Participant.objects.get(user=speaker).left_at is not None
    put_on_stage(space, speaker)
    assert space.participants.on_stage().get(user=speaker).seat == 3


def test_the_host_cannot_step_down(space, host):
    with pytest.raises(stage.NotOnStage):
        stage.step_down(space, user=host)


def test_the_microphone_event_names_its_actor_and_is_sent_once(space, speaker):
    for _ in range(2):
        stage.set_microphone(space, user=speaker, muted=False, by=speaker)
    assert space.journal.last().payload == {"who": speaker.key, "muted": False, "by": speaker.key}
    assert kinds(space).count("microphone") == 1


def test_a_hosts_mute_is_published_for_a_person_who_is_muted_already(space, host, speaker):
    """Perhaps their system muted them. Without the event, their page would unmute them later."""
    stage.set_microphone(space, user=speaker, muted=True, by=host)
    assert space.journal.last().payload == {"who": speaker.key, "muted": True, "by": host.key}
    stage.mute_all(space, by=host)
    assert space.journal.last().payload == {"by": host.key}


def test_nobody_can_unmute_another_person(space, host, speaker):
    with pytest.raises(Refusal) as refusal:
        stage.set_microphone(space, user=speaker, muted=False, by=host)
    assert refusal.value.code == "not_yours"
    assert space.participants.get(user=speaker).muted is True


def test_a_listener_cannot_unmute(space, listener):
    with pytest.raises(stage.NotOnStage):
        stage.set_microphone(space, user=listener, muted=False, by=listener)


def test_nobody_can_be_invited_to_an_ended_space(space, host, listener):
    lifecycle.end(space, by=host)
    with pytest.raises(NotLive):
        invitations.invite(space, by=host, user=listener)
    assert Invitation.objects.count() == 0


@pytest.mark.integration
@pytest.mark.parametrize(("role", "seats"), [(Role.SPEAKER, 10), (Role.COHOST, 2)])
def test_simultaneous_joins_fill_each_seat_once(both_databases, role, seats):
    space = make_space()
    people = [make_user() for _ in range(seats + 3)]

    def join(number: int) -> User:
        return put_on_stage(Space.objects.get(), people[number], role)

    outcomes = run_concurrently(len(people), join)
    full = [outcome for outcome in outcomes if isinstance(outcome, stage.StageFull)]
    assert len(full) == 3
    taken = space.participants.on_stage().filter(role=role).values_list("seat", flat=True)
    assert sorted(taken) == list(SEATS[role])
    space.refresh_from_db()
    assert [row.revision for row in space.journal.all()] == list(range(1, space.revision + 1))


@pytest.mark.integration
def test_one_of_two_simultaneous_answers_to_an_invitation_counts(both_databases):
    space = make_space()
    invited = make_user()
    invitations.invite(space, by=space.host, user=invited)
    answers = [invitations.accept, invitations.decline]
    outcomes = run_concurrently(
        2, lambda number: answers[number](Space.objects.get(), user=invited)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoInvitation", "NoneType"]


def test_mute_all_mutes_everyone_except_the_person_who_does_it(space, host, cohost, speaker):
    unmute(space, host, cohost, speaker)
    stage.mute_all(space, by=cohost)
    assert muted(space) == {"hana": True, "coco": False, "sami": True}
    unmute(space, speaker)
    assert muted(space)["sami"] is False


def test_nobody_can_unmute_while_microphones_are_locked(space, host, cohost, speaker):
    unmute(space, cohost)
    stage.lock_microphones(space, locked=True, by=host)
    for user in (host, speaker):
        with pytest.raises(stage.MicrophonesAreLocked):
            unmute(space, user)
    assert muted(space) == {"hana": True, "coco": False, "sami": True}
    stage.lock_microphones(space, locked=False, by=host)
    unmute(space, speaker)
    assert muted(space)["sami"] is False


def test_music_mode_is_published_and_logged_once_per_change(space, host, cohost):
    stage.set_music_mode(space, on=True, by=host)
    stage.set_music_mode(space, on=True, by=cohost)
    assert build(Space.objects.get())["space"]["music_mode"] is True
    stage.set_music_mode(space, on=False, by=cohost)
    assert build(Space.objects.get())["space"]["music_mode"] is False
    rows = space.journal.filter(kind="music_mode").order_by("revision")
    assert [row.payload for row in rows] == [
        {"on": True, "by": host.key},
        {"on": False, "by": cohost.key},
    ]


def test_a_raised_hand_stays_up_until_it_is_lowered(space, host, speaker):
    stage.raise_hand(space, user=speaker, raised=True, by=speaker)
    stage.raise_hand(space, user=speaker, raised=True, by=speaker)
    assert [seat["hand"] for seat in build(space)["stage"]] == [False, True]
    with pytest.raises(Refusal):
        stage.raise_hand(space, user=host, raised=True, by=speaker)
    stage.raise_hand(space, user=speaker, raised=False, by=host)
    assert [row.kind for row in space.journal.all()][-2:] == ["hand", "hand"]


def test_a_speaker_becomes_cohost_by_accepting_the_invitation(space, host, speaker):
    invitations.invite(space, by=host, user=speaker, role=Role.COHOST)
    assert space.participants.get(user=speaker).role == Role.SPEAKER
    invitations.accept(space, user=speaker)
    assert space.participants.on_stage().get(user=speaker).role == Role.COHOST
    assert space.journal.last().payload == {"who": speaker.key, "role": "cohost"}
