"""Rights in a Space by role, in one table for views, the consumer and templates."""

from enum import StrEnum

from core.refusals import Refusal
from spaces.models import Participant, Role, Space
from spaces.viewer import Viewer


class Act(StrEnum):
    LISTEN = "listen"
    REACT = "react"
    CHAT = "chat"  # write messages, and delete one's own
    SPEAK = "speak"  # use a microphone, and mute or unmute it
    STEP_DOWN = "step_down"
    REQUEST = "request"  # ask to speak
    RAISE_HAND = "raise_hand"
    ANSWER_REQUESTS = "answer_requests"
    INVITE = "invite"  # to speak, or to be co-host
    # Mute one person on the stage (even the host) or everyone; lock microphones; lower hands.
    # Nobody can unmute another person.
    MUTE_OTHERS = "mute_others"
    MUSIC_MODE = "music_mode"
    MOVE_TO_LISTENERS = "move_to_listeners"
    REMOVE = "remove"  # also readmit
    MODERATE_CHAT = "moderate_chat"  # pause the chat, or set slow mode
    PIN = "pin"  # pin a post, and unpin a post that the same person pinned
    UNPIN = "unpin"  # unpin posts that other people pinned
    READ_LOG = "read_log"
    HAND_OVER = "hand_over"  # the action refuses co-hosts: only the host can hand over
    EDIT_DETAILS = "edit_details"
    # Ask everyone to caption their voice; choose who may write captions, the language and special
    # words; correct and delete what others said.
    MANAGE_CAPTIONS = "manage_captions"
    DELETE_MESSAGE = "delete_message"  # of other people
    END = "end"


SIGNED_IN = frozenset({Act.LISTEN, Act.REACT, Act.CHAT})
SPEAKER = SIGNED_IN | {Act.SPEAK, Act.RAISE_HAND, Act.STEP_DOWN, Act.PIN}
HOST = SIGNED_IN | {
    Act.SPEAK,
    Act.RAISE_HAND,
    Act.PIN,
    Act.UNPIN,
    Act.ANSWER_REQUESTS,
    Act.INVITE,
    Act.MUTE_OTHERS,
    Act.MUSIC_MODE,
    Act.MOVE_TO_LISTENERS,
    Act.REMOVE,
    Act.DELETE_MESSAGE,
    Act.MODERATE_CHAT,
    Act.EDIT_DETAILS,
    Act.MANAGE_CAPTIONS,
    Act.READ_LOG,
    Act.HAND_OVER,
    Act.END,
}

MAY: dict[Role, frozenset[Act]] = {
    Role.GUEST: frozenset({Act.LISTEN}),  # a guest can't do anything that others see
    Role.LISTENER: SIGNED_IN | {Act.REQUEST},
    Role.SPEAKER: SPEAKER,
    Role.COHOST: HOST | {Act.STEP_DOWN},
    Role.HOST: HOST,
}


class NotAllowed(Refusal):
    """The person's role does not include the right."""

    status = 403

    def __init__(self, act: Act, role: Role) -> None:
        reason = GUESTS_MUST_SIGN_IN if role == Role.GUEST else REASONS[act]
        super().__init__("not_allowed", f"You are a {role.label.lower()} here: {reason}")
        self.act = act
        self.role = role


ONLY_HOSTS = "only the host and co-hosts can do this."
ONLY_SPEAKERS = "only people on the stage can do this."
GUESTS_MUST_SIGN_IN = "sign in to write, react or speak."
REASONS: dict[Act, str] = {
    Act.LISTEN: "you can't listen to this Space.",
    Act.REACT: "you can't react in this Space.",
    Act.CHAT: "you can't chat in this Space.",
    Act.SPEAK: ONLY_SPEAKERS,
    Act.STEP_DOWN: "only speakers and co-hosts can step down; a host ends the Space.",
    Act.REQUEST: "only listeners ask to speak; you are on the stage.",
    Act.RAISE_HAND: ONLY_SPEAKERS,
    Act.PIN: ONLY_SPEAKERS,
    Act.UNPIN: ONLY_HOSTS,
    Act.ANSWER_REQUESTS: ONLY_HOSTS,
    Act.INVITE: ONLY_HOSTS,
    Act.MUTE_OTHERS: ONLY_HOSTS,
    Act.MUSIC_MODE: ONLY_HOSTS,
    Act.MOVE_TO_LISTENERS: ONLY_HOSTS,
    Act.REMOVE: ONLY_HOSTS,
    Act.DELETE_MESSAGE: ONLY_HOSTS,
    Act.MODERATE_CHAT: ONLY_HOSTS,
    Act.EDIT_DETAILS: ONLY_HOSTS,
    Act.MANAGE_CAPTIONS: ONLY_HOSTS,
    Act.READ_LOG: ONLY_HOSTS,
    Act.HAND_OVER: "only the host can hand the Space over.",
    Act.END: ONLY_HOSTS,
}


def role_of(space: Space, viewer: Viewer) -> Role:
    """Return the viewer's role as stored in the database; clients are not trusted with it."""
    if viewer.user is None:
        return Role.GUEST
    role = (
        Participant.objects.on_stage()
        .filter(space=space, user=viewer.user)
        .values_list("role", flat=True)
        .first()
    )
    return Role(role) if role else Role.LISTENER


def require(space: Space, viewer: Viewer, act: Act) -> Role:
    """Return the viewer's role if it includes `act`, else raise NotAllowed."""
    role = role_of(space, viewer)
    if act not in MAY[role]:
        raise NotAllowed(act, role)
    return role
