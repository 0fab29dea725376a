from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import hosting, reporting, staff_log
from accounts.models import User
from accounts.viewer import signed_in

admin.site.unregister([Authenticator, Group])


class NewPersonForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("handle", "email")


class PersonForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class PersonAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("handle", "name", "email", "follower_count", "early_access", "suspended_until")
    list_filter = ("groups", "is_active", "is_staff")
    search_fields = ("handle", "email", "name")
    ordering = ("-follower_count", "handle")
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("follower_count", "following_count", "last_login", "date_joined")
    actions = ("grant_early_access", "withdraw_early_access", "open_case")
    fieldsets = (
        (None, {"fields": ("handle", "name", "email", "password")}),
        (_("Profile"), {"fields": ("bio", "follower_count", "following_count")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("handle", "email", "password1", "password2")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed (not active), not deleted: others' counts stand on their rows."""
        return False

    @admin.display(description=_("early access"), boolean=True)
    def early_access(self, person: User) -> bool:
        return any(group.name == hosting.EARLY_ACCESS for group in person.groups.all())

    @admin.action(description=_("Grant early access to hosting"))
    def grant_early_access(self, request: HttpRequest, people: QuerySet[User]) -> None:
        hosting.grant_early_access(people)
        self._log(request, "grant_early_access", people)
        self._tell(request, people.count())

    @admin.action(description=_("Withdraw early access to hosting"))
    def withdraw_early_access(self, request: HttpRequest, people: QuerySet[User]) -> None:
        hosting.withdraw_early_access(people)
        self._log(request, "withdraw_early_access", people)
        self._tell(request, people.count())

    @admin.action(description=_("Open a case in the queue"))
    def open_case(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """For whoever nobody reported: what staff do starts from a report, so that it has one."""
        found = list(people[:2])
        if len(found) != 1:
            words = _("Choose one person.")
            self.message_user(request, words, level=messages.WARNING)
            return None
        case = reporting.open_case(found[0], by=signed_in(request))
        return redirect("admin:accounts_report_change", case.pk)

    def _log(self, request: HttpRequest, act: str, people: QuerySet[User]) -> None:
        for person in people:
            staff_log.note(signed_in(request), act=act, subject=person)

    def _tell(self, request: HttpRequest, count: int) -> None:
        self.message_user(
            request, ngettext("Done for %d person.", "Done for %d people.", count) % count
        )


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


@admin.register(Authenticator)
class AuthenticatorAdmin(ModelAdmin):
    """Second steps: staff may remove one for somebody who lost it, and never see its secret."""

    list_display = ("user", "type", "created_at", "last_used_at")
    search_fields = ("user__handle", "user__email")
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
