"""The tables of Spaces."""

from spaces.models.event import RoomEvent
from spaces.models.feedback import Feedback, Mood
from spaces.models.guest import Guest
from spaces.models.invitation import Invitation
from spaces.models.message import Message
from spaces.models.participant import SEATS, STAGE_SEATS, Participant, Role
from spaces.models.removal import Removal
from spaces.models.request import Outcome, SpeakRequest
from spaces.models.space import InvalidTransition, Space, SpeakPolicy, State
from spaces.models.topic import Topic

__all__ = [
    "SEATS",
    "STAGE_SEATS",
    "Feedback",
    "Guest",
    "InvalidTransition",
    "Invitation",
    "Message",
    "Mood",
    "Outcome",
    "Participant",
    "Removal",
    "Role",
    "RoomEvent",
    "Space",
    "SpeakPolicy",
    "SpeakRequest",
    "State",
    "Topic",
]
