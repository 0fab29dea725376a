"""What a Space is, at rest."""

from spaces.models.event import RoomEvent
from spaces.models.invitation import Invitation
from spaces.models.message import Message
from spaces.models.participant import STAGE_SEATS, Participant, Role
from spaces.models.removal import Removal
from spaces.models.space import InvalidTransition, Space, SpeakPolicy, State
from spaces.models.topic import Topic

__all__ = [
    "STAGE_SEATS",
    "InvalidTransition",
    "Invitation",
    "Message",
    "Participant",
    "Removal",
    "Role",
    "RoomEvent",
    "Space",
    "SpeakPolicy",
    "State",
    "Topic",
]
