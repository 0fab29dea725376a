"""The sound of a Space is recognized again only after its end, and only if the site has a larger
model and the sound was kept."""

import pytest

from captions.rereading import kept_sounds
from spaces.actions import lifecycle


def sounds_of(space):
    return [f"sound of {space.title}"]


@pytest.fixture
def complete(settings):
    settings.REREADING_MODEL = "/models/large"
    settings.KEPT_SOUND = f"{__name__}.sounds_of"


def test_kept_sound_is_found_after_the_end(complete, space, host):
    assert list(kept_sounds(space)) == []
    lifecycle.end(space, by=host)
    space.refresh_from_db()
    assert list(kept_sounds(space)) == [f"sound of {space.title}"]


@pytest.mark.parametrize("missing", ["REREADING_MODEL", "KEPT_SOUND"])
def test_without_a_model_or_kept_sound_nothing_is_recognized_again(
    complete, settings, space, host, missing
):
    setattr(settings, missing, "")
    lifecycle.end(space, by=host)
    space.refresh_from_db()
    assert list(kept_sounds(space)) == []
