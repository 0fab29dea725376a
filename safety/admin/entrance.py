"""How people come in: their addresses, for superusers, and where they are signed in."""

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
    """For superusers: who holds an address can reset the password of the account. It is marked as
    verified in its form: allauth's action leaves no line in the log."""

    actions = ()


@admin.register(UserSession)
class SessionAdmin(Logged, ModelAdmin):
    """Staff may end one, and change none."""

    staff_rights = ("view", "delete")
    belongs_to = "user"
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("user__handle", "user__email", "ip")
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, session: UserSession) -> None:
        """Its row alone would come back with the next page that is asked for."""
        session.end()

    def delete_queryset(self, request: HttpRequest, sessions: QuerySet[UserSession]) -> None:
        for session in sessions:
            session.end()
