import pytest

from accounts.models import User
from spaces import permissions
from spaces.models import Role, Space
from spaces.permissions import MAY, Act, NotAllowed
from spaces.viewer import Viewer
from tests.factories import make_space

SIGNED_IN = {Act.LISTEN, Act.REACT, Act.CHAT}
ON_STAGE = SIGNED_IN | {Act.SPEAK, Act.RAISE_HAND, Act.PIN}
HOSTS = set(Act) - {Act.REQUEST, Act.STEP_DOWN}


def test_each_role_has_exactly_these_rights():
    assert {
        Role.GUEST: {Act.LISTEN},
        Role.LISTENER: SIGNED_IN | {Act.REQUEST},
        Role.SPEAKER: ON_STAGE | {Act.STEP_DOWN},
        Role.COHOST: HOSTS | {Act.STEP_DOWN},
        Role.HOST: HOSTS,
    } == MAY


def test_every_act_has_a_message_for_refusals():
    assert set(permissions.REASONS) == set(Act)


def test_cohosts_have_all_rights_of_the_host():
    assert MAY[Role.HOST] <= MAY[Role.COHOST]


def test_roles_are_read_from_the_database(
    space: Space, host: User, cohost: User, speaker: User, listener: User
):
    roles = [permissions.role_of(space, Viewer(user)) for user in (host, cohost, speaker, listener)]
    assert roles == [Role.HOST, Role.COHOST, Role.SPEAKER, Role.LISTENER]


def test_a_signed_out_viewer_has_the_role_of_a_guest(space: Space):
    assert permissions.role_of(space, Viewer()) == Role.GUEST


def test_a_role_applies_to_one_space_only(space: Space, speaker: User):
    assert permissions.role_of(make_space(), Viewer(speaker)) == Role.LISTENER


@pytest.mark.parametrize("act", sorted(set(Act) - SIGNED_IN - {Act.REQUEST}))
def test_a_refusal_explains_the_missing_right(space: Space, listener: User, act: Act):
    with pytest.raises(NotAllowed) as refusal:
        permissions.require(space, Viewer(listener), act)
    assert refusal.value.status == 403
    assert refusal.value.message.startswith("You are a listener here: ")
