"""Admin pages for e-mail addresses (superusers only) and sign-in sessions."""

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from safety.admin.logged import Logged

admin.site.unregister([EmailAddress, UserSession])


@admin.register(EmailAddress)
class AddressAdmin(Logged, EmailAddressAdmin, ModelAdmin):
    """E-mail addresses. Only superusers may change them, because a person who receives mail at an
    address can reset the account's password.

    allauth's action "mark as verified" is off, because it writes nothing to the staff log.
    Superusers mark an address as verified in its form, which writes to the log.
    """

    actions = ()


@admin.register(UserSession)
class SessionAdmin(Logged, ModelAdmin):
    """Sign-in sessions. Staff may end them, but not change them."""

    staff_rights = ("view", "delete")
    belongs_to = "user"
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("user__handle", "user__email", "ip")
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, session: UserSession) -> None:
        """End the session. If only the row were deleted, the next request would create it again."""
        session.end()

    def delete_queryset(self, request: HttpRequest, sessions: QuerySet[UserSession]) -> None:
        for session in sessions:
            session.end()
