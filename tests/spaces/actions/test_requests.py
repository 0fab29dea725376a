import pytest

from accounts.follow import follow
from core.refusals import Refusal
from spaces.actions import invitations, requests, stage
from spaces.models import Outcome, Space, SpeakPolicy, SpeakRequest
from spaces.room.snapshot import build
from tests.concurrency import run_concurrently
from tests.factories import make_space, make_user, put_on_stage, signed_in


def queue(space):
    return [waiting["person"]["handle"] for waiting in build(space)["requests"]]


def test_requests_are_queued_in_order(space):
    for handle in ("first", "second", "third"):
        requests.ask(space, user=make_user(handle))
    assert queue(space) == ["first", "second", "third"]


def test_asking_twice_keeps_the_position_and_the_first_reason(space, listener):
    requests.ask(space, user=listener, reason="I know the tram driver")
    requests.ask(space, user=make_user("later"))
    requests.ask(space, user=listener, reason="Me again")
    assert queue(space) == ["lena", "later"]
    assert SpeakRequest.objects.get(user=listener).reason == "I know the tram driver"


@pytest.mark.parametrize(("length", "status"), [(80, 204), (81, 400)])
def test_a_reason_has_at_most_80_characters(space, listener, length, status):
    asked = {"reason": "x" * length}
    address = f"{space.get_absolute_url()}request/"
    answer = signed_in(listener).post(address, asked, headers={"accept": "application/json"})
    assert (answer.status_code, SpeakRequest.objects.count()) == (status, int(status == 204))


def test_reasons_for_requests_are_not_sent_to_the_room(space, listener):
    requests.ask(space, user=listener, reason="My mother was the driver")
    assert "driver" not in str(space.journal.last().payload)
    assert "driver" not in str(build(space))


def test_an_invitation_tells_whether_it_accepts_a_request(space, host, listener):
    requests.ask(space, user=listener)
    requests.accept(space, user=listener, by=host)
    invitations.invite(space, by=host, user=make_user())
    assert [each["accepts_request"] for each in build(space)["invited"]] == [True, False]
    sent = [row.payload["accepts_request"] for row in space.journal.filter(kind="invited")]
    assert sent == [True, False]


def test_accepting_a_request_sends_an_invitation(space, host, listener):
    requests.ask(space, user=listener)
    requests.accept(space, user=listener, by=host)
    assert not stage.on_stage(space, listener)
    assert queue(space) == []
    invitations.accept(space, user=listener)
    assert stage.on_stage(space, listener)
    assert [row.kind for row in space.journal.all()][1:] == [
        "requested",
        "unrequested",
        "invited",
        "stage_joined",
    ]


def test_a_snapshot_contains_the_times_of_the_last_accepted_requests(space, host):
    for _ in range(2):
        asking = make_user()
        requests.ask(space, user=asking)
        requests.accept(space, user=asking, by=host)
    times = [row.payload["at"] for row in space.journal.filter(kind="unrequested")]
    assert build(space)["accepted"] == times


@pytest.mark.parametrize("close", ["cancel", "decline"])
def test_a_closed_request_leaves_the_queue_and_can_be_made_again(space, host, listener, close):
    requests.ask(space, user=listener)
    if close == "cancel":
        requests.cancel(space, user=listener)
    else:
        requests.decline(space, user=listener, by=host)
    with pytest.raises(requests.NoRequest):
        requests.cancel(space, user=listener)
    requests.ask(space, user=listener)
    assert queue(space) == ["lena"]


def test_joining_the_stage_closes_the_persons_request(space, listener):
    requests.ask(space, user=listener)
    put_on_stage(space, listener)
    assert queue(space) == []


def test_requests_of_first_time_speakers_are_marked(space, listener, speaker):
    requests.ask(space, user=listener)
    elsewhere = make_space()
    requests.ask(elsewhere, user=speaker)
    assert [request.first_time for request in SpeakRequest.objects.all()] == [True, False]


def test_speaking_can_be_limited_to_people_whom_the_host_follows(space, host, listener):
    Space.objects.update(speak_policy=SpeakPolicy.FOLLOWED)
    space.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        requests.ask(space, user=listener)
    assert "the host follows" in refusal.value.message
    follow(follower=host, followed=listener)
    requests.ask(space, user=listener)
    assert queue(space) == ["lena"]


def test_speaking_can_be_limited_to_invited_people(space, listener):
    Space.objects.update(speak_policy=SpeakPolicy.INVITED)
    space.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        requests.ask(space, user=listener)
    assert "the host invites" in refusal.value.message


def test_the_length_of_the_queue_is_limited(space, monkeypatch):
    monkeypatch.setattr(requests, "MAX_OPEN_REQUESTS", 1)
    requests.ask(space, user=make_user())
    with pytest.raises(Refusal) as refusal:
        requests.ask(space, user=make_user())
    assert refusal.value.code == "queue_full"


@pytest.mark.integration
def test_one_of_two_simultaneous_answers_to_a_request_counts(both_databases):
    space = make_space()
    asking = make_user()
    requests.ask(space, user=asking)

    def answer(number):
        here = Space.objects.get()
        if number:
            requests.accept(here, user=asking, by=here.host)
        else:
            requests.cancel(here, user=asking)

    outcomes = run_concurrently(2, answer)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoRequest", "NoneType"]
    assert SpeakRequest.objects.exclude(outcome=Outcome.OPEN).count() == 1
