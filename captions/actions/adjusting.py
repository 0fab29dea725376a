"""What a host sets for the captions: the language that is spoken, and special words."""

from collections.abc import Sequence

from accounts.models import User
from captions.actions import voices
from captions.events import CaptionsAdjusted
from captions.models import Adjustment
from spaces.actions.locks import lock_space
from spaces.models import Space
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.publish import publish


def adjust(space: Space, *, language: str, words: Sequence[str], by: User) -> None:
    """Set the language (a key of `captions.languages`, or "" to detect it) and the special words.

    After a change of the language, the source of each voice is chosen again, because not every
    source knows every language.
    """
    with lock_space(space):
        before = Adjustment.objects.filter(space=space).first() or Adjustment(space=space)
        if (before.language, before.words) == (language, list(words)):
            return
        Adjustment.objects.update_or_create(
            space=space, defaults={"language": language, "words": list(words)}
        )
        event = CaptionsAdjusted(language=language, words=list(words), by=by.key)
        publish(space, event, actor=by)
        if before.language != language:
            voices.choose_sources_again(space)
            request_reconcile(space)  # so that the audio node uses the language at once
