"""The free preview: a minute of the sound, once, if the host allows it."""

from datetime import timedelta

import pytest
import time_machine

from billing.actions import previewing
from billing.actions.previewing import NoPreview
from billing.admission import without_ticket
from billing.models import Offer
from scheduling.actions import starting
from spaces import admission
from spaces.viewer import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(offer, hana):
    """Hana's Space is live, and allows a preview."""
    Offer.objects.update(allows_preview=True)
    space = offer.space
    with time_machine.travel(space.starts_at, tick=False) as clock:
        starting.go_live(space, by=hana)
        space.clock = clock
        yield space


def is_admitted(space, user):
    refused = admission.refusal_of(space, Viewer(user=user))
    excluded = without_ticket({space.pk: [user.pk]}).get(space.pk, set())
    assert bool(excluded) == (refused is not None)
    return refused is None


def test_a_preview_lasts_a_minute(live, iris):
    assert not is_admitted(live, iris)
    previewing.start(live, iris)
    live.clock.shift(timedelta(seconds=59))
    assert is_admitted(live, iris)
    live.clock.shift(timedelta(seconds=1))
    assert not is_admitted(live, iris)


def test_there_is_one_preview_per_person(live, iris):
    previewing.start(live, iris)
    live.clock.shift(timedelta(minutes=2))
    with pytest.raises(NoPreview):
        previewing.start(live, iris)


def test_there_is_no_preview_unless_the_host_allows_it(live, iris):
    Offer.objects.update(allows_preview=False)
    with pytest.raises(NoPreview):
        previewing.start(live, iris)


def test_there_is_no_preview_before_the_start(offer, iris):
    Offer.objects.update(allows_preview=True)
    with pytest.raises(NoPreview):
        previewing.start(offer.space, iris)
