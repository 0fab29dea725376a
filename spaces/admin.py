"""What staff see of Spaces: who hosts what, what was said, and the way to end one."""

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts import staff_log
from accounts.admin.read_only import ReadOnly
from accounts.viewer import signed_in
from spaces import lifecycle
from spaces.models import Feedback, Message, Participant, Removal, RoomEvent, Space, Topic
from spaces.refusals import NotLive


class StageInline(ReadOnly, TabularInline):
    model = Participant
    fields = ("user", "role", "muted", "joined_at", "left_at")
    extra = 0
    tab = True


class RemovalInline(ReadOnly, TabularInline):
    model = Removal
    fields = ("viewer_key", "removed_by", "reason", "at")
    extra = 0
    tab = True


class MessageInline(ReadOnly, TabularInline):
    model = Message
    fields = ("at", "author", "text", "deleted_at", "deleted_by")
    extra = 0
    per_page = 50
    tab = True


@admin.register(Space)
class SpaceAdmin(ReadOnly, ModelAdmin):
    list_display = ("title", "host", "state", "people_on_stage", "started_at", "ended_at")
    list_filter = ("state", "topics", "started_at")
    search_fields = ("title", "public_id", "host__handle")
    list_select_related = ("host",)
    inlines = (StageInline, RemovalInline, MessageInline)
    actions = ("end_for_everyone",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Space]:
        here = Count("stage", filter=Q(stage__left_at__isnull=True))
        spaces: QuerySet[Space] = super().get_queryset(request)
        return spaces.annotate(here=here)

    @admin.display(description=_("on stage"), ordering="here")
    def people_on_stage(self, space: Space) -> int:
        return int(space.here)  # type: ignore[attr-defined]

    @admin.action(description=_("End for everyone"))
    def end_for_everyone(self, request: HttpRequest, spaces: QuerySet[Space]) -> None:
        for space in spaces:
            try:
                staff = signed_in(request)
                lifecycle.end(space, by=staff)
                staff_log.note(staff, act="end_space", subject=space.host, what=str(space))
                self.message_user(request, _("Ended: %s") % space.title)
            except NotLive:
                words = _("Not live any more: %s") % space.title
                self.message_user(request, words, level=messages.WARNING)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, ModelAdmin):
    """What people said of Spaces: it steers the gate and the product."""

    list_display = ("at", "space", "user", "mood", "line")
    list_filter = ("mood", "at")
    search_fields = ("line", "space__title", "user__handle")
    list_select_related = ("space", "user")
    ordering = ("-at",)


@admin.register(Topic)
class TopicAdmin(ModelAdmin):
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(RoomEvent)
class RoomEventAdmin(ReadOnly, ModelAdmin):
    """The journal, for reading what happened in a Space and in which order."""

    list_display = ("at", "space", "revision", "kind", "actor", "note", "payload")
    list_filter = ("kind", "at")
    search_fields = ("space__public_id", "space__title", "actor__handle")
    list_select_related = ("space", "actor")
    ordering = ("-at", "-revision")
