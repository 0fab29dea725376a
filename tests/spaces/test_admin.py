import pytest
from django.urls import reverse

from safety.models import Report
from spaces.actions import chat, feedback
from spaces.models import Feedback, Mood, RoomEvent, Space
from tests.factories import make_user, signed_in
from tests.safety.moderation import grant_permissions


def test_ending_a_space_as_staff_records_the_staff_member_in_the_journal(as_staff, staff, space):
    open_case = {"action": "open_case", "_selected_action": [space.pk]}
    case = as_staff.post(reverse("admin:spaces_space_changelist"), open_case).url
    as_staff.post(case, {"action": "end_space", "reason": "Threats"})
    assert Space.objects.get().state == "ended"
    assert (space.journal.last().kind, space.journal.last().actor) == ("ended", staff)


def test_opening_a_case_needs_more_than_the_right_to_view_spaces(space):
    reader = signed_in(grant_permissions(make_user("rita", is_staff=True), "view_space"))
    action = {"action": "open_case", "_selected_action": [space.pk]}
    reader.post(reverse("admin:spaces_space_changelist"), action)
    assert Report.objects.count() == 0


def test_staff_can_read_deleted_messages(as_staff, staff, space, listener):
    message = chat.send(space, author=listener, text="For the record")
    chat.delete(space, by=space.host, message_id=message.pk)
    page = as_staff.get(reverse("admin:spaces_space_change", args=[space.pk]))
    assert "For the record" in page.text


@pytest.mark.parametrize("model", [Space, RoomEvent, Feedback])
def test_records_cannot_be_added_edited_or_deleted(as_staff, staff, space, model):
    feedback.give(space, user=staff, mood=Mood.GOOD, line="The trams!")
    row = model.objects.get()
    name = f"admin:spaces_{model._meta.model_name}"
    assert as_staff.get(reverse(f"{name}_changelist")).status_code == 200
    assert as_staff.get(reverse(f"{name}_add")).status_code == 403
    assert (
        as_staff.post(reverse(f"{name}_change", args=[row.pk]), {"title": "x"}).status_code == 403
    )
    assert (
        as_staff.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_host_cannot_open_the_admin(client, space):
    client.force_login(space.host)
    answer = client.get(reverse("admin:spaces_space_changelist"))
    assert answer.status_code == 302
