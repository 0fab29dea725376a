from collections.abc import Callable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Field, ManyToManyField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import (
    ActionForm,
    AdminPasswordChangeForm,
    UserChangeForm,
    UserCreationForm,
)
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import closing, hosting
from accounts.admin_guard import ITSELF
from accounts.models import User
from accounts.viewer import signed_in
from core.forms.written import LinesField, OneLineField
from core.text.written_text import as_one_line
from safety import staff_log
from safety.admin.logged import Logged
from safety.admin.open_case import OpensCase, open_case_and_redirect

admin.site.unregister([Authenticator, Group])


# Django's own widget, two boxes with arrows between them, is too wide and needs a mouse.
CHECKBOXES: "Mapping[type[Field[Any, Any]], Mapping[str, Any]]" = {
    ManyToManyField: {"widget": UnfoldAdminCheckboxSelectMultipleWidget}
}
RIGHTS = ("is_active", "is_staff", "is_superuser", "groups")


class ReasonedActionForm(ActionForm):
    reason = OneLineField(
        label="",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(
            attrs={"placeholder": _("Reason, for the log"), "aria-label": _("Reason, for the log")}
        ),
    )


class NewPersonForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("handle", "email")


class PersonForm(UserChangeForm):
    name = OneLineField(
        label=_("Name"), max_length=50, required=False, widget=UnfoldAdminTextInputWidget
    )
    bio = LinesField(
        label=_("Bio"), max_length=160, required=False, widget=UnfoldAdminTextareaWidget
    )

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class PersonAdmin(OpensCase, Logged, DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    staff_rights = ("view", "change")
    belongs_to = ITSELF
    form = PersonForm
    add_form = NewPersonForm
    action_form = ReasonedActionForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("handle", "name", "email", "follower_count", "early_access", "suspended_until")
    list_filter = (
        "groups",
        "is_active",
        ("closed_by_staff_at", admin.EmptyFieldListFilter),
        "is_staff",
    )
    search_fields = ("handle", "email", "name")
    ordering = ("-follower_count", "handle")
    filter_horizontal = ()
    formfield_overrides = CHECKBOXES
    readonly_fields = (
        "follower_count",
        "following_count",
        "closed_by_staff_at",
        "deletes_at",
        "last_login",
        "date_joined",
    )
    actions = (
        "grant_early_access",
        "withdraw_early_access",
        "open_case",
        "close_account",
        "open_account",
    )
    fieldsets = (
        (None, {"fields": ("handle", "name", "email", "password")}),
        (_("Profile"), {"fields": ("bio", "follower_count", "following_count")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Closed"), {"fields": ("closed_by_staff_at", "deletes_at")}),
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
        """Allow no deletion: staff close accounts instead, so that others' counts stay right."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Close the account if "active" was unticked; cancel its deletion if "active" is ticked.

        Other changes to a closed account, e.g. to its name, don't mark it as closed by staff.
        """
        if obj.is_active:
            obj.deletes_at = obj.closed_by_staff_at = None
        elif "is_active" in form.changed_data:
            obj.closed_by_staff_at = timezone.now()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            closing.close(obj)

    @admin.display(description=_("early access"), boolean=True)
    def early_access(self, person: User) -> bool:
        return any(group.name == hosting.EARLY_ACCESS for group in person.groups.all())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if _is_superuser(request):
            return fieldsets
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f != "password"]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let only superusers change rights and the e-mail address, which receives the link that
        resets the password. Otherwise staff could take over accounts."""
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else [*fields, *RIGHTS, "email"]

    @admin.action(description=_("Grant early access to hosting"), permissions=["change"])
    def grant_early_access(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._decide(request, people, "grant_early_access", hosting.grant_early_access)

    @admin.action(description=_("Withdraw early access to hosting"), permissions=["change"])
    def withdraw_early_access(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._decide(request, people, "withdraw_early_access", hosting.withdraw_early_access)

    @admin.action(description=_("Open a case in the queue"), permissions=["decide"])
    def open_case(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """Open a case about a person, because every action needs a report."""
        return open_case_and_redirect(
            self, request, "person", [person.handle for person in people[:2]]
        )

    @admin.action(description=_("Close the account"))
    def close_account(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Close accounts. Only superusers may do so, as with the checkbox "active".

        This also works for accounts that their owners closed and could otherwise reopen; their
        checkbox is already unticked.
        """
        if people.filter(pk=signed_in(request).pk).exists():
            text = _("You can't close your own account here.")
            self.message_user(request, text, level=messages.WARNING)
            return
        self._decide(request, people, "close_account", _each(closing.close_by_staff))

    @admin.action(description=_("Reopen the account"))
    def open_account(self, request: HttpRequest, people: QuerySet[User]) -> None:
        kept = people.filter(deleted_at=None)  # an erased account can't be reopened
        self._decide(request, kept, "open_account", _each(closing.reopen_by_staff))

    def _decide(
        self,
        request: HttpRequest,
        people: QuerySet[User],
        act: str,
        apply: Callable[[QuerySet[User]], None],
    ) -> None:
        reason = as_one_line(request.POST.get("reason", ""))
        if not reason:
            text = _("Enter a reason next to the action. The reason is kept in the staff log.")
            self.message_user(request, text, level=messages.WARNING)
            return
        with transaction.atomic():
            apply(people)
            for person in people:
                staff_log.note(signed_in(request), act=act, subject=person, reason=reason)
        count = people.count()
        self.message_user(
            request, ngettext("Done for %d person.", "Done for %d people.", count) % count
        )


@admin.register(Group)
class GroupAdmin(Logged, DjangoGroupAdmin, ModelAdmin):
    filter_horizontal = ()
    formfield_overrides = CHECKBOXES


@admin.register(Authenticator)
class AuthenticatorAdmin(Logged, ModelAdmin):
    """Second factors. Superusers can remove a lost one for its owner, but never see its secret."""

    list_display = ("user", "type", "created_at", "last_used_at")
    search_fields = ("user__handle", "user__email")
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


def _each(act: Callable[[User], None]) -> Callable[[QuerySet[User]], None]:
    def apply(people: QuerySet[User]) -> None:
        for person in people:
            act(person)

    return apply


def _is_superuser(request: HttpRequest) -> bool:
    return signed_in(request).is_superuser
