"""Spaces in the admin: their stage, removals, chat, feedback and journal; staff can open a case."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from safety.admin.logged import Logged
from safety.admin.open_case import OpensCase, open_case_and_redirect
from safety.admin.read_only import ReadOnly
from spaces.models import Feedback, Message, Participant, Removal, RoomEvent, Space, Topic


class StageInline(ReadOnly, TabularInline):
    staff_rights = ("view",)
    model = Participant
    fields = ("user", "role", "muted", "joined_at", "left_at")
    extra = 0
    tab = True


class RemovalInline(ReadOnly, TabularInline):
    staff_rights = ("view",)
    model = Removal
    fields = ("viewer_key", "removed_by", "reason", "at")
    extra = 0
    tab = True


class MessageInline(ReadOnly, TabularInline):
    staff_rights = ("view",)
    model = Message
    fields = ("at", "author", "text", "deleted_at", "deleted_by")
    extra = 0
    per_page = 50
    tab = True


@admin.register(Space)
class SpaceAdmin(OpensCase, ReadOnly, ModelAdmin):
    staff_rights = ("view",)
    list_display = ("title", "host", "state", "people_on_stage", "started_at", "ended_at")
    list_filter = ("state", "topics", "started_at")
    search_fields = ("title", "public_id", "host__handle")
    list_select_related = ("host",)
    inlines = (StageInline, RemovalInline, MessageInline)
    actions = ("open_case",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Space]:
        on_stage = Count("participants", filter=Q(participants__left_at__isnull=True))
        spaces: QuerySet[Space] = super().get_queryset(request)
        return spaces.annotate(on_stage=on_stage)

    @admin.display(description=_("on stage"), ordering="on_stage")
    def people_on_stage(self, space: Space) -> int:
        return int(space.on_stage)  # type: ignore[attr-defined]

    @admin.action(description=_("Open a case in the queue"), permissions=["decide"])
    def open_case(self, request: HttpRequest, spaces: QuerySet[Space]) -> HttpResponse | None:
        """Open a case with the Space's evidence. There, staff can end the Space and give a
        reason."""
        return open_case_and_redirect(
            self, request, "space", [space.public_id for space in spaces[:2]]
        )


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, ModelAdmin):
    """Feedback on Spaces that have ended."""

    staff_rights = ("view",)
    list_display = ("at", "space", "user", "mood", "line")
    list_filter = ("mood", "at")
    search_fields = ("line", "space__title", "user__handle")
    list_select_related = ("space", "user")
    ordering = ("-at",)


@admin.register(Topic)
class TopicAdmin(Logged, ModelAdmin):
    staff_rights = ("view", "add", "change", "delete")
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(RoomEvent)
class RoomEventAdmin(ReadOnly, ModelAdmin):
    """The journal: the durable events of all Spaces."""

    staff_rights = ("view",)
    list_display = ("at", "space", "revision", "kind", "actor", "note", "payload")
    list_filter = ("kind", "at")
    search_fields = ("space__public_id", "space__title", "actor__handle")
    list_select_related = ("space", "actor")
    ordering = ("-at", "-revision")
