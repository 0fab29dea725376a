"""Every action that publishes an event in a Space, as a function that prepares it.

Each function prepares a Space (requests, seats, invitations) and returns the action itself.
"""

from spaces.models import Space
from tests.integration.verbs import offers, room, stage
from tests.integration.verbs.act import Act


def everything_at_once(space: Space) -> Act:
    verbs = [
        offers.accept,
        stage.step_down,
        stage.unmute,
        room.delete_a_message,
        room.edit_details,
        offers.invite,
        stage.return_to_the_stage,
    ]
    acts = [verb(space) for verb in verbs]
    return lambda: [act() for act in acts]


VERBS = [*offers.VERBS, *stage.VERBS, *room.VERBS, everything_at_once]
