"""Receivers of other apps' signals. A receiver should contain only one call."""

from typing import Any

from django.dispatch import receiver

from captions.actions import voices
from spaces.models import Space
from spaces.signals import space_went_live, stage_changed


@receiver([space_went_live, stage_changed])
def caption_voices(space: Space, **kwargs: Any) -> None:
    voices.apply_preferences(space)
