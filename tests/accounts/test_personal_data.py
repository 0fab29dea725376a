"""Every reference to a person is exported or erased, or both, or there is a reason why not."""

from django.apps import apps

from accounts.models import User

EXPORTED_AND_ERASED = {
    "account.EmailAddress.user",
    "accounts.Block.blocker",
    "billing.HostAccount.host",  # of the row, only `missing` and `refusal` are erased
    "billing.Preview.user",
    "billing.Waiting.user",
    "captions.Line.captioner",
    "captions.Line.speaker",
    "captions.Preference.user",
    "accounts.Export.user",  # its row belongs to the archive, which is the export itself
    "accounts.Follow.followed",
    "accounts.Follow.follower",
    "notifications.Delivery.user",
    "notifications.MutedPerson.user",
    "notifications.Notification.user",
    "notifications.NotificationSettings.user",
    "notifications.Preference.user",
    "notifications.PushSubscription.user",
    "notifications.UndeliverableAddress.user",
    "mfa.Authenticator.user",
    "scheduling.CohostInvitation.user",
    "scheduling.Reminder.user",
    "spaces.Feedback.user",
    "spaces.Message.author",
    "spaces.SpeakRequest.user",
    "timeline.Like.user",
    "timeline.Pin.pinned_by",
    "timeline.Post.author",
    "usersessions.UserSession.user",
}
ERASED = {  # and why it is not exported
    "scheduling.CalendarFeed.user": "a hash of a secret",
    "accounts.Block.blocked": "it is the other person's decision, and stays secret",
    "notifications.Delivery.actor": "it is a notification of the other person",
    "notifications.MutedPerson.muted": "it is the other person's decision, and stays secret",
    "notifications.Notification.actor": "it is a notification of the other person",
    "captions.CaptionRequest.asked_by": "a request in a live Space, which nobody needs later",
    "captions.Captioner.user": "a right in a live Space, which nobody needs later",
    "captions.Change.by": "what hosts did to the words of others",
    "captions.Change.speaker": "the words before a host changed them",
    "captions.Voice.user": "a choice in a live Space, which nobody needs later",
    "accounts.User.groups": "rights",
    "accounts.User.user_permissions": "rights",
    "spaces.Invitation.invited_by": "invitations in a live Space, which nobody needs later",
    "spaces.Invitation.user": "invitations in a live Space, which nobody needs later",
    "timeline.Post.mentions": "it is another person's post",
}
KEPT = {  # and why it is not erased
    "billing.Offer.seller": "other people's money depends on it; it is in the export",
    "billing.Reservation.buyer": "other people's money depends on it; it is in the export",
    "billing.Ticket.holder": "other people's money depends on it; it is in the export",
    "safety.Report.closed_by": "staff can't be deleted",
    "safety.Report.reporter": "the staff's decision is based on it; it is in the export",
    "safety.Report.subject": "others made the report; its evidence has its own retention",
    "scheduling.Series.host": "its Spaces are kept; they are in the export",
    "safety.StaffAct.actor": "staff can't be deleted",
    "safety.StaffAct.subject": "the log of the staff is never changed",
    "safety.Suspension.by": "staff can't be deleted",
    "safety.Suspension.user": "the staff's decisions refer to it; it is in the export",
    "admin.LogEntry.user": "staff can't be deleted",
    "spaces.Message.deleted_by": "who moderated another person's message",
    "spaces.Participant.user": "who spoke, without the name; it is in the export",
    "spaces.Removal.removed_by": "who removed another person",
    "spaces.RoomEvent.actor": "what happened in a Space, without names and words",
    "spaces.Space.host": "others spoke there; it is in the export",
    "spaces.Space.host_before": "only while the host is away from a live Space",
}


def test_every_reference_to_a_person_is_listed_here():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in (*model._meta.get_fields(),)
        if field.concrete
        and (field.related_model is User or (model is User and field.many_to_many))
        and not model._meta.auto_created
    }
    assert found == EXPORTED_AND_ERASED | ERASED.keys() | KEPT.keys()


# Text fields that hold a person key: they have no foreign key by which they could be found.
BY_KEY = {
    "safety.Report.ref": "kept with the report",
    "spaces.Guest.viewer_key": "a guest has no account; deleted with the journal",
    "spaces.Removal.viewer_key": "who may not come back; only the reason is erased",
}


def test_every_field_with_a_person_key_is_listed_here():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name in {"viewer_key", "ref", "person", "who", "key"} and field.concrete
    }
    assert found - {"account.EmailConfirmation.key"} == BY_KEY.keys()  # a secret, not a person
