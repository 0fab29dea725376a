from spaces.actions import lifecycle
from spaces.admission import refusal_of
from spaces.models import Removal
from spaces.viewer import Viewer


def code(space, viewer):
    refusal = refusal_of(space, viewer)
    return refusal and refusal.code


def test_anyone_signed_in_is_admitted(space, listener):
    assert code(space, Viewer(listener)) is None


def test_a_stranger_signs_in_first(space):
    refusal = refusal_of(space, Viewer())
    assert (refusal.code, refusal.help_url) == ("signed_out", "/accounts/login/")


def test_a_suspended_person_is_refused_before_all_else(space, host, listener):
    lifecycle.end(space, by=host)
    listener.is_active = False
    listener.save()
    assert code(space, Viewer(listener)) == "suspended"


def test_who_was_removed_is_refused_here_and_nowhere_else(space, host, speaker, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    assert code(space, Viewer(listener)) == "removed"
    assert code(space, Viewer(speaker)) is None


def test_an_ended_space_admits_nobody(space, host):
    lifecycle.end(space, by=host)
    assert code(space, Viewer(host)) == "not_live"
