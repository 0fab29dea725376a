"""Each speaker's choice of whether their voice is captioned, and a host's request to everyone.

Nobody's voice is captioned without their own choice. A host can only ask.
"""

from contextlib import suppress

from accounts.models import User
from captions import sources
from captions.events import CaptionsRequested, VoiceCaptions
from captions.models import Adjustment, CaptionRequest, Preference, Voice
from captions.refusals import NotCaptioned
from core import shared_clock
from core.times import stamp
from spaces.actions.locks import lock_space
from spaces.actions.stage import NotOnStage
from spaces.models import Space
from spaces.refusals import NotLive
from spaces.room.audio_reconcile import request_reconcile
from spaces.room.publish import publish


def choose(space: Space, *, user: User, on: bool, has_recognition: bool = False) -> None:
    """Turn the captions of one's own voice on or off, here and for later Spaces. Idempotent.

    Raises NotOnStage if a person who is not on the stage turns them on; everyone can turn them off.
    """
    with lock_space(space):
        if on and not space.participants.on_stage().filter(user=user).exists():
            raise NotOnStage
        Preference.objects.update_or_create(user=user, defaults={"caption_my_voice": on})
        _set(space, user, on=on, has_recognition=has_recognition)


def apply_preferences(space: Space) -> None:
    """Caption the voices of the people on the stage who turned captions on in an earlier Space.

    A choice that they made in this Space comes first.
    """
    undecided = Preference.objects.filter(
        caption_my_voice=True, user__in=space.participants.on_stage().values("user")
    ).exclude(user__in=space.voices.values("user"))
    if not undecided.exists():
        return
    with suppress(NotLive), lock_space(space):
        for preference in undecided.select_related("user"):
            _set(space, preference.user, on=True, has_recognition=False)


def request(space: Space, *, by: User) -> None:
    """Ask everyone on the stage to caption their voice. Each person decides."""
    with lock_space(space):
        at = shared_clock.now()
        CaptionRequest.objects.update_or_create(
            space=space, defaults={"asked_by": by, "asked_at": at}
        )
        publish(space, CaptionsRequested(by=by.key, at=stamp(at)), actor=by)


def choose_sources_again(space: Space) -> None:
    """Choose the source of each captioned voice for a new language. The caller holds the lock."""
    for voice in space.voices.captioned().select_related("user"):
        # If no source is left, a browser that recognizes the new language reports this.
        _set(space, voice.user, on=True, has_recognition=False)


def language_of(space: Space) -> str:
    """Return the language that a host chose (ISO 639), or ""."""
    chosen = Adjustment.objects.filter(space=space).values_list("language", flat=True)
    return chosen.first() or ""


def require_captioned(
    space: Space, speaker: User, *, source: str = "", on_stage: bool = True
) -> None:
    """Raise NotCaptioned unless the person's voice is captioned. If `source` is given, it must be
    captioned by this source; if `on_stage`, the person must be on the stage."""
    chosen = space.voices.captioned().filter(user=speaker)
    if source:
        chosen = chosen.filter(source=source)
    seated = space.participants.on_stage().filter(user=speaker)
    if not chosen.exists() or (on_stage and not seated.exists()):
        raise NotCaptioned


def _set(space: Space, user: User, *, on: bool, has_recognition: bool) -> None:
    source = None
    if on:
        language = language_of(space)
        source = sources.source_for(has_recognition=has_recognition, language=language)
    name = source.name if source else ""
    voice = Voice.objects.filter(space=space, user=user).first() or Voice(space=space, user=user)
    if (voice.on, voice.source) == (on, name):
        return
    voice.on, voice.source = on, name
    voice.save()
    where = sources.where_of(name)
    publish(space, VoiceCaptions(who=user.key, on=on, where=where), actor=user)
    request_reconcile(space)  # so that the audio node starts or stops at once
