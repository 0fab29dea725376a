import pytest

from core.rates import TooFast
from core.refusals import Refusal
from spaces.actions import chat, invitations, moderation, requests, stage
from spaces.admission import refusal_of
from spaces.models import Role, Space
from spaces.room.snapshot import build
from spaces.viewer import Viewer
from tests.factories import make_space, make_user, put_on_stage


def muted(space):
    return {seat["person"]["handle"]: seat["muted"] for seat in build(space)["stage"]}


def unmute(space, *people):
    for user in people:
        stage.set_microphone(space, user=user, muted=False, by=user)


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
        with pytest.raises(stage.Locked):
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
    assert space.stage.get(user=speaker).role == Role.SPEAKER
    invitations.accept(space, user=speaker)
    assert space.stage.on_stage().get(user=speaker).role == Role.COHOST
    assert space.journal.last().payload == {"who": speaker.key, "role": "cohost"}


def test_removal_ends_seat_request_and_invitation(space, host, speaker, listener):
    requests.ask(space, user=listener)
    invitations.invite(space, by=host, user=listener)
    for user in (speaker, listener):
        moderation.remove(space, user=user, by=host, reason="Shouting")
        moderation.remove(space, user=user, by=host)
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
    moderation.remove(space, user=speaker, by=host, reason="Shouting")
    assert "Shouting" not in str(space.journal.last().frame())
    assert moderation.log(space)[0].note == "Shouting"


def test_a_readmitted_person_is_admitted_but_not_put_on_stage(space, host, speaker):
    moderation.remove(space, user=speaker, by=host)
    moderation.readmit(space, key=speaker.key, by=host)
    assert refusal_of(space, Viewer(speaker)) is None
    assert not stage.on_stage(space, speaker)


def test_hosts_cannot_be_removed_and_people_cannot_remove_themselves(space, host, cohost):
    for user, code in ((host, "host_stays"), (cohost, "not_yourself")):
        with pytest.raises(Refusal) as refusal:
            moderation.remove(space, user=user, by=cohost)
        assert refusal.value.code == code


def test_the_log_lists_acts_upon_others_and_changes_for_everyone(space, host, speaker, listener):
    unmute(space, speaker)
    stage.set_microphone(space, user=speaker, muted=True, by=host)
    stage.mute_all(space, by=host)
    chat.set_mode(space, paused=True, slow_mode=0, by=host)
    for user in (speaker, host):
        stage.raise_hand(space, user=speaker, raised=True, by=speaker)
        stage.raise_hand(space, user=speaker, raised=False, by=user)
    stage.step_down(space, user=speaker)
    requests.ask(space, user=listener)
    requests.cancel(space, user=listener)
    requests.ask(space, user=listener)
    requests.decline(space, user=listener, by=host)
    assert [(row.kind, row.actor) for row in moderation.log(space)] == [
        ("unrequested", host),
        ("hand", host),
        ("chat_mode", host),
        ("muted_all", host),
        ("microphone", host),
    ]


def test_acts_upon_oneself_take_no_place_in_the_log(both_databases, monkeypatch):
    monkeypatch.setattr(moderation, "LOG_LINES", 1)
    space = make_space()
    moderation.remove(space, user=make_user(), by=space.host)
    speaker = put_on_stage(space, make_user())
    for muted in (False, True, False):
        stage.set_microphone(space, user=speaker, muted=muted, by=speaker)
    assert [row.kind for row in moderation.log(space)] == ["removed"]
    stage.set_microphone(space, user=speaker, muted=True, by=space.host)
    assert [(row.kind, row.actor) for row in moderation.log(space)] == [("microphone", space.host)]


def test_the_log_names_the_author_of_a_deleted_message(space, host, listener):
    message = chat.say(space, author=listener, text="Buy my pills")
    chat.delete(space, by=host, message_id=message.pk)
    (row,) = moderation.log(space)
    assert (row.payload["by"], row.payload["who"]) == (host.key, listener.key)


def test_slow_mode_makes_people_wait_between_messages(space, host, listener):
    chat.set_mode(space, paused=False, slow_mode=30, by=host)
    chat.say(space, author=listener, text="One")
    with pytest.raises(TooFast) as refusal:
        chat.say(space, author=listener, text="Two")
    assert 25 <= refusal.value.seconds <= 30
    chat.say(space, author=make_user(), text="Somebody else")


def test_only_hosts_can_write_in_a_paused_chat(space, host, listener):
    chat.set_mode(space, paused=True, slow_mode=0, by=host)
    with pytest.raises(chat.ChatPaused):
        chat.say(space, author=listener, text="Hello?")
    chat.say(space, author=host, text="We go on in a minute")
