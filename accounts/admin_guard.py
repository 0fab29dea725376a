"""What staff may do in the admin: nothing, unless the admin class opens it to them.

`config.admin.Site` puts this guard in front of every class that is registered, and the guard puts
itself in front of their inlines. So a class that nobody thought about is for superusers alone,
whatever permissions somebody was given.

A permission of Django's is still needed on top of what a class opens. This module stands outside
the package `safety.admin`, whose import already needs the site.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern

from accounts.models import User
from accounts.staff_accounts import is_staff_account, staff_accounts

ITSELF = "self"
STANDARD_PAGES = ("changelist", "add", "history", "delete", "change")


class Closed:
    """Behind every class: what holds unless the class says otherwise."""

    staff_rights: Collection[str] = ()  # of view, add, change, delete
    # The path from a row to the person that it belongs to (ITSELF: it is the person). Rows of staff
    # accounts are for superusers, but for the rights in `rights_over_staff`.
    belongs_to = ""
    rights_over_staff: Collection[str] = ()
    staff_pages: Collection[str] = ()  # names of its addresses beyond Django's own


class Guard:
    """In front of every class, and so before anything that the class or Django allows."""

    staff_rights: Collection[str]
    belongs_to: str
    rights_over_staff: Collection[str]
    staff_pages: Collection[str]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opens("view", request, obj) and self._inner("view", request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self._opens("add", request) and self._inner("add", request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opens("change", request, obj) and self._inner("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opens("delete", request, obj) and self._inner("delete", request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Lists, searches, autocompletion, history and actions all start from this."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows if "view" in self.rights_over_staff else self._reachable(rows, request)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = self._reachable(queryset, request)
        answer: HttpResponse | None = super().response_action(request, rows)  # type: ignore[misc]
        return answer

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """An action that asks for no right is for superusers."""
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        if _is_superuser(request):
            return actions
        return {
            name: action
            for name, action in actions.items()
            if hasattr(action[0], "allowed_permissions")
        }

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type]:
        inlines = super().get_inlines(request, obj)  # type: ignore[misc]
        return [guarded(inline) for inline in inlines]

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        model = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        opened = {*self.staff_pages, *(f"{model}_{page}" for page in STANDARD_PAGES)}
        for pattern in urls:
            if pattern.name not in opened:
                pattern.callback = _for_superusers(pattern.callback)
        return urls

    def _inner(self, right: str, request: HttpRequest, *args: Any) -> bool:
        """What the class itself, and Django's permissions, say."""
        return bool(getattr(super(), f"has_{right}_permission")(request, *args))

    def _opens(self, right: str, request: HttpRequest, obj: Any = None) -> bool:
        if _is_superuser(request):
            return True
        return right in (self.rights_over_staff if self._of_staff(obj) else self.staff_rights)

    def _of_staff(self, obj: Any) -> bool:
        if obj is None or not self.belongs_to:
            return False
        person = obj if self.belongs_to == ITSELF else getattr(obj, self.belongs_to)
        return isinstance(person, User) and is_staff_account(person)

    def _reachable(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        if _is_superuser(request) or not self.belongs_to:
            return rows
        path = "" if self.belongs_to == ITSELF else f"{self.belongs_to}__"
        return rows.exclude(staff_accounts(path))


def guarded(admin_class: type) -> type:
    """The class with the guard in front; the same class when it stands there already."""
    if issubclass(admin_class, Guard):
        return admin_class
    names = {"__module__": admin_class.__module__, "__doc__": admin_class.__doc__}
    return type(admin_class.__name__, (Guard, admin_class, Closed), names)


def _for_superusers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)  # which leads whoever is signed out to the sign-in

    return guard


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
