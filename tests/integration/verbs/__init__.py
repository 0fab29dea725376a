"""Every verb that says something in a Space, ready to be done to one.

A function here prepares the Space (who asks, who sits where) and returns the act itself.
"""

from spaces.models import Space
from tests.integration.verbs import offers, room, stage
from tests.integration.verbs.act import Act


def everything_at_once(space: Space) -> Act:
    verbs = [
        offers.accept,
        stage.step_down,
        stage.unmute,
        room.delete_a_line,
        room.edit_details,
        offers.invite,
        stage.come_back,
    ]
    acts = [verb(space) for verb in verbs]
    return lambda: [act() for act in acts]


VERBS = [*offers.VERBS, *stage.VERBS, *room.VERBS, everything_at_once]
