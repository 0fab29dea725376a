from pathlib import Path

from spaces.actions import lifecycle
from spaces.admission import refusal_of
from spaces.models import Removal
from spaces.refusals import REMOVED_BY_HOST
from spaces.viewer import Viewer


def code(space, viewer):
    refusal = refusal_of(space, viewer)
    return refusal and refusal.code


def test_a_signed_in_person_is_admitted(space, listener):
    assert code(space, Viewer(listener)) is None


def test_a_signed_out_viewer_has_to_sign_in(space):
    refusal = refusal_of(space, Viewer())
    assert (refusal.code, refusal.help_url) == ("signed_out", "/accounts/login/")


def test_a_closed_account_is_the_first_reason_for_a_refusal(space, host, listener):
    lifecycle.end(space, by=host)
    listener.is_active = False
    listener.save()
    refusal = refusal_of(space, Viewer(listener))
    assert (refusal.code, refusal.message) == ("suspended", "Your account is closed.")
    assert refusal.help_url == "/accounts/login/"


def test_a_removal_applies_to_that_person_only(space, host, speaker, listener):
    Removal.objects.create(space=space, viewer_key=listener.key, removed_by=host)
    assert code(space, Viewer(listener)) == "removed"
    assert code(space, Viewer(speaker)) is None


def test_the_server_and_the_page_use_the_same_text_for_a_removal():
    root = Path(__file__).resolve().parents[2]
    page = (root / "static/js/room/notices/removed.js").read_text()
    assert f'export const REMOVED = "{REMOVED_BY_HOST}";' in page


def test_an_ended_space_admits_nobody(space, host):
    lifecycle.end(space, by=host)
    assert code(space, Viewer(host)) == "not_live"
