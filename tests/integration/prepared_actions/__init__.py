"""Every action that publishes an event in a Space, as a function that prepares it.

Each function prepares a Space (requests, seats, invitations) and returns the action itself.
"""

from spaces.models import Space
from tests.integration.prepared_actions import offers, room, stage
from tests.integration.prepared_actions.action import Action


def everything_at_once(space: Space) -> Action:
    actions = [
        offers.accept,
        stage.step_down,
        stage.unmute,
        room.delete_a_message,
        room.edit_details,
        offers.invite,
        stage.return_to_the_stage,
    ]
    prepared = [prepare(space) for prepare in actions]
    return lambda: [act() for act in prepared]


ACTIONS = [*offers.ACTIONS, *stage.ACTIONS, *room.ACTIONS, everything_at_once]
