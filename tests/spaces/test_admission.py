from spaces.actions import lifecycle
from spaces.admission import Admitted, Refused, decide
from spaces.models import Removal
from spaces.viewer import Viewer


def code(space, viewer):
    decision = decide(space, viewer)
    return decision.code if isinstance(decision, Refused) else decision


def test_anyone_signed_in_is_admitted(space, listener):
    assert code(space, Viewer(listener)) == Admitted()


def test_a_stranger_signs_in_first(space):
    decision = decide(space, Viewer())
    assert isinstance(decision, Refused)
    assert (decision.code, decision.remedy_url) == ("signed_out", "/accounts/login/")


def test_a_suspended_person_is_refused_before_all_else(space, host, listener):
    lifecycle.end(space, by=host)
    listener.is_active = False
    listener.save()
    assert code(space, Viewer(listener)) == "suspended"


def test_who_was_removed_is_refused_here_and_nowhere_else(space, host, speaker, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    assert code(space, Viewer(listener)) == "removed"
    assert code(space, Viewer(speaker)) == Admitted()


def test_an_ended_space_admits_nobody(space, host):
    lifecycle.end(space, by=host)
    assert code(space, Viewer(host)) == "not_live"
