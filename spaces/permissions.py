"""Who may do what in a Space: one table. Views, consumer and templates all ask it."""

from enum import StrEnum

from spaces.models import Participant, Role, Space
from spaces.refusals import Refusal
from spaces.viewer import Viewer


class Act(StrEnum):
    LISTEN = "listen"
    REACT = "react"
    CHAT = "chat"
    SPEAK = "speak"  # have a microphone in the room, and mute it
    STEP_DOWN = "step_down"
    INVITE = "invite"
    EDIT_DETAILS = "edit_details"
    DELETE_MESSAGE = "delete_message"
    END = "end"


LISTENER = frozenset({Act.LISTEN, Act.REACT, Act.CHAT})
SPEAKER = LISTENER | {Act.SPEAK, Act.STEP_DOWN}
HOST = LISTENER | {Act.SPEAK, Act.INVITE, Act.EDIT_DETAILS, Act.DELETE_MESSAGE, Act.END}

MAY: dict[Role, frozenset[Act]] = {
    Role.LISTENER: LISTENER,
    Role.SPEAKER: SPEAKER,
    Role.COHOST: HOST | {Act.STEP_DOWN},  # a co-host holds every right of the host
    Role.HOST: HOST,
}


class NotAllowed(Refusal):
    """The person's role in this Space does not hold the right."""

    status = 403

    def __init__(self, act: Act, role: Role) -> None:
        super().__init__("not_allowed", f"You are a {role.label.lower()} here: {REASONS[act]}")
        self.act = act
        self.role = role


ONLY_HOSTS = "only the host and co-hosts can do this."
ONLY_SPEAKERS = "only people on the stage can do this."
REASONS: dict[Act, str] = {
    Act.LISTEN: "you can't listen to this Space.",
    Act.REACT: "you can't react in this Space.",
    Act.CHAT: "you can't chat in this Space.",
    Act.SPEAK: ONLY_SPEAKERS,
    Act.STEP_DOWN: "only speakers and co-hosts can step down; a host ends the Space.",
    Act.INVITE: ONLY_HOSTS,
    Act.EDIT_DETAILS: ONLY_HOSTS,
    Act.DELETE_MESSAGE: ONLY_HOSTS,
    Act.END: ONLY_HOSTS,
}


def role_of(space: Space, viewer: Viewer) -> Role:
    """The viewer's role as the database has it now; never what a page claims."""
    if viewer.user is None:
        return Role.LISTENER
    role = (
        Participant.objects.on_stage()
        .filter(space=space, user=viewer.user)
        .values_list("role", flat=True)
        .first()
    )
    return Role(role) if role else Role.LISTENER


def require(space: Space, viewer: Viewer, act: Act) -> Role:
    """Return the viewer's role if it holds `act`, else raise NotAllowed."""
    role = role_of(space, viewer)
    if act not in MAY[role]:
        raise NotAllowed(act, role)
    return role
