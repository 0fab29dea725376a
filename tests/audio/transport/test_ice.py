from audio.transport import stun
from audio.transport.ice import CONSENT, MAX_PATHS, QUIET, IceAgent
from audio.transport.socket import Path
from audio.transport.stun import Attribute, Kind, Message

HOME, ROAD = Path(("192.0.2.1", 1000)), Path(("198.51.100.1", 2000))
TRANSACTION = bytes(12)
THEIRS = "their password, long enough"


def check(*attributes: Attribute) -> Message:
    return Message(Kind.REQUEST, TRANSACTION, dict.fromkeys(attributes, b""))


def agent_at_home() -> IceAgent:
    agent = IceAgent(0.0)
    agent.set_remote_credentials("them", THEIRS)
    agent.receive(check(Attribute.USE_CANDIDATE), HOME, 1.0)
    return agent


def confirm(probe: bytes, password: str = THEIRS) -> Message:
    transaction = stun.parse(probe).transaction
    return stun.parse(stun.pack(Kind.SUCCESS, transaction, [], password=password))


def test_a_check_is_answered_with_the_address_it_came_from() -> None:
    agent = IceAgent(0.0)
    (reply,) = agent.receive(check(), HOME, 1.0)
    message = stun.parse(reply)

    assert (message.kind, message.transaction) == (Kind.SUCCESS, TRANSACTION)
    assert message.is_signed_with(agent.password)
    assert message.attributes == {
        Attribute.XOR_MAPPED_ADDRESS: stun.mapped_address("192.0.2.1", 1000, TRANSACTION)
    }
    assert agent.selected == HOME


def test_a_nominated_path_is_selected_after_a_round_trip() -> None:
    agent = agent_at_home()
    _reply, probe = agent.receive(check(Attribute.USE_CANDIDATE), ROAD, 2.0)

    assert stun.parse(probe).username == f"them:{agent.ufrag}"
    assert stun.parse(probe).is_signed_with(THEIRS)
    assert agent.selected == HOME
    agent.receive(confirm(probe), ROAD, 2.1)
    assert agent.selected == ROAD


def test_the_first_path_is_proven_by_a_round_trip() -> None:
    agent = IceAgent(0.0)
    agent.set_remote_credentials("them", THEIRS)
    _reply, probe = agent.receive(check(), HOME, 1.0)
    _reply, again = agent.receive(check(), HOME, 1.1)

    assert stun.parse(probe).transaction == stun.parse(again).transaction
    assert agent.validated == set()
    agent.receive(confirm(probe), HOME, 1.2)
    assert agent.validated == {HOME}
    assert len(agent.receive(check(), HOME, 1.3)) == 1


def test_a_dropped_path_is_no_longer_proven() -> None:
    agent = agent_at_home()
    _reply, probe = agent.receive(check(Attribute.USE_CANDIDATE), ROAD, 2.0)
    agent.receive(confirm(probe), ROAD, 2.1)
    for i in range(MAX_PATHS):
        agent.receive(check(), Path(("203.0.113.1", i)), 3.0)

    assert agent.validated == {ROAD} == {agent.selected}


def test_a_response_from_another_address_or_peer_does_not_count() -> None:
    agent = agent_at_home()
    _reply, probe = agent.receive(check(Attribute.USE_CANDIDATE), ROAD, 2.0)
    agent.receive(confirm(probe), HOME, 2.1)
    agent.receive(confirm(probe, password="a guess"), ROAD, 2.1)

    assert agent.selected == HOME


def test_a_path_without_nomination_is_not_selected_while_the_old_one_works() -> None:
    agent = agent_at_home()

    assert len(agent.receive(check(), ROAD, 1.0 + QUIET)) == 1
    assert len(agent.receive(check(), ROAD, 1.1 + QUIET)) == 2


def test_the_number_of_paths_is_limited_and_the_selected_one_is_kept() -> None:
    agent = agent_at_home()
    for i in range(100):
        agent.receive(check(), Path(("203.0.113.1", i)), 2.0)

    assert len(agent.paths) == MAX_PATHS
    assert HOME in agent.paths
    assert agent.selected == HOME


def test_two_controlled_sides_are_a_role_conflict() -> None:
    agent = IceAgent(0.0)
    (reply,) = agent.receive(check(Attribute.ICE_CONTROLLED), HOME, 1.0)

    assert stun.parse(reply).kind is Kind.ERROR
    assert agent.selected is None


def test_consent_expires_without_checks() -> None:
    agent = agent_at_home()

    assert agent.has_consent(1.0 + CONSENT - 0.1)
    assert not agent.has_consent(1.0 + CONSENT)
