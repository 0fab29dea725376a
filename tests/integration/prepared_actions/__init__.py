"""Every action that publishes an event in a Space, as a function that prepares it.

Each function prepares a Space (requests, seats, invitations) and returns the action itself.
"""

from spaces.models import Space
from tests.integration.prepared_actions import captions, invitations, room, stage
from tests.integration.prepared_actions.action import Action


def several_actions_in_a_row(space: Space) -> Action:
    actions = [
        invitations.accept,
        stage.step_down,
        stage.unmute,
        room.delete_a_message,
        room.edit_details,
        invitations.invite,
        stage.return_to_the_stage,
    ]
    prepared = [prepare(space) for prepare in actions]
    return lambda: [act() for act in prepared]


ACTIONS = [
    *invitations.ACTIONS,
    *stage.ACTIONS,
    *room.ACTIONS,
    *captions.ACTIONS,
    several_actions_in_a_row,
]
