from spaces.actions import chat, moderation_log, removals, requests, stage
from tests.factories import make_space, make_user, put_on_stage


def test_the_log_lists_actions_on_others_and_changes_for_everyone(space, host, speaker, listener):
    stage.set_microphone(space, user=speaker, muted=False, by=speaker)
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
    assert [(row.kind, row.actor) for row in moderation_log.latest(space)] == [
        ("unrequested", host),
        ("hand", host),
        ("chat_mode", host),
        ("muted_all", host),
        ("microphone", host),
    ]


def test_actions_on_oneself_are_not_in_the_log(both_databases, monkeypatch):
    monkeypatch.setattr(moderation_log, "LOG_LINES", 1)
    space = make_space()
    removals.remove(space, user=make_user(), by=space.host)
    speaker = put_on_stage(space, make_user())
    for muted in (False, True, False):
        stage.set_microphone(space, user=speaker, muted=muted, by=speaker)
    assert [row.kind for row in moderation_log.latest(space)] == ["removed"]
    stage.set_microphone(space, user=speaker, muted=True, by=space.host)
    assert [(row.kind, row.actor) for row in moderation_log.latest(space)] == [
        ("microphone", space.host)
    ]


def test_the_log_names_the_author_of_a_deleted_message(space, host, listener):
    message = chat.send(space, author=listener, text="Buy my pills")
    chat.delete(space, by=host, message_id=message.pk)
    (row,) = moderation_log.latest(space)
    assert (row.payload["by"], row.payload["who"]) == (host.key, listener.key)
