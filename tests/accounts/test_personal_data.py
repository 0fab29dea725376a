"""Every model that refers to people is exported, erased, or kept for a reason that stands here."""

from django.apps import apps

from accounts.models import User

EXPORTED_AND_ERASED = {
    "account.EmailAddress.user",
    "accounts.Block.blocker",
    "accounts.Export.user",  # the archive itself
    "accounts.Follow.followed",
    "accounts.Follow.follower",
    "notifications.Notification.user",
    "mfa.Authenticator.user",
    "spaces.Feedback.user",
    "spaces.Message.author",
    "spaces.SpeakRequest.user",
    "timeline.Like.user",
    "timeline.Pin.pinned_by",
    "timeline.Post.author",
    "usersessions.UserSession.user",
}
ERASED = {
    "accounts.Block.blocked": "that is the other person's decision, and not told",
    "notifications.Notification.actor": "it is what the other person was told",
    "accounts.User.groups": "rights",
    "accounts.User.user_permissions": "rights",
    "spaces.Invitation.invited_by": "open offers in a live Space",
    "spaces.Invitation.user": "open offers in a live Space",
    "timeline.Post.mentions": "it is another person's post",
}
KEPT = {
    "safety.Report.closed_by": "staff can't be deleted",
    "safety.Report.reporter": "the staff's decision stands on it; it is in the export",
    "safety.Report.subject": "others reported it; its evidence has its own retention",
    "safety.StaffAct.actor": "staff can't be deleted",
    "safety.StaffAct.subject": "the log of the staff is never changed",
    "safety.Suspension.by": "staff can't be deleted",
    "safety.Suspension.user": "why an account was shut out; it is in the export",
    "admin.LogEntry.user": "staff can't be deleted",
    "spaces.Message.deleted_by": "who moderated another person's message",
    "spaces.Participant.user": "who spoke, without the name; it is in the export",
    "spaces.Removal.removed_by": "who removed another person",
    "spaces.RoomEvent.actor": "what happened in a Space, without names and words",
    "spaces.Space.host": "others spoke there; it is in the export",
    "spaces.Space.host_before": "only while the host is away from a live Space",
}


def test_no_model_that_refers_to_people_is_forgotten():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in (*model._meta.get_fields(),)
        if field.concrete
        and (field.related_model is User or (model is User and field.many_to_many))
        and not model._meta.auto_created
    }
    assert found == EXPORTED_AND_ERASED | ERASED.keys() | KEPT.keys()


# Fields that name people by a key in text, as the wire does; no constraint finds those.
BY_KEY = {
    "safety.Report.ref": "kept with the report",
    "spaces.Guest.viewer_key": "a guest has no account; swept with the journal",
    "spaces.Removal.viewer_key": "who may not come back; the reason is erased and swept",
}


def test_no_field_that_names_people_by_key_is_forgotten():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name in {"viewer_key", "ref", "person", "who", "key"} and field.concrete
    }
    assert found - {"account.EmailConfirmation.key"} == BY_KEY.keys()  # that is a secret
