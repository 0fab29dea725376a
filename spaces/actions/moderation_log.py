"""The hosts' log: what hosts did to other people, and changes that concern everyone."""

from django.db.models import CharField, Q, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from core import person_keys
from spaces.models import RoomEvent, Space
from spaces.room.events import Durable, Logged

LOG_LINES = 500


def latest(space: Space) -> list[RoomEvent]:
    """Return the latest LOG_LINES events of the log, the newest first.

    Some kinds belong in the log only if one person did them to another. Their events without an
    actor, and those in which people acted on themselves, are left out before the limit applies.
    Otherwise a person could push a removal out of the log by muting and unmuting their own
    microphone.
    """
    logged = {each.kind: each.logged for each in Durable.__subclasses__() if each.logged}
    only_to_others = [kind for kind, when in logged.items() if when is Logged.TO_ANOTHER]
    actor = Concat(Value(person_keys.ACCOUNT), Cast("actor", CharField()), output_field=TextField())
    whom = Cast(KT("payload__who"), TextField())
    rows = space.journal.filter(kind__in=logged).alias(whom=whom)
    shown = rows.exclude(Q(kind__in=only_to_others) & (Q(actor=None) | Q(whom=actor)))
    return list(shown.select_related("actor").order_by("-revision")[:LOG_LINES])
